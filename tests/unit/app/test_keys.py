"""The master key is changed without a moment in which it could be lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kervan.app import keys
from kervan.kernel import crypto, keyring, postgres
from kervan.kernel.errors import KervanError

_STEPS = ["made", "wrapped", "kept", "swapped", "retired", "done"]
_KILLED = """
import os, signal, sys
from pathlib import Path
from kervan.app import keys
from kervan.kernel import postgres
with postgres.connect(sys.argv[1]) as conn:
    for step in keys.turn(conn, Path(sys.argv[2])):
        if step == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(postgres_url: str, tmp_path: Path) -> Iterator[Path]:
    """The master key's file of an installation with two workspaces."""
    place = tmp_path / "master.key"
    with postgres.connect(postgres_url) as conn:
        keyring.prepare(conn, crypto.load_master_key(place), ["main", "other"])
    yield place
    assert not list(tmp_path.glob("*.draft"))


def _blind(url: str, path: Path) -> bytes:
    """What a process that starts now makes of a value."""
    master = crypto.read_master_key(path)
    assert master is not None
    with postgres.connect(url) as conn:
        return keyring.open_vault(conn, master).workspace("main").blind("email", "a@b.c")


def test_everything_opens_at_every_step_and_the_old_key_with_nothing_at_the_end(
    postgres_url: str, path: Path
) -> None:
    before, old = _blind(postgres_url, path), crypto.read_master_key(path)
    steps = []
    with postgres.connect(postgres_url) as conn:
        for step in keys.turn(conn, path):
            steps.append(step)
            assert _blind(postgres_url, path) == before, step
        assert steps == _STEPS
        assert old is not None and crypto.read_master_key(path) != old
        with pytest.raises(KervanError, match=r"kernel\.master_key_wrong|master key"):
            keyring.open_vault(conn, old)
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", _STEPS)
def test_a_kill_after_any_step_leaves_a_state_that_works_and_is_finished(
    postgres_url: str, path: Path, step: str
) -> None:
    before, old = _blind(postgres_url, path), path.read_bytes()
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, postgres_url, str(path), step],
        env={**os.environ, "PYTHONPATH": "src"},
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL
    assert _blind(postgres_url, path) == before
    with postgres.connect(postgres_url) as conn:
        steps = list(keys.turn(conn, path))
        assert steps[-1] == "done" and len({one.master for one in keyring.stored(conn)}) == 1
    # Killed after the swap, the next call only tidies up: the new key is not changed once more.
    assert ("made" in steps) == (step in ("made", "wrapped", "kept", "done"))
    assert _blind(postgres_url, path) == before and path.read_bytes() != old


def test_without_the_right_key_nothing_is_begun(postgres_url: str, path: Path) -> None:
    right = path.read_bytes()
    path.unlink()
    with postgres.connect(postgres_url) as conn:
        for wrong, code in ((None, "missing"), (b"nonsense", "bad_"), ("other", "wrong")):
            if wrong == "other":
                path.unlink()
                crypto.make_master_key(path)
            elif wrong is not None:
                path.write_bytes(wrong)
                path.chmod(0o600)
            with pytest.raises(KervanError) as caught:
                list(keys.turn(conn, path))
            assert code in caught.value.code
            conn.rollback()
            assert not path.with_name("master.key.next").exists()
    path.write_bytes(right)
    assert _blind(postgres_url, path)
