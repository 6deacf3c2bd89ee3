"""The bounce listener against what callers may try; no database."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from kervan.delivery.bounces.listen import Limits, Listener
from tests.unit.delivery.bounces.serving import serving

OURS = "b+1@bounce.test"
Kept = tuple[str, str, bytes]


@contextmanager
def listening(kept: list[Kept], limits: Limits, *, can: bool = True) -> Iterator[int]:
    """The port of a listener that keeps mails in a list."""

    async def keep(sender: str, recipient: str, raw: bytes) -> bool:
        kept.append((sender, recipient, raw))
        return can

    with serving(Listener("bounce.test", lambda to: to == OURS, keep, limits)) as port:
        yield port


def test_it_takes_bounces_by_smtp_and_lmtp_and_nothing_else() -> None:
    kept: list[Kept] = []
    with listening(kept, Limits()) as port:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as line:
            line.sendmail("", OURS, b"Subject: x\r\n\r\n..dots\r\n.\r\n")
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                line.sendmail("", "someone@else.example", b"x")
            assert [code for code, _ in refused.value.recipients.values()] == [550]
            line.mail("")
            line.rcpt(OURS)
            assert line.rcpt(OURS)[0] == 452
            assert line.docmd("VRFY", "x")[0] == 502
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as line:
            line.sendmail("a@b.example", OURS, b"hello\r\n")
    assert kept == [
        ("", OURS, b"Subject: x\r\n\r\n..dots\r\n.\r\n"),
        ("a@b.example", OURS, b"hello\r\n"),
    ]


def test_what_is_too_large_is_refused_before_and_after() -> None:
    kept: list[Kept] = []
    with (
        listening(kept, Limits(mail_bytes=20_000)) as port,
        smtplib.SMTP("127.0.0.1", port, timeout=10) as line,
    ):
        line.ehlo()
        assert line.docmd("MAIL", "FROM:<> SIZE=20001")[0] == 552
        line.mail("")
        line.rcpt(OURS)
        assert line.data(b"x" * 30_000)[0] == 552
        line.mail("")
        line.rcpt(OURS)
        assert line.data(b"x" * 15_000)[0] == 250
    assert [len(raw) for _, _, raw in kept] == [15_002]


def test_what_cannot_be_kept_is_not_accepted_and_the_pace_is_bounded() -> None:
    kept: list[Kept] = []
    with listening(kept, Limits(mails_a_minute=2), can=False) as port:
        codes = []
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as line:
            line.ehlo()
            for _ in range(3):
                line.mail("")
                line.rcpt(OURS)
                codes.append(line.docmd("DATA")[0])
                if codes[-1] == 354:
                    line.send("x\r\n.\r\n")
                    codes.append(line.getreply()[0])
    assert codes == [354, 451, 354, 451, 451]
    assert len(kept) == 2


def test_a_bare_line_feed_ends_no_mail() -> None:
    kept: list[Kept] = []
    with listening(kept, Limits()) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        said = line.makefile("rb")
        smuggled = b"a\n.\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\nb\r\n.\r\n" % OURS.encode()
        line.sendall(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n" % OURS.encode())
        while not said.readline().startswith(b"354"):
            pass
        line.sendall(smuggled)
        assert said.readline().startswith(b"250")
    assert len(kept) == 1


def test_callers_and_commands_are_bounded() -> None:
    with listening([], Limits(connections_each=1, commands=2)) as port:
        with socket.create_connection(("127.0.0.1", port)) as first:
            first.settimeout(10)
            lines = first.makefile("rb")
            assert lines.readline().startswith(b"220")
            with socket.create_connection(("127.0.0.1", port)) as second:
                second.settimeout(10)
                assert second.makefile("rb").readline().startswith(b"421")
            first.sendall(b"NOOP\r\n" * 3)
            assert [lines.readline()[:3] for _ in range(3)] == [b"250", b"250", b"421"]
        with socket.create_connection(("127.0.0.1", port)) as third:
            third.settimeout(10)
            lines = third.makefile("rb")
            lines.readline()
            third.sendall(b"x" * 100_000 + b"\r\n")
            with suppress(OSError):
                assert lines.readline()[:3] in (b"500", b"")
