"""What comes back: reports of a real Postfix end in facts and suppressions, letters in none."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kervan.delivery import books, inbound
from kervan.delivery.bounces.keep import Keeper
from kervan.delivery.bounces.listen import Limits
from kervan.delivery.bounces.take import take
from kervan.delivery.channels import return_path
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.channels.smtp import Patience
from kervan.delivery.inbound import Ground
from kervan.delivery.send import Sender
from kervan.delivery.states import State
from kervan.delivery.way import by_smtp
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.bounces.mta import postfix
from tests.unit.delivery.bounces.serving import serving
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import (
    QUICK,
    VAULT,
    PlainComposer,
    add_people,
    intend,
    intents,
    sending,
)

DOMAIN = "bounce.kervan.test"
KEY = return_path.key_of(VAULT)
GROUND = Ground("TR", "Europe/Istanbul")


@contextmanager
def listening(url: str, workspace: str, limits: Limits | None = None) -> Iterator[int]:
    """The port of a listener that keeps what comes into this workspace."""
    house = Keeper(Config(postgres_url=url, workspace=workspace, bounce_domain=DOMAIN), VAULT)
    try:
        with serving(house.listener(limits)) as port:
            yield port
    finally:
        house.close()


def sender(url: str, workspace: str, smtp_url: str) -> Sender:
    """A sender whose bounces can be believed."""
    settings = Settings(
        smtp_url=smtp_url,
        mail_from="Dükkân <news@kervan.test>",
        bounce_domain=DOMAIN,
        connections=1,
    )
    email = Email(settings, Patience(5.0, 5.0, 5.0), KEY)
    return Sender(
        url, workspace, VAULT, "email", [by_smtp(email, PlainComposer(email), QUICK.backoff)], QUICK
    )


@pytest.mark.peer("postfix")
def test_reports_of_a_real_mail_server(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    def refuse(stage: str, _: int, recipient: str) -> bytes | None:
        if stage != "rcpt":
            return None
        return {
            "gone": b"550 5.1.1 no such user",
            "full": b"452 4.2.2 mailbox is full",
            "us": b"550 5.7.1 we do not like you",
        }.get(recipient.partition("@")[0])

    names = ["fine@good.test", "gone@hard.test", "full@soft.test", "us@hard.test"]
    people = dict(zip(names, add_people(postgres, names), strict=True))
    with ExitStack() as open_:
        sink = open_.enter_context(Peer(refuse))
        port = open_.enter_context(listening(postgres_url, workspace))
        roads = {"good.test": sink.port, "hard.test": sink.port, "soft.test": sink.port}
        url = open_.enter_context(postfix({**roads, DOMAIN: port}))
        open_.enter_context(sending(sender(postgres_url, workspace, url)))
        intend(postgres, intents([*people.values()]))
        until(lambda: len(reports(postgres)) == 3, 30, "three reports")
        until(lambda: sink.accepted, 30, "a mail that arrived")
    assert reports(postgres) == {
        people["gone@hard.test"]: ("hard", "5.1.1", "smtp"),
        people["full@soft.test"]: ("full", "4.2.2", "smtp"),
        people["us@hard.test"]: ("policy", "5.7.1", "smtp"),
    }
    assert suppressed(postgres) == {VAULT.blind("email", "gone@hard.test"): "hard_bounce"}
    rows = postgres.execute("select person, state, bounced_at is not null from message").fetchall()
    # A report may be faster than our books: then it is what ended the mail.
    assert {state for _, state, bounced in rows if not bounced} == {State.ACCEPTED}
    assert {state for _, state, bounced in rows if bounced} <= {State.ACCEPTED, State.FAILED}
    assert {person for person, _, bounced in rows if not bounced} == {people["fine@good.test"]}
    assert [to for _, to, _ in sink.accepted] == ["fine@good.test"]


def reports(conn: Connection) -> dict[int, tuple[str, str, str]]:
    """{person: (kind, code, account)} of what was settled."""
    rows = conn.execute(
        "select m.person, r.kind, r.code, r.account from mail_report r"
        " join message m on m.id = r.message where r.settled_at is not null"
    ).fetchall()
    conn.commit()
    return {person: (kind, code, account) for person, kind, code, account in rows}


def suppressed(conn: Connection) -> dict[bytes, str]:
    """{address: reason} of what nothing may go to."""
    rows = conn.execute("select contact, reason from contact_suppression").fetchall()
    return {contact.bytes: reason for contact, reason in rows}


def sent(conn: Connection, *emails: str) -> dict[str, uuid.UUID]:
    """{address: the mail that was accepted for it}."""
    people = add_people(conn, list(emails))
    intend(conn, intents(people))
    at = clock.now()
    claims = books.claim(conn, 1, "email", len(people), at)
    books.write(conn, [1], [books.End(one, State.ACCEPTED, "", 1, at) for one in claims], at)
    conn.execute(
        "insert into hand_over (message, attempt, at, links) select id, 1, %s, '{}' from message",
        (at,),
    )
    conn.commit()
    of = {one.subject.person: one.subject.message for one in claims}
    return {email: of[person] for email, person in zip(emails, people, strict=True)}


def report(status: str, action: str = "failed") -> bytes:
    """A report as RFC 3464 asks for."""
    return (
        'Content-Type: multipart/report; boundary="b"; report-type=delivery-status\r\n'
        "Auto-Submitted: auto-replied\r\n\r\n--b\r\n\r\nIt failed.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mta\r\n\r\n"
        f"Final-Recipient: rfc822; x@y.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        "--b--\r\n"
    ).encode()


def complaint(message: uuid.UUID, back: str = "") -> bytes:
    """A complaint as RFC 5965 asks for; it names the mail by its return path, or by its id."""
    return (
        'Content-Type: multipart/report; boundary="b"; report-type=feedback-report\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
        f"User-Agent: x/1\r\n{f'Original-Mail-From: <{back}>' if back else 'X: y'}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{message.hex}@kervan.test>\r\n"
        "Feedback-ID: mail:basket-3:marketing:kervan\r\n\r\nhello\r\n--b--\r\n"
    ).encode()


def give(conn: Connection, message: uuid.UUID, raw: bytes, *, null_sender: bool = True) -> str:
    """What comes to a mail's own return path."""
    back = return_path.address(message, DOMAIN, KEY)
    return take(conn, VAULT, back, raw, GROUND, clock.now(), null_sender=null_sender)


def withdrawn(conn: Connection) -> list[tuple[bytes, str]]:
    """(address, channel) of refusals in the ledger."""
    rows = conn.execute(
        "select contact, channel from consent_event where status = 'withdrawn' order by id"
    ).fetchall()
    return [(contact.bytes, channel) for contact, channel in rows]


def test_nobody_makes_up_a_bounce(postgres: Connection) -> None:
    mails = sent(postgres, "a@home.example", "b@home.example")
    hers, his = mails.values()
    mine = return_path.address(hers, DOMAIN, KEY)
    forged = [
        mine.replace(hers.hex, his.hex),  # one's own tag on a stranger's mail
        return_path.address(his, DOMAIN, b""),
        return_path.address(his, DOMAIN, b"another key"),
        return_path.feedback_address(DOMAIN, b"another key"),
        "news@kervan.test",
    ]
    for one in forged:
        with pytest.raises(KervanError, match="no return path"):
            take(postgres, VAULT, one, report("5.1.1"), GROUND, clock.now())
    assert suppressed(postgres) == {}
    assert give(postgres, hers, report("5.1.1")) == "failed"
    assert suppressed(postgres) == {VAULT.blind("email", "a@home.example"): "hard_bounce"}


def test_what_fails_so_often_is_given_up(postgres: Connection) -> None:
    address = "a@home.example"
    [person] = add_people(postgres, [address])
    for number in range(5):
        assert suppressed(postgres) == {}
        intend(postgres, intents([person], key=str(number)))
        at = clock.now()
        [claim] = books.claim(postgres, 1, "email", 5, at)
        books.write(postgres, [1], [books.End(claim, State.ACCEPTED, "", 1, at)], at)
        postgres.execute("insert into hand_over (message, attempt, at, links)"
                         " values (%s, 1, now(), '{}')", (claim.subject.message,))  # fmt: skip
        for _ in range(2):  # told twice is told once
            assert give(postgres, claim.subject.message, report("4.4.7")) == "failed"
    assert suppressed(postgres) == {VAULT.blind("email", address): "soft_bounces"}


def test_a_complaint_withdraws_what_she_agreed_to(postgres: Connection) -> None:
    mails = sent(postgres, "a@gmail.com", "b@home.example", "c@home.example")
    first, second, third = mails.values()
    back = return_path.address(first, "elsewhere.example", KEY)
    loop = return_path.feedback_address(DOMAIN, KEY)
    for raw in (complaint(uuid.UUID(int=5), back), complaint(second), complaint(second)):
        assert take(postgres, VAULT, loop, raw, GROUND, clock.now()) == "complaint"
    assert (
        take(postgres, VAULT, loop, complaint(uuid.UUID(int=5)), GROUND, clock.now()) == "unknown"
    )
    addresses = ("a@gmail.com", "b@home.example")
    assert withdrawn(postgres) == [(VAULT.blind("email", one), "email") for one in addresses]
    rows = postgres.execute(
        "select message, domain, journey, version from mail_report order by domain"
    ).fetchall()
    assert rows == [(first, "gmail", "basket", 3), (second, "other", "basket", 3)]
    states = postgres.execute("select state, complained_at is null, id from message").fetchall()
    assert {id_ for state, none, id_ in states if none and state == State.ACCEPTED} == {third}


def test_what_is_no_bounce_changes_nothing_and_her_letter_is_kept(postgres: Connection) -> None:
    [mail] = sent(postgres, "a@home.example").values()
    vacation = b"From: a@home.example\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    letter = b"From: Ada <a@home.example>\r\nMessage-ID: <1@x>\r\n\r\nWhere is it?\r\n> quoted\r\n"
    assert give(postgres, mail, vacation, null_sender=True) == "auto_reply"
    assert give(postgres, mail, report("4.4.1", "delayed")) == "delayed"
    assert give(postgres, mail, report("2.0.0", "delivered")) == "delivered"
    assert give(postgres, mail, letter, null_sender=False) == "letter"
    stranger = b"From: b@home.example\r\nMessage-ID: <2@x>\r\n\r\nSTOP\r\n"
    assert give(postgres, mail, stranger, null_sender=False) == "letter"
    assert postgres.execute("select count(*) from mail_report").fetchone() == (0,)
    assert withdrawn(postgres) == [], "a From line proves nothing"
    [row] = postgres.execute("select person from message").fetchall()
    [told] = inbound.disclose(postgres, VAULT, [row[0]])
    assert told["text"] == "Where is it?"
    assert postgres.execute("select bounced_at from message").fetchone() == (None,)


def test_a_report_resolves_a_doubt(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@home.example"])
    intend(postgres, intents([person]))
    at = clock.now()
    [claim] = books.claim(postgres, 1, "email", 1, at)
    books.write(postgres, [1], [books.Doubt(claim, "delivery.no_answer")], at)
    postgres.execute("insert into hand_over (message, attempt, at, links)"
                     " values (%s, 1, now(), '{}')", (claim.subject.message,))  # fmt: skip
    assert give(postgres, claim.subject.message, report("5.2.2")) == "failed"
    row = postgres.execute("select state, bounced_at is not null from message").fetchone()
    assert row == (State.FAILED, True)
    assert suppressed(postgres) == {}
