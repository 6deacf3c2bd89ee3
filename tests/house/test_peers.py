"""A missing peer skips its tests in the open: named in one line, and a failure in CI."""

import os
import subprocess
import sys
from pathlib import Path

from tests import peers
from tests.house.tree import ROOT

TESTS = """
import pytest

@pytest.mark.peer("no-such-program")
def test_with_a_peer(): ...

def test_alone(): ...
"""


def run(place: Path, **environ: str) -> tuple[int, str]:
    """Run two tests, one of which needs a program that no machine has; its status and output."""
    (place / "test_it.py").write_text(TESTS.replace("no-such-program", "smtp-sink"))
    (place / "pytest.ini").write_text("[pytest]\n")
    # The plugin looks beside itself, so a copy of it looks where nothing is.
    (place / "tests").mkdir(exist_ok=True)
    plugin = (ROOT / "tests/peers.py").read_text(encoding="utf-8")
    (place / "tests" / "lonely_peers.py").write_text(
        plugin.replace('("smtp-sink",)', '("no-such",)')
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "lonely_peers", "test_it.py"],
        cwd=place, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(place / "tests"), **environ},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_missing_peer_is_named_and_the_rest_passes(tmp_path: Path) -> None:
    status, output = run(tmp_path)
    assert status == 0, output
    assert "1 passed, 1 skipped" in output
    closing = [line for line in output.splitlines() if line.startswith("Not run without")]
    assert closing == ["Not run without smtp-sink: test_it.py::test_with_a_peer"]


def test_a_missing_peer_fails_in_ci(tmp_path: Path) -> None:
    status, output = run(tmp_path, CI="true")
    assert status == 1
    assert "1 failed, 1 passed" in output or "1 passed, 1 error" in output, output


def test_programs_of_our_own_come_first() -> None:
    first, second, *rest = peers.search_path("/bin").split(os.pathsep)
    assert [first, second, *rest] == [
        str(ROOT / ".peers" / "bin"), str(ROOT / ".venv" / "bin"), "/bin", "/usr/sbin",
    ]  # fmt: skip
