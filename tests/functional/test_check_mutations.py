"""`check` ends with findings, never with a crash, whatever bytes the YAML files hold."""

import json
import random

import pytest
from shows import make_show

from example import run

EDGES = (b"\x00", b"\xff\xfe", b"\t", b"&a ", b"*a", b"!!python/object:os.system ", b"{", b"[", b"'", b": ")
"""What YAML readers stumble over."""
SEEDS = range(40)


def mutate(text, source):
    """`text` (bytes) with one to four places cut out, doubled or given an edge."""
    for _ in range(source.randint(1, 4)):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.randint(0, 30))
        new = source.choice((b"", text[start:end] * 2, source.choice(EDGES)))
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize("name", ["show.yaml", "episode.yaml"])
def test_no_bytes_make_check_crash(tmp_path, name):
    show = make_show(tmp_path / "show", episodes=(1,))
    (path,) = show.rglob(name)
    good = path.read_bytes()
    for seed in SEEDS:
        path.write_bytes(mutate(good, random.Random(seed)))
        code, out, err = run("check", "--json", here=show)
        assert code in {0, 1}, (seed, code, err)
        told = json.loads(out)
        errors = [each for each in told["problems"] if each["severity"] == "error"]
        assert bool(errors) == (code == 1), seed
