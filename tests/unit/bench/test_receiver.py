"""The bench's receiver takes calls whole, in pieces and several at once, and leaves some stuck."""

import socket
from urllib.parse import urlsplit

import pytest

from kervan.bench.receiver import receiver

CALL = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


def test_each_whole_call_is_answered_and_a_stuck_one_never() -> None:
    with receiver() as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), 10) as line:
            line.sendall(CALL * 2 + CALL[:-2])
            heard = b""
            while heard.count(b"200 OK") < 2 or not heard.endswith(b"{}"):
                heard += line.recv(1_000)
            line.sendall(CALL[-2:])
            assert line.recv(1_000).startswith(b"HTTP/1.1 200")
            line.settimeout(0.2)
            line.sendall(CALL.replace(b"/hook", b"/stuck"))
            with pytest.raises(TimeoutError):
                line.recv(1_000)
