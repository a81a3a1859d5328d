"""How things go wrong: exit codes, words, no traceback, no noise."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from cli_samples import Cli, failing

from podtool.errors import KINDS, Cancelled, InternalError, ManifestError, Problem, Severity


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    return Cli(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Cancelled])
def test_each_kind_of_error_has_its_exit_code_and_words(cli, kind):
    cli.stand_in("doctoring", doctor=failing(kind("it went wrong", hint="mend it")))
    assert cli("doctor") == kind.exit_code
    assert cli.err == "error: it went wrong\nhint: mend it\n"
    assert not cli.out


def test_problems_have_their_place_and_hint(cli):
    problems = (
        Problem(
            rule="YAML-002",
            severity=Severity.ERROR,
            message="unknown key `titel`",
            hint="Did you mean `title`?",
            file="episode.yaml",
            line=4,
            column=1,
        ),
        Problem(rule="YAML-001", severity=Severity.WARNING, message="odd", file="show.yaml", line=2),
    )
    cli.stand_in("doctoring", doctor=failing(ManifestError("2 problems", problems=problems)))
    assert cli("doctor") == 3
    assert cli.err == textwrap.dedent("""\
        error: 2 problems
          episode.yaml:4:1: unknown key `titel`
              Did you mean `title`?
          show.yaml:2: warning: odd
        """)


def test_foreign_text_can_not_steer_the_terminal_or_be_markup(cli):
    evil = "\x1b]0;owned\x07\x1b[2J[red]\u202egnp.exe\r\n:smile: [/nothing]"
    problem = Problem(rule="X", severity=Severity.ERROR, message=evil, hint=evil, file=evil)
    cli.stand_in("doctoring", doctor=failing(ManifestError(evil, hint=evil, problems=(problem,))))
    assert cli("doctor") == 3
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", cli.err)
    assert "[red]" in cli.err
    assert ":smile: [/nothing]" in cli.err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled()])
def test_ctrl_c_is_130_and_says_what_was_left(cli, error):
    cli.stand_in("doctoring", doctor=failing(error))
    assert cli("doctor") == 130
    assert cli.err == "cancelled; nothing was left half-made\n"


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), BrokenPipeError(32, "gone"), EOFError(), OSError(28, "full")]
)
def test_a_bug_names_a_log_and_shows_no_traceback(cli, monkeypatch, tmp_path, error):
    cli.stand_in("doctoring", doctor=failing(error))
    assert cli("doctor", "-v") == InternalError.exit_code
    assert "Traceback" not in cli.err
    [log] = tmp_path.glob("podtool-bug-*.log")
    assert str(log) in cli.err
    text = log.read_text(encoding="utf-8")
    assert type(error).__name__ in text
    assert "Traceback" in text
    assert "arguments: ['doctor', '-v']" in text
    assert re.search(r"^numpy \d", text, re.MULTILINE)


def test_the_log_goes_to_the_shows_cache_where_there_is_one(cli, tmp_path):
    (tmp_path / "show.yaml").write_text("title: T\n", encoding="utf-8")
    (tmp_path / ".podtool").mkdir()
    cli.stand_in("doctoring", doctor=failing(ZeroDivisionError("x")))
    assert cli("doctor") == 70
    assert len(list((tmp_path / ".podtool").glob("podtool-bug-*.log"))) == 1


def test_secrets_stay_out_of_the_log(cli, monkeypatch, tmp_path):
    error = RuntimeError("PUT https://me:hunter2@host/x?token=hunter2&a=b Authorization: Bearer hunter2")
    cli.stand_in("publishing", PublishOptions=dict, publish=failing(error))
    assert cli("publish", "--to", "sftp://me:hunter2@example.org/www") == 70
    [log] = tmp_path.glob("podtool-bug-*.log")
    text = log.read_text(encoding="utf-8")
    assert "hunter2" not in text + cli.err
    assert "example.org/www" in text
    assert "a=b" in text


def test_secrets_after_an_option_are_masked():
    from podtool.cli.crash_log import _masked_arguments, mask

    assert _masked_arguments(["--api-token", "hunter2", "--out", "x"]) == ["--api-token", "•••", "--out", "x"]
    assert "hunter2" not in mask("AWS_SECRET_ACCESS_KEY='hunter2' password: hunter2, api_key=hunter2")
    assert mask("key: title") == "key: title"


def test_a_bug_without_a_place_for_its_log_is_still_told(cli, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(Path("nowhere") / "at-all"))
    cli.stand_in("doctoring", doctor=failing(ZeroDivisionError("x")))
    assert cli("doctor") == 70
    assert "no log could be written" in cli.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assmble"], ["assmble", "assemble", "podtool --help"]),
        (["assemble", "--frsh"], ["--frsh", "--fresh", "podtool assemble --help"]),
        (["new"], ["NUMBER", "podtool new --help"]),
        (["assemble", "--jobs", "0"], ["--jobs"]),
        (["check", "--format", "xml"], ["--format", "xml", "github"]),
        (["-q", "-v", "doctor"], ["-q", "-v"]),
        (["-q", "doctor", "-v"], ["-q", "-v"]),
        (["doctor", "extra"], ["extra", "podtool doctor --help"]),
        (["assemble", "nowhere"], ["nowhere"]),
        (["assemble"], ["episode.yaml"]),
        (["publish", "--all", "8"], ["--all"]),
        (["check", "--format", "github", "--json"], ["--json", "github"]),
        (["ingest", "a", "b", "--as", "c"], ["--as"]),
        (["tag", "a.mp3", "--set", "title"], ["FIELD=TEXT"]),
    ],
)
def test_wrong_usage_is_2_and_leads_on(cli, arguments, words):
    assert cli(*arguments) == 2
    told = cli.err + cli.out
    assert "Traceback" not in told
    for word in words:
        assert word in told


def test_init_off_a_terminal_names_all_that_is_missing(cli):
    assert cli("init", "dir", "--title", "T") == 2
    assert "missing --language, --email, --base-url" in cli.err
    assert not Path("dir").exists()


def test_a_current_folder_that_is_gone_is_no_bug(cli, monkeypatch):
    monkeypatch.setattr(Path, "cwd", failing(FileNotFoundError(2, "gone")))
    assert cli("assemble") == 2
    assert "the current folder is gone" in cli.err


SLOW = """
import sys, time
from types import SimpleNamespace
import podtool.workflow
from podtool.cli import main

def doctor():
    print("working", flush=True)
    time.sleep(60)

module = SimpleNamespace(doctor=doctor)
sys.modules["podtool.workflow.doctoring"] = podtool.workflow.doctoring = module
sys.argv = ["podtool", "doctor"]
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_sigterm_ends_like_ctrl_c(number):
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "working\n"
    time.sleep(0.1)
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told == "cancelled; nothing was left half-made\n"


TALK = """
import sys
from types import SimpleNamespace
import podtool.workflow
from podtool.cli import main
from podtool.workflow.results import CreditsResult

result = CreditsResult(episode="", text="a line\\n" * 200_000, content={})
module = SimpleNamespace(credit=lambda *_: result)
sys.modules["podtool.workflow.crediting"] = podtool.workflow.crediting = module
sys.argv = ["podtool", "credits"]
main()
"""


def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-c", TALK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "a line\n"
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert told == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_can_not_be_written_is_told():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", TALK], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 5
    assert "the output can't be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [("cp1252", "'check'"), ("ascii", "'check', '--json'"), ("cp437", "'assemble', '-v'")],
)
def test_consoles_with_a_legacy_code_page_take_everything(encoding, arguments):
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import pytest
from cli_samples import stand_in_for_all
from podtool.cli import main
with pytest.MonkeyPatch.context() as patch:
    stand_in_for_all(patch)
    sys.argv = ["podtool", {arguments}]
    main()
"""
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=False)
    assert done.returncode in {0, 1, 4}, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout
    done.stdout.decode(encoding)
    if "--json" in arguments:
        assert (
            json.loads(done.stdout.decode(encoding))["problems"][1]["message"]
            == "«It Goes On...» has no licence"
        )
