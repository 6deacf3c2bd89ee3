"""A small shop for sender tests: people with addresses and consent, and messages for them."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg

from kervan.collect import intake
from kervan.consent import store as consent
from kervan.content.render import Rendered
from kervan.delivery import books, compose, gather, outbox
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.channels.smtp import Mail, Patience
from kervan.delivery.desk import Backoff, Job
from kervan.delivery.outbox import Intents
from kervan.delivery.send import Pace, Rules, Sender
from kervan.delivery.states import State
from kervan.delivery.way import by_smtp
from kervan.kernel import clock, ids, postgres
from kervan.kernel.crypto import Vault, WorkspaceVault
from kervan.profiles import identifiers, read
from kervan.profiles import store as profiles
from kervan.profiles.read import Person
from kervan.profiles.sighting import Claim

VAULT: WorkspaceVault = Vault(b"k" * 32).workspace("test")
_numbers = itertools.count(1)
AT = datetime.fromisoformat("2026-11-20T10:00:00+00:00")


def add_people(
    conn: postgres.Connection, emails: list[str], *, consenting: bool = True
) -> list[int]:
    """People with these addresses ("" for none); gives their numbers."""
    today = clock.now().date()
    intake.open_days(conn, [today, today + timedelta(days=1)])
    at_ms = clock.to_ms(AT)
    people = [next(_numbers) for _ in emails]
    keys = profiles.create_people(conn, VAULT, people, at_ms)
    gained = [
        profiles.Gain(
            person, Claim(identifiers.EMAIL, VAULT.blind("email", address), address), at_ms, 1, ""
        )
        for person, address in zip(people, emails, strict=True)
        if address
    ]
    profiles.keep_identifiers(conn, VAULT, gained, keys)
    if consenting:
        consent.record(
            conn,
            [
                consent.Decision(
                    person, "email", "marketing", True, at_ms, 1, "", ids.random_bytes(16)
                )
                for person in people
            ],
            VAULT,
        )
    return people


def add_phones(conn: postgres.Connection, phones: list[str]) -> list[int]:
    """People with these verified phone numbers, who agreed to nothing; gives their numbers."""
    people = add_people(conn, [""] * len(phones), consenting=False)
    at_ms = clock.to_ms(AT)
    gained = [
        profiles.Gain(
            person, Claim(identifiers.PHONE, VAULT.blind("phone", phone), phone), at_ms, 1, ""
        )
        for person, phone in zip(people, phones, strict=True)
    ]
    profiles.keep_identifiers(conn, VAULT, gained, read.keys(conn, people))
    return people


def read_mail(
    conn: postgres.Connection, claim: books.Claim, at: datetime
) -> tuple[Person, Rendered]:
    """Who gets the mail of a claim that passes the gate at `at`, and what she reads."""
    [job], _ = gather.judge(conn, VAULT, [claim], at, healthy=True, hold_seconds=1)
    person = replace(job.person, email=job.reached.address, email_hash=job.reached.contact)
    shown = compose.again(
        conn, VAULT, "https://k.example", person, claim.subject.message, claim.context,
        claim.template_version,
    )  # fmt: skip
    return person, shown


def intents(
    people: list[int],
    *,
    at: datetime | None = None,
    message_class: str = "marketing",
    lives: timedelta = timedelta(days=1),
    wait: timedelta = timedelta(0),
    key: str = "",
) -> Intents:
    """One message for each of `people`, due now."""
    at_ms = clock.to_ms(at or clock.now())
    count = len(people)
    return Intents(
        key=[ids.hash16(key.encode(), str(person).encode()) for person in people],
        person=people,
        journey=["basket"] * count,
        version=[3] * count,
        step=["mail"] * count,
        run=people,
        channel=["email"] * count,
        message_class=[message_class] * count,
        template_version=[7] * count,
        context=[b'{"basket": {"items": 2}}'] * count,
        at_ms=[at_ms] * count,
        not_before_ms=[at_ms + round(wait.total_seconds() * 1000)] * count,
        expires_ms=[at_ms + round(lives.total_seconds() * 1000)] * count,
    )


class PlainComposer:
    """Writes every message as the same few words, so that the tests are about sending."""

    def __init__(self, email: Email) -> None:
        self.email = email

    def load(self, conn: postgres.Connection, jobs: list[Job]) -> None:
        """Nothing to fetch."""

    def write(self, job: Job) -> Mail:
        """One mail to the person's address."""
        job.links = "https://shop.example/a\nhttps://shop.example/b"
        message = job.claim.subject.message
        return self.email.write(
            job,
            message,
            job.reached.address,
            "Sepetin",
            f"<p>{message}</p>",
            str(message),
            clock.now(),
            unsubscribe_url=f"https://shop.example/u/{message.hex}",
        )


QUICK = Rules(
    doubt=books.DoubtPolicy(window_seconds=0.3),
    backoff=Backoff(line_seconds=0.05, server_seconds=0.1, most=5),
    pace=replace(
        Pace(), recover_seconds=0.1, idle_seconds=0.05, hold_seconds=0.1, stop_seconds=3.0
    ),
)


def make_sender(
    url: str,
    workspace: str,
    smtp_url: str,
    rules: Rules = QUICK,
    connections: int = 3,
    patience_seconds: float = 1.0,
) -> Sender:
    """A sender with short patience."""
    email = Email(
        Settings(
            smtp_url=smtp_url, mail_from="Dükkân <news@shop.example>", connections=connections
        ),
        Patience(patience_seconds, patience_seconds, patience_seconds),
    )
    out = by_smtp(email, PlainComposer(email), rules.backoff)
    return Sender(url, workspace, VAULT, "email", [out], rules)


@contextmanager
def sending(sender: Sender) -> Iterator[None]:
    """Run `sender` in a thread while the block runs; it must end without an error."""
    errors: list[BaseException] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        try:
            loop.run_until_complete(sender.run(stop))
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(15)
        alive = thread.is_alive()
        if not alive:
            loop.close()
    assert not alive
    assert not errors, errors


def states(conn: psycopg.Connection) -> dict[str, int]:
    """{state: how many messages}, as seen in a transaction of its own."""
    rows = conn.execute("select state, count(*) from message group by state").fetchall()
    conn.commit()
    return {State(state).name.lower(): count for state, count in rows}


def intend(conn: postgres.Connection, wanted: Intents) -> int:
    """Keep intents and commit."""
    count = outbox.intend(conn, VAULT, wanted)
    conn.commit()
    return count
