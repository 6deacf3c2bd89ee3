"""Mails that come back, as servers and people write them; nothing a stranger sends breaks it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.bounces.classify import Cause
from kervan.delivery.bounces.read_report import read

_RECORDED = Path(__file__).parents[3] / "fixtures/postfix"
_POSTFIX = (
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n'
    b"From: MAILER-DAEMON@mta (Mail Delivery System)\r\nAuto-Submitted: auto-replied\r\n\r\n"
    b"--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n"
    b"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mta\r\n"
    b"Original-Envelope-Id: 1\r\n\r\nFinal-Recipient: rfc822; a@b\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no\r\n\r\n--B--\r\n"
)


def test_a_report_is_one_though_it_calls_itself_automatic() -> None:
    said = read(_POSTFIX, null_sender=True)
    assert (said.kind, said.cause, said.code) == ("failed", Cause.HARD, "5.1.1")
    late = read(_POSTFIX.replace(b"failed", b"delayed"), null_sender=True)
    assert late.kind == "delayed"


@pytest.mark.parametrize(
    ("name", "cause", "code"), [("gone", Cause.HARD, "5.1.1"), ("full", Cause.FULL, "4.2.2")]
)
def test_reports_that_a_real_server_wrote(name: str, cause: Cause, code: str) -> None:
    said = read((_RECORDED / f"{name}.eml").read_bytes(), null_sender=True)
    assert (said.kind, said.cause, said.code) == ("failed", cause, code)


def test_parts_within_parts_without_end_are_read_by_nobody() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (one, one)
        for one in range(60)
    )
    bomb = _POSTFIX.replace(b"--B--", b"--B\r\n" + deep + b"\r\n--B--")
    assert read(bomb, null_sender=True).cause is Cause.SOFT
    assert read(bomb, null_sender=False).kind == "auto_reply"


def test_a_letter_that_quotes_a_report_is_a_letter() -> None:
    quoting = (
        b'From: ada@b\r\nContent-Type: multipart/mixed; boundary="A"\r\n\r\n--A\r\n'
        b"Content-Type: text/plain\r\n\r\nWhat is this?\r\n--A\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + _POSTFIX + b"\r\n--A--\r\n"
    )
    said = read(quoting, null_sender=False)
    assert (said.kind, said.sender, said.text) == ("letter", "ada@b", "What is this?")


def test_a_servers_own_manner_is_counted_and_no_more() -> None:
    qmail = b"From: MAILER-DAEMON@x\r\n\r\nHi. This is the qmail-send program at x.\r\n<a@b>:\r\n"
    assert read(qmail, null_sender=True).kind == "failed"
    assert read(qmail, null_sender=True).cause is Cause.SOFT
    assert read(qmail, null_sender=False).kind == "failed"


def test_answering_machines_are_no_bounces() -> None:
    for header in (b"Auto-Submitted: auto-replied", b"Precedence: bulk", b"X-Autoreply: yes"):
        assert read(b"From: a@b\r\n" + header + b"\r\n\r\nAway\r\n", null_sender=True).kind == (
            "auto_reply"
        )
    assert (
        read(b"From: a@b\r\nAuto-Submitted: no\r\n\r\nHi\r\n", null_sender=False).kind == "letter"
    )


def test_that_it_is_no_spam_is_no_complaint() -> None:
    raw = (
        b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\n'
        b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: not-spam\r\n\r\n--B--\r\n"
    )
    assert read(raw, null_sender=True).kind == "delivered"
    assert read(raw.replace(b"not-spam", b"abuse"), null_sender=True).kind == "complaint"


def test_deep_nesting_is_no_way_to_break_it() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (one, one)
        for one in range(3_000)
    )
    assert read(deep, null_sender=True).kind == "failed"


@settings(max_examples=150)
@given(st.binary(max_size=400), st.booleans(), st.integers(0, len(_POSTFIX)))
def test_whatever_comes_is_read_as_something(junk: bytes, null_sender: bool, place: int) -> None:
    assert read(junk, null_sender=null_sender).kind
    assert read(_POSTFIX[:place] + junk + _POSTFIX[place:], null_sender=null_sender).kind
