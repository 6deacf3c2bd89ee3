"""Where a bench's mail goes: every reply in order, each mail kept once, nothing lost at the end."""

import socket
from urllib.parse import urlsplit

from kervan.bench import sink
from kervan.bench.sink import Sink

_MAIL = (
    b"MAIL FROM:<a@shop.test>\r\nRCPT TO:<%b>\r\nDATA\r\nSubject: x\r\n\r\ntext\r\n.\r\nQUIT\r\n"
)


def _call(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port or 25), timeout=10)


def _all(line: socket.socket) -> list[bytes]:
    """Every reply until the other side hangs up."""
    got = b""
    while some := line.recv(65_536):
        got += some
    return got.splitlines()


def test_a_whole_dialogue_in_one_packet_gets_every_reply_before_the_hang_up() -> None:
    with Sink() as here, _call(here.url) as line:
        line.sendall(b"EHLO me\r\n" + _MAIL % b"irmak@ornek.test")
        codes = [reply[:3] for reply in _all(line)]
        assert codes == [b"220", *[b"250"] * 4, b"250", b"250", b"354", b"250", b"221"]
        assert list(here.came) == ["irmak@ornek.test"]
        assert here.mails == 1


def test_a_dialogue_in_single_bytes_is_the_same_one() -> None:
    with Sink() as here, _call(here.url) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in _MAIL % b"ali@ornek.test":
            line.sendall(bytes([byte]))
        codes = [reply[:3] for reply in _all(line)]
        assert codes == [b"220", b"250", b"250", b"354", b"250", b"221"]
        assert here.mails == 1


def test_an_empty_mail_ends_with_its_dot() -> None:
    with Sink() as here, _call(here.url) as line:
        line.sendall(b"RCPT TO:<a@b.test>\r\nDATA\r\n.\r\nQUIT\r\n")
        assert [reply[:3] for reply in _all(line)] == [b"220", b"250", b"354", b"250", b"221"]
        assert here.mails == 1


def test_nothing_is_heard_after_a_quit() -> None:
    with Sink() as here, _call(here.url) as line:
        line.sendall(b"QUIT\r\n" + _MAIL % b"late@ornek.test")
        assert [reply[:3] for reply in _all(line)] == [b"220", b"221"]
        assert here.mails == 0


def test_a_mail_that_looks_like_commands_is_text() -> None:
    with Sink() as here, _call(here.url) as line:
        line.sendall(b"DATA\r\nQUIT\r\nDATA\r\n..\r\n\r\n.\r\nNOOP\r\nQUIT\r\n")
        assert [reply[:3] for reply in _all(line)] == [b"220", b"354", b"250", b"250", b"221"]
        assert here.mails == 1


def test_the_first_coming_counts_for_a_recipient_with_two_mails() -> None:
    times: list[float] = []
    with Sink() as here:
        for _ in range(2):
            with _call(here.url) as line:
                line.sendall(_MAIL % b"irmak@ornek.test")
                _all(line)
            times.append(here.came["irmak@ornek.test"])
        assert here.mails == 2
        assert times[0] == times[1]


def test_a_sink_that_ends_hangs_up_on_who_is_still_there() -> None:
    with Sink() as here:
        line = _call(here.url)
        assert line.recv(100).startswith(b"220")
    with line:
        assert line.recv(100) == b""


def test_the_sink_of_the_mail_bench_takes_a_mail() -> None:
    with sink.smtp_sink() as url, _call(url) as line:
        assert line.recv(1_000).startswith(b"220")
        line.sendall(b"QUIT\r\n")
        assert _all(line)[-1].startswith(b"221")
