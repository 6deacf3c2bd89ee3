"""The SMTP client against servers that behave, refuse, hang up and lie."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from hypothesis import given, strategies

from kervan.delivery.channels import connect, smtp
from kervan.delivery.channels.smtp import Fate, Mail, Outcome, Patience
from tests.unit.delivery.certificate import self_signed
from tests.unit.delivery.peer import DROP, HANG, Peer, Script, free_port

_SHORT = Patience(command_seconds=0.4, final_seconds=0.4, connect_seconds=2)


class Desk:
    """A desk with a stack of mails; `failing` names those whose journal fails."""

    def __init__(self, mails: list[Mail], failing: tuple[object, ...] = ()) -> None:
        self.left = mails[::-1]
        self.failing = failing
        self.outcomes: dict[object, Outcome] = {}
        self.log: list[tuple[str, object]] = []

    def take(self) -> Mail | None:
        return self.left.pop() if self.left else None

    def journal(self, mail: Mail) -> asyncio.Future[None]:
        self.log.append(("journal", mail.key))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if mail.key in self.failing:
            done.set_exception(OSError("disk full"))
        else:
            asyncio.get_running_loop().call_later(0.002, done.set_result, None)
        return done

    def report(self, mail: Mail, outcome: Outcome) -> None:
        assert mail.key not in self.outcomes, "reported twice"
        self.log.append(("report", mail.key))
        self.outcomes[mail.key] = outcome


def mails(count: int, content: bytes = b"Subject: x\r\n\r\nhello\r\n") -> list[Mail]:
    return [Mail(i, f"b+{i}@shop.example", f"p{i}@home.example", content) for i in range(count)]


def pump(
    url: str,
    desk: Desk,
    patience: Patience = _SHORT,
    mails_per_connection: int = 1000,
    run: Callable[[Coroutine[None, None, smtp.Session]], smtp.Session] = asyncio.run,
) -> smtp.Session:
    async def go() -> smtp.Session:
        server = replace(
            connect.parse(url), patience=patience, mails_per_connection=mails_per_connection
        )
        session = await connect.open_session(server)
        try:
            await session.pump(desk)
        finally:
            if session.usable:
                await session.quit()
        return session

    return run(go())


def fates(desk: Desk) -> list[str]:
    return [desk.outcomes[key].fate.value for key in sorted(desk.outcomes, key=str)]


@pytest.mark.parametrize("extensions", [(b"PIPELINING", b"SIZE 100000"), (b"SIZE",), ()])
def test_mails_arrive_in_order_with_and_without_pipelining(extensions: tuple[bytes, ...]) -> None:
    with Peer(extensions=extensions) as peer:
        desk = Desk(mails(5))
        pump(peer.url, desk)
    assert fates(desk) == ["accepted"] * 5
    assert desk.outcomes[0].reference == "Q1"
    assert [to for _, to, _ in peer.accepted] == [f"p{i}@home.example" for i in range(5)]
    assert peer.connections == 1
    order = [step for step in desk.log if step[0] == "journal"]
    assert order == [("journal", i) for i in range(5)]


@given(
    strategies.lists(
        strategies.sampled_from([b".", b"..", b"", b"a", b".b", b"RCPT TO:<evil@x>", b"QUIT"]),
        max_size=12,
    )
)
def test_dots_are_stuffed_so_that_content_is_only_content(lines: list[bytes]) -> None:
    content = b"\r\n".join([b"Subject: x", b"", *lines])
    stuffed = smtp._stuffed(content)
    assert stuffed.endswith(b"\r\n")
    received = stuffed.split(b"\r\n")[:-1]
    assert b"." not in received
    unstuffed = b"\r\n".join(line[1:] if line[:1] == b"." else line for line in received)
    assert unstuffed == content.removesuffix(b"\r\n") or unstuffed + b"\r\n" == content


def _at(stage: str, answer: bytes, number: int = 2) -> Script:
    return lambda place, mail, recipient: answer if (place, mail) == (stage, number) else None


@pytest.mark.parametrize(
    ("stage", "answer", "fate", "whole"),
    [
        ("mail", b"451 4.3.0 later", "deferred", 2),
        ("rcpt", b"450 4.2.0 greylisted", "deferred", 2),
        ("rcpt", b"550 5.1.1 <p1@home.example> unknown", "rejected", 2),
        ("data", b"451 4.3.0 later", "deferred", 2),
        ("data", b"554 5.7.1 no", "rejected", 2),
        ("end", b"452 4.2.2 full", "deferred", 3),
        ("end", b"554 5.7.1 spam", "rejected", 3),
        ("mail", b"530 5.7.0 log in first", "deferred", 2),
    ],
)
def test_a_refusal_concerns_one_mail_only(stage: str, answer: bytes, fate: str, whole: int) -> None:
    with Peer(script=_at(stage, answer)) as peer:
        desk = Desk(mails(3))
        pump(peer.url, desk)
    assert fates(desk) == ["accepted", fate, "accepted"]
    assert desk.outcomes[1].stage == stage
    assert len(peer.whole) == whole
    assert peer.connections == 1


def test_a_server_that_wants_content_for_nobody_gets_an_empty_one() -> None:
    def script(stage: str, number: int, recipient: str) -> bytes | None:
        if number == 2:
            return {"rcpt": b"550 5.1.1 no", "data": b"354 go", "end": b"554 nobody"}.get(stage)
        return None

    with Peer(script=script) as peer:
        desk = Desk(mails(3))
        pump(peer.url, desk)
    assert fates(desk) == ["accepted", "rejected", "accepted"]
    assert len(peer.accepted) == 2


@pytest.mark.parametrize(
    ("stage", "answer", "expected"),
    [
        # Mail 1 is answered, mail 2 lost before its end: it is safe to try again.
        ("mail", DROP, ["accepted", "deferred"]),
        ("rcpt", DROP, ["accepted", "deferred"]),
        ("data", DROP, ["accepted", "deferred"]),
        ("body", DROP, ["accepted", "deferred"]),
        ("data", HANG, ["accepted", "deferred"]),
        ("mail", b"421 4.3.2 closing", ["accepted", "deferred"]),
        ("mail", b"no reply at all", ["accepted", "deferred"]),
        # Its end was sent and nothing came back: nobody knows.
        ("end", DROP, ["accepted", "doubt"]),
        ("end", HANG, ["accepted", "doubt"]),
    ],
)
def test_a_lost_line_is_safe_before_the_end_and_in_doubt_after_it(
    stage: str, answer: bytes, expected: list[str]
) -> None:
    with Peer(script=_at(stage, answer)) as peer:
        desk = Desk(mails(2))
        session = pump(peer.url, desk)
    assert fates(desk) == expected
    assert not session.usable


def test_the_mail_after_the_doubtful_one_is_safe() -> None:
    with Peer(script=_at("end", DROP, 1)) as peer:
        desk = Desk(mails(3))
        pump(peer.url, desk)
    # Mail 2 travelled in the same write as the end of mail 1.
    assert fates(desk) == ["doubt", "deferred"]
    assert len(desk.left) == 1


def test_without_journal_the_end_never_leaves() -> None:
    with Peer() as peer:
        desk = Desk(mails(3), failing=(1,))
        with pytest.raises(OSError, match="disk full"):
            pump(peer.url, desk)
    assert [to for _, to, _ in peer.whole] == ["p0@home.example"]
    assert fates(desk) == ["accepted", "deferred", "deferred"]


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<evil@x.example", "a b@c.example", "a\n@b.example", "", "<a@b.c>"],
)
def test_an_address_cannot_bring_commands(address: str) -> None:
    with Peer() as peer:
        desk = Desk([Mail(0, "b@shop.example", address, b"x\r\n"), *mails(2)[1:]])
        pump(peer.url, desk)
    assert desk.outcomes[0].reference == "address_invalid"
    assert desk.outcomes[1].fate is Fate.ACCEPTED
    assert not any("evil" in command for command in peer.commands)


def test_what_the_server_cannot_take_is_refused_without_asking() -> None:
    with Peer(extensions=(b"SIZE 50",)) as peer:
        desk = Desk(
            [
                Mail("big", "b@shop.example", "a@b.example", b"x" * 60),
                Mail("eight", "b@shop.example", "a@b.example", "ş".encode()),
                Mail("utf8", "b@shop.example", "ayşe@b.example", b"x"),
            ]
        )
        pump(peer.url, desk)
    assert {key: one.reference for key, one in desk.outcomes.items()} == {
        "big": "too_large",
        "eight": "8bitmime_missing",
        "utf8": "smtputf8_missing",
    }
    assert not any(command.startswith("MAIL") for command in peer.commands)


def test_extensions_are_used_when_offered() -> None:
    with Peer(extensions=(b"SMTPUTF8", b"8BITMIME", b"DSN", b"SIZE")) as peer:
        desk = Desk([Mail(0, "b@shop.example", "ayşe@b.example", "ş".encode(), "abc")])
        pump(peer.url, desk)
    [mail] = [command for command in peer.commands if command.startswith("MAIL")]
    assert mail == "MAIL FROM:<b@shop.example> SIZE=2 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=abc"


def test_a_connection_is_spent_after_its_number_of_mails() -> None:
    with Peer() as peer:
        desk = Desk(mails(5))
        session = pump(peer.url, desk, mails_per_connection=3)
    assert fates(desk) == ["accepted"] * 3
    assert not session.usable
    assert len(desk.left) == 2


def test_a_big_mail_is_not_stopped_by_a_full_socket() -> None:
    content = b"Subject: x\r\n\r\n" + (b"text " * 160 + b"\r\n") * 4_000
    with Peer() as peer:
        desk = Desk(mails(3, content))
        pump(peer.url, desk, Patience(5, 5, 5))
    assert fates(desk) == ["accepted"] * 3
    assert peer.accepted[2][2] == content


class _Inbox:
    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 2.0.0 Ok: queued as 42"


def _check(
    server: object, session: object, envelope: object, mechanism: str, auth_data: object
) -> AuthResult:
    assert isinstance(auth_data, LoginPassword)
    good = (auth_data.login, auth_data.password) == (b"kervan", "gizli şifre".encode())
    return AuthResult(success=good, handled=False)


@pytest.mark.parametrize(("excluded", "run"), [(["LOGIN"], asyncio.run), (["PLAIN"], uvloop.run)])
def test_tls_and_login_against_aiosmtpd(
    tmp_path: Path,
    excluded: list[str],
    run: Callable[[Coroutine[None, None, smtp.Session]], smtp.Session],
) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    inbox = _Inbox()
    port = free_port()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=_check,
        auth_exclude_mechanism=excluded,
    )
    controller.start()
    try:
        login = "kervan:gizli%20%C5%9Fifre@"
        desk = Desk(mails(3, b"Subject: x\r\n\r\n.dot\r\n"))
        pump(f"smtp://{login}127.0.0.1:{port}?starttls=yes&ca={certificate}", desk, run=run)
        assert fates(desk) == ["accepted"] * 3
        assert [one.original_content for one in inbox.envelopes] == [
            b"Subject: x\r\n\r\n.dot\r\n"
        ] * 3
        for url, why in {
            f"smtp://{login}127.0.0.1:{port}?starttls=yes": "tls_not_trusted",
            f"smtp://kervan:no@127.0.0.1:{port}?ca={certificate}": "login_refused",
        }.items():
            with pytest.raises(smtp.LineLost, match=why):
                pump(url, Desk(mails(1)), run=run)
        unverified = Desk(mails(1))
        pump(f"smtp://{login}127.0.0.1:{port}?verify=no", unverified, run=run)
        assert fates(unverified) == ["accepted"]
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("url", "script", "why"),
    [
        ("smtp://127.0.0.1:{port}?starttls=yes", None, "starttls_missing"),
        ("smtp://user:secret@127.0.0.1:{port}", None, "login_needs_tls"),
        ("smtp://127.0.0.1:{port}", b"554 no service", "greeting_554"),
        ("smtp://127.0.0.1:{port}", HANG, "no_reply"),
        ("smtp://127.0.0.1:{port}", DROP, "connection_lost"),
        ("smtps://127.0.0.1:{port}", None, "tls_failed"),
    ],
)
def test_why_there_is_no_connection(url: str, script: bytes | None, why: str) -> None:
    def answer(stage: str, number: int, recipient: str) -> bytes | None:
        return script if stage == "greeting" else None

    with Peer(script=answer) as peer, pytest.raises(smtp.LineLost, match=why):
        pump(url.format(port=peer.port), Desk(mails(1)))


def test_talk_before_tls_is_not_trusted() -> None:
    def answer(stage: str, number: int, recipient: str) -> bytes | None:
        return b"220 go\r\n250 injected" if stage == "star" else None

    with (
        Peer(script=answer, extensions=(b"STARTTLS",)) as peer,
        pytest.raises(smtp.LineLost, match="talk_before_tls"),
    ):
        pump(peer.url, Desk(mails(1)))


def test_nobody_listens() -> None:
    with Peer() as peer:
        port = peer.port
    with pytest.raises(smtp.LineLost, match="connect_refused"):
        pump(f"smtp://127.0.0.1:{port}", Desk(mails(1)))
