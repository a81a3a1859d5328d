from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from podtool.console.annotations import annotation
from podtool.errors import Problem, Severity

DECODED = (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%"))


def unescape(text):
    for code, character in DECODED:
        text = text.replace(code, character)
    return text


def problem(**given_values):
    return Problem(**{"rule": "YAML-002", "severity": Severity.ERROR, "message": "m"} | given_values)


def test_data_and_properties_are_escaped_as_the_runner_wants():
    line = annotation(
        problem(message="50 % of a: b, c\nd\re", file="a:b,c%.yaml", line=3, column=7), PurePosixPath("x")
    )
    assert line == ("::error file=x/a%3Ab%2Cc%25.yaml,line=3,col=7,title=YAML-002::50 %25 of a: b, c%0Ad%0De")


def test_what_is_not_known_is_left_out():
    assert annotation(problem(), PurePosixPath()) == "::error title=YAML-002::m"
    assert annotation(problem(severity=Severity.NOTE), PurePosixPath()).startswith("::notice ")


printable = st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n"))


@given(printable, printable.filter(bool))
def test_no_text_can_forge_a_command_and_all_of_it_arrives(message, file):
    line = annotation(problem(message=message, file=file), PurePosixPath())
    assert "\n" not in line
    head, _, data = line[2:].partition("::")
    assert unescape(data) == message
    name, *_ = head.removeprefix("error ").split(",")
    assert unescape(name.removeprefix("file=")) == PurePosixPath(file).as_posix()
