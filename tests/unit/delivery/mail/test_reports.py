"""What came back: by whichever way it is told, it is one fact with one consequence."""

import uuid

import pytest

from kervan.consent import ledger, suppress
from kervan.delivery.channels.channel import Problem, Receipt, ReceiptKind
from kervan.delivery.hear import hear
from kervan.delivery.inbound import Ground
from kervan.delivery.mail import reports
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT, add_people, intend, intents

GROUND = Ground("TR", "Europe/Istanbul")
AT = clock.now()


@pytest.mark.parametrize(
    ("kind", "problem", "report"),
    [
        ("bounced", Problem.ADDRESS, "hard"),
        ("complained", Problem.NONE, "complaint"),
        ("failed", Problem.ADDRESS, "hard"),
        ("failed", Problem.CONTENT, "policy"),
        ("failed", Problem.NONE, "soft"),
        ("undelivered", Problem.FULL, "full"),
        ("undelivered", Problem.SERVER, "soft"),
        ("failed", Problem.ACCOUNT, ""),
        ("failed", Problem.THROTTLED, ""),
        ("refused", Problem.REFUSED, ""),
        ("delivered", Problem.NONE, ""),
    ],
)
def test_what_each_word_of_a_provider_says(
    kind: ReceiptKind, problem: Problem, report: str
) -> None:
    assert reports.kind_of(Receipt(kind, AT, problem=problem)) == report


def mails(conn: Connection, emails: list[str], channel: str = "email") -> list[uuid.UUID]:
    """A message to each."""
    people = add_people(conn, emails)
    wanted = intents(people)
    wanted.channel = [channel] * len(people)
    intend(conn, wanted)
    rows = conn.execute("select id, person from message order by person").fetchall()
    return [message for message, person in rows if person in people]


def test_our_own_listener_and_a_provider_tell_one_story(postgres: Connection) -> None:
    [mail] = mails(postgres, ["a@gmail.com"])
    for account in ("smtp", "ses", "smtp"):
        said = [Receipt("bounced", AT, message=mail, problem=Problem.ADDRESS, code="5.1.1")]
        hear(postgres, VAULT, account, "email", said, GROUND, AT)
    rows = postgres.execute("select kind, account, domain from mail_report").fetchall()
    assert rows == [("hard", "smtp", "gmail")]
    told = postgres.execute("select sum(events) from kervan.intake").fetchone()
    assert told == (2,), "that it failed, as it was not sent yet, and that it came back"


def test_what_is_no_mail_is_not_counted(postgres: Connection) -> None:
    [text] = mails(postgres, ["a@home.example"], "sms")
    said = [Receipt("failed", AT, message=text), Receipt("failed", AT, message=uuid.UUID(int=9))]
    hear(postgres, VAULT, "acme", "sms", said, GROUND, AT)
    assert postgres.execute("select count(*) from mail_report").fetchone() == (0,)


def test_an_erased_person_leaves_figures_and_no_address(postgres: Connection) -> None:
    [mail] = mails(postgres, ["a@gmail.com"])
    row = postgres.execute("select person from message").fetchone()
    assert row is not None
    said = [Receipt("undelivered", AT, message=mail, problem=Problem.FULL)]
    hear(postgres, VAULT, "ses", "email", said, GROUND, AT)
    reports.forget_people(postgres, [row[0]])
    assert postgres.execute("select kind, contact from mail_report").fetchall() == [("full", None)]


def test_the_address_that_a_mail_went_to_is_given_up_and_not_the_one_she_has_by_now(
    postgres: Connection,
) -> None:
    [mail] = mails(postgres, ["new@home.example"])
    row = postgres.execute("select person from message").fetchone()
    assert row is not None
    old, new = (VAULT.blind("email", f"{one}@home.example") for one in ("old", "new"))
    agreed = ledger.Change("email", "granted", AT, row[0], old, "email")
    ledger.record(postgres, VAULT, [agreed])
    postgres.execute(
        "update message set consent_event = (select max(id) from consent_event where contact = %s)",
        (uuid.UUID(bytes=old),),
    )
    said = [Receipt("bounced", AT, message=mail, problem=Problem.ADDRESS)]
    hear(postgres, VAULT, "ses", "email", said, GROUND, AT)
    assert suppress.check(postgres, [old, new], "email") == {old: "hard_bounce"}


def test_an_own_address_of_a_message_is_the_one_given_up(postgres: Connection) -> None:
    [mail] = mails(postgres, ["a@gmail.com"])
    other = VAULT.blind("email", "b@home.example")
    postgres.execute("update message set contact = %s", (uuid.UUID(bytes=other),))
    said = [Receipt("bounced", AT, message=mail, problem=Problem.ADDRESS)]
    hear(postgres, VAULT, "ses", "email", said, GROUND, AT)
    assert suppress.check(postgres, [other], "email") == {other: "hard_bounce"}
    hers = VAULT.blind("email", "a@gmail.com")
    assert suppress.check(postgres, [hers], "email") == {}
