"""The sender against Debian's smtp-sink, which drops, refuses and dawdles on its own terms."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from kervan.kernel.postgres import Connection
from tests import peers
from tests.unit.delivery.peer import free_port, until
from tests.unit.delivery.world import add_people, intend, intents, make_sender, sending, states

pytestmark = pytest.mark.peer("smtp-sink")


@contextmanager
def sink(*options: str) -> Iterator[str]:
    """smtp-sink with these options; gives its URL."""
    program = peers.find("smtp-sink")
    assert program is not None
    port = free_port()
    rights = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [str(program), *rights, *options, f"127.0.0.1:{port}", "100"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _listens(port))
            yield f"smtp://127.0.0.1:{port}"
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"accepted": 16}),
        (["-p"], {"accepted": 16}),  # no PIPELINING announced
        (["-e"], {"accepted": 16}),  # no ESMTP at all
        (["-w", "1"], {"accepted": 16}),  # answers to DATA a second late
        (["-f", "RCPT"], {"failed": 16}),  # hard errors
        (["-f", "."], {"failed": 16}),
        (["-r", "RCPT"], {"failed": 16}),  # soft errors, until it has been tried often enough
        (["-q", "DATA"], {"failed": 16}),  # hangs up before the content
        (["-q", "."], {"unknown": 16}),  # hangs up instead of the last answer
    ],
)
def test_every_message_ends_once(
    postgres: Connection,
    postgres_url: str,
    workspace: str,
    options: list[str],
    expected: dict[str, int],
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(16)])
    with (
        sink(*options) as url,
        sending(make_sender(postgres_url, workspace, url, connections=8, patience_seconds=5)),
    ):
        intend(postgres, intents(people))
        until(lambda: states(postgres) == expected, 40)
    assert postgres.execute("select sum(events) from kervan.intake").fetchone() == (16,)
