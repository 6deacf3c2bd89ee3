"""The supervisor: starts everything, keeps it alive, stops it, and leaves nothing behind."""

import contextlib
import dataclasses
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kervan.engines import hold, spawn, supervise
from kervan.engines.supervise import Backoff
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

_UP = """
import dataclasses, sys
from kervan.engines import supervise
from kervan.engines.supervise import ChildSpec
from kervan.kernel import config, log
from kervan.kernel.errors import KervanError
log.setup("json", "info", "supervisor")
sleeper = [sys.executable, "-c", sys.argv[2]]
try:
    sys.exit(supervise.up(
        config.load(data=sys.argv[1], port=int(sys.argv[3])),
        lambda ready: [ChildSpec("one", sleeper, {"ROLE": "1"}), ChildSpec("two", sleeper)],
        prepare=lambda ready: print("prepared", flush=True),
        announce=lambda ready: print("ready", ready.postgres_url, ready.clickhouse_url, flush=True),
    ))
except KervanError as error:
    sys.exit(error.say("en"))
"""
_SLEEP = "import time; time.sleep(600)"
_STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data directory for all: the second start is what most people see."""
    found = Path(tempfile.mkdtemp(prefix="kervan-up-"))
    yield found
    shutil.rmtree(found, ignore_errors=True)


class Up:
    """A supervisor process and what it said."""

    def __init__(
        self, data: Path, child: str = _SLEEP, port: int = 0, script: str = _UP, **env: str
    ) -> None:
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(data), child, str(port)],
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_ready(self) -> list[str]:
        """The words of the line that begins with ready."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("ready"):
                return line.split()
        raise AssertionError(self.process.communicate()[1])

    def children(self) -> dict[str, psutil.Process]:
        """The direct children by a word of their command line."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                line = " ".join(child.cmdline())
                role = child.environ().get("ROLE", "0")
                name = (
                    "postgres"
                    if "/bin/postgres" in line
                    else "front"
                    if "engines.front" in line
                    else f"child{role}"
                )
                found[name] = child
        return found

    def roles(self) -> set[str]:
        """The names of those children that are no engines."""
        return {name for name in self.children() if name.startswith("child")}

    def stop_and_say(self) -> str:
        """Ask it to stop; all that it logged."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=30)[1]

    def has_other(self, name: str, child: psutil.Process) -> bool:
        """Whether `name` runs in another process than `child`."""
        return self.children().get(name, child).pid != child.pid

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to stop; its status, and how many seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode, time.monotonic() - begun


@contextlib.contextmanager
def running(data: Path, child: str = _SLEEP) -> Iterator[Up]:
    up = Up(data, child)
    try:
        up.wait_ready()
        yield up
    finally:
        if up.process.poll() is None:
            up.process.kill()
        up.process.communicate()


def test_second_start_is_quick_and_small_and_stops_cleanly(data: Path) -> None:
    with running(data) as first:
        assert first.stop() == (0, pytest.approx(0, abs=10))
    up = Up(data)
    up.wait_ready()
    assert time.monotonic() - up.begun < 10
    everything = [
        psutil.Process(up.process.pid),
        *psutil.Process(up.process.pid).children(recursive=True),
    ]
    assert sum(process.memory_info().rss for process in everything) < 900 << 20
    status, seconds = up.stop(signal.SIGINT)
    assert (status, seconds < 10) == (0, True)
    assert [process for process in everything if process.is_running()] == []
    assert not hold.is_held(data)


def test_each_killed_process_comes_back(data: Path) -> None:
    with running(data) as up:
        before = up.children()
        assert set(before) == {"postgres", "front", "child0", "child1"}
        for name, child in before.items():
            child.kill()
            back = functools.partial(up.has_other, name, child)
            assert spawn.wait_until(back, 20), name
        note = hold.read_note(data)

        def answers() -> bool:
            with contextlib.suppress(psycopg.Error):
                psycopg.connect(note["postgres_url"]).close()
                return True
            return False

        assert spawn.wait_until(answers, 20)
        with supervise.attached(Config(data=data)) as config:
            assert config.clickhouse_url == note["clickhouse_url"]
            # Its own port (here 0), not the one that the command would have taken.
            assert config.address == note["address"] != Config(data=data).address
        named = Config(data=data, public_url="https://shop.test", clickhouse_url="http://c")
        given = dataclasses.replace(named, postgres_url="postgresql://p")
        for told, address in ((named, "https://shop.test"), (given, "https://shop.test")):
            with supervise.attached(told) as config:
                assert config.address == address
        with supervise.attached(dataclasses.replace(given, public_url="")) as config:
            assert config.address == note["address"]
        assert up.stop()[0] == 0


def test_a_second_start_on_the_directory_is_refused_in_one_sentence(data: Path) -> None:
    with running(data) as up:
        second = Up(data)
        _, said = second.process.communicate(timeout=20)
        assert second.process.returncode == 1
        assert str(up.process.pid) in said
        assert "Traceback" not in said
        assert len(said.strip().splitlines()) == 1


def test_a_killed_supervisor_leaves_nothing_that_blocks(data: Path) -> None:
    with running(data) as up:
        everything = psutil.Process(up.process.pid).children(recursive=True)
        up.process.kill()
        up.process.wait()
        # At once: whatever still lives must be ended by the next start.
        with running(data) as again:
            assert again.stop()[0] == 0
    _, alive = psutil.wait_procs(everything, timeout=10)
    assert alive == []


def test_a_child_that_ignores_sigterm_does_not_hold_up_the_stop(data: Path) -> None:
    with running(data, _STUBBORN) as up:
        status, seconds = up.stop()
        assert (status, seconds < 10) == (0, True)


_CHANGING = """
import sys, pathlib, time
from kervan.engines import supervise
from kervan.engines.supervise import ChildSpec
from kervan.kernel import config, log
log.setup("json", "info", "supervisor")
sleeper = [sys.executable, "-c", sys.argv[2]]
wanted = pathlib.Path(sys.argv[1]) / "wanted"
def children(ready):
    names = wanted.read_text().split()
    if "silence" in names:
        time.sleep(600)
    return [ChildSpec(one, sleeper, {"ROLE": one}) for one in names]
sys.exit(supervise.up(
    config.load(data=sys.argv[1], port=0),
    children,
    announce=lambda ready: print("ready", flush=True),
))
"""


def test_what_is_wanted_anew_begins_and_what_is_wanted_no_more_ends(data: Path) -> None:
    wanted = data / "wanted"
    wanted.write_text("one two")
    up = Up(data, script=_CHANGING)
    try:
        up.wait_ready()
        stays = up.children()["childone"]
        for names in ("one two three", "one three", "one"):
            wanted.write_text(names)
            roles = {f"child{one}" for one in names.split()}
            assert spawn.wait_until(lambda roles=roles: up.roles() == roles, 20), names
        assert up.children()["childone"].pid == stays.pid, "nobody else was touched"
        wanted.write_text("silence")  # who is asked does not answer any more
        time.sleep(3)
        stays.kill()
        assert spawn.wait_until(lambda: up.has_other("childone", stays), 20), (
            "nobody looks after it"
        )
        begun = time.monotonic()
        said = up.stop_and_say()
        assert time.monotonic() - begun < 10 and said.count("child_died") == 1
    finally:
        if up.process.poll() is None:
            up.process.kill()
        up.process.communicate()


def test_stop_while_still_starting(data: Path) -> None:
    up = Up(data)
    assert spawn.wait_until(lambda: hold.is_held(data), 20)
    status, seconds = up.stop()
    assert (status, seconds < 10) == (0, True)
    assert not hold.is_held(data)


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"KERVAN_POSTGRES_URL": "postgresql://127.0.0.1:1/x"}, "KERVAN_POSTGRES_URL"),
        ({"KERVAN_CLICKHOUSE_URL": "http://127.0.0.1:1"}, "KERVAN_CLICKHOUSE_URL"),
    ],
)
def test_a_silent_outside_server_is_one_sentence(
    data: Path, env: dict[str, str], code: str
) -> None:
    up = Up(data, **env)
    _, said = up.process.communicate(timeout=60)
    assert up.process.returncode == 1
    assert code in said.strip().splitlines()[-1]
    assert "Traceback" not in said


def test_outside_servers_are_used_and_not_stopped(
    tmp_path: Path, postgres_server: str, clickhouse_server: str
) -> None:
    up = Up(tmp_path, KERVAN_POSTGRES_URL=postgres_server, KERVAN_CLICKHOUSE_URL=clickhouse_server)
    assert up.wait_ready()[1:] == [*postgres_server.split(), clickhouse_server]
    assert set(up.children()) == {"child0", "child1"}
    assert up.stop()[0] == 0
    psycopg.connect(postgres_server).close()


def test_a_single_command_starts_engines_for_itself(data: Path) -> None:
    with supervise.attached(Config(data=data)) as config:
        psycopg.connect(config.postgres_url).close()
        with pytest.raises(KervanError):
            hold.Hold(data).take()
    assert not hold.is_held(data)


def test_restarts_slow_down_and_recover() -> None:
    backoff = Backoff()
    waits = []
    at = 0.0
    for _ in range(12):
        backoff.began(at)
        next_start = backoff.ended(at + 0.01)
        waits.append(round(next_start - at - 0.01, 2))
        at = next_start
    assert waits[:4] == [0.1, 0.2, 0.4, 0.8]
    assert waits[-1] == 30.0
    backoff.began(at)
    assert round(backoff.ended(at + 61) - at - 61, 2) == 0.1
