"""The data directory: one holder, clear words when it cannot be used."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kervan.engines import hold
from kervan.kernel.errors import KervanError

_HOLDER = """
import sys, time
from pathlib import Path
from kervan.engines.hold import Hold
held = Hold(Path(sys.argv[1]))
held.take()
held.note(address="http://127.0.0.1:8000")
print("held", flush=True)
time.sleep(600)
"""


_AS_SOMEBODY = """
import os, sys
from pathlib import Path
from kervan.engines.hold import Hold
from kervan.kernel.errors import KervanError
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
try:
    Hold(Path(sys.argv[1])).take()
except KervanError as error:
    print(error.code)
"""


def test_a_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        assert hold.is_held(tmp_path)
        with pytest.raises(KervanError) as refused:
            hold.Hold(tmp_path).take()
        assert refused.value.code == "engines.already_running"
        for locale in ("en", "tr", "az"):
            assert str(first.pid) in refused.value.say(locale)
            assert "http://127.0.0.1:8000" in refused.value.say(locale)
        first.kill()
    again = hold.Hold(tmp_path)
    again.take()
    again.release()
    assert not hold.is_held(tmp_path)


def test_the_note_is_for_its_owner_only(tmp_path: Path) -> None:
    held = hold.Hold(tmp_path)
    held.take()
    held.note(clickhouse_url="http://kervan:secret@127.0.0.1:1")
    note = tmp_path / "running.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert json.loads(note.read_text())["pid"] == os.getpid()
    held.release()
    assert not note.exists()


def test_a_directory_that_cannot_be_written_says_so() -> None:
    with pytest.raises(KervanError) as refused:
        hold.Hold(Path("/proc/kervan")).take()
    assert refused.value.code == "engines.data_unwritable"
    assert "/proc/kervan" in refused.value.say("tr")


def test_a_directory_another_user_owns_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", _AS_SOMEBODY, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "engines.data_unwritable"


def test_too_little_space_says_how_much(tmp_path: Path) -> None:
    hold.check_space(tmp_path, 1)
    with pytest.raises(KervanError) as refused:
        hold.check_space(tmp_path, 1 << 60)
    assert refused.value.code == "engines.disk_full"
    assert str(1 << 40) in refused.value.say("az")


def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        with pytest.raises(OSError, match="No space"):
            (disk / "fill").write_bytes(b"x" * 100_000)
        with pytest.raises(KervanError) as refused:
            hold.Hold(disk).take()
        assert refused.value.code == "engines.disk_full"
    finally:
        subprocess.run(["umount", str(disk)], check=True)
