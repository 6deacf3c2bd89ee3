"""Keeps what came back of mails, and does what follows: give an address up, write a refusal down.

Whoever is told keeps it (a provider's webhook, our own listener); `settle` follows in the same
transaction, and once only, however often and by how many ways it was told.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kervan.collect import intake
from kervan.consent import addresses, packs, refuse, suppress
from kervan.consent.ledger import Change
from kervan.consent.refuse import Refusal
from kervan.delivery.channels.channel import Problem, Receipt
from kervan.delivery.inbound import Ground
from kervan.delivery.mail import domains, rules, standing
from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "reports.sql")
_AT_ONCE = 1_000
_KEPT = timedelta(days=400)
CHANNEL = "email"
HARD, SOFT, FULL, POLICY, COMPLAINT = "hard", "soft", "full", "policy", "complaint"
_OF_PROBLEM = {
    Problem.ADDRESS: HARD,
    Problem.FULL: FULL,
    Problem.CONTENT: POLICY,
    Problem.NONE: SOFT,
    Problem.SERVER: SOFT,
}
"""All others are about us or our provider, and say nothing of an address."""


class Report(NamedTuple):
    """What came back of one mail, and to which address: `contact` b"" and `domain` "" where nobody
    has it any more."""

    message: uuid.UUID
    kind: str
    at: datetime
    person: int
    contact: bytes
    brand: str
    journey: str
    version: int
    domain: str
    step: str
    run: int
    code: str


def kind_of(said: Receipt) -> str:
    """What a receipt says came back, "" for nothing."""
    if said.kind == "complained":
        return COMPLAINT
    if said.kind == "bounced":
        return HARD
    if said.kind in ("failed", "undelivered"):
        return _OF_PROBLEM.get(said.problem, "")
    return ""


def keep(conn: Connection, account: str, known: Sequence[tuple[uuid.UUID, Receipt]]) -> None:
    """Keep what `account` told of messages; what is no mail's is left out."""
    told = [(message, kind_of(one), one) for message, one in known]
    told = [(message, kind, one) for message, kind, one in told if kind]
    if not told:
        return
    conn.execute(
        _SQL.keep,
        {
            "account": account,
            "messages": postgres.uuids(message for message, _, _ in told),
            "kinds": [kind for _, kind, _ in told],
            "codes": [one.code[:40] for _, _, one in told],
            "at": [one.at for _, _, one in told],
        },
    )


def settle(conn: Connection, vault: WorkspaceVault, ground: Ground, at: datetime) -> list[Report]:
    """Do what follows from what was kept, in the caller's transaction; gives what that was."""
    rows = conn.execute(_SQL.unsettled, {"limit": _AT_ONCE}).fetchall()
    if not rows:
        return []
    found = _reports(conn, vault, rows)
    conn.execute(
        _SQL.settle,
        {
            "at": at,
            "messages": postgres.uuids(one.message for one in found),
            "kinds": [one.kind for one in found],
            "contacts": [uuid.UUID(bytes=one.contact) if one.contact else None for one in found],
            "brands": [one.brand for one in found],
            "journeys": [one.journey for one in found],
            "versions": postgres.array(one.version for one in found),
            "domains": [one.domain for one in found],
        },
    )
    _give_up(conn, found, at)
    intake.append_own(conn, [_event(one) for one in found])
    complained = [one for one in found if one.kind == COMPLAINT and one.contact]
    said = [Refusal(_withdrawal(one, ground)) for one in complained]
    refuse.refuse_all(conn, vault, said, at)
    if any(one.kind == COMPLAINT for one in found):
        standing.judge(conn, at)  # last: its lock is taken after the ledger's, everywhere
    return found


def _reports(conn: Connection, vault: WorkspaceVault, rows: list[tuple[Any, ...]]) -> list[Report]:
    people = profiles.contacts(conn, vault, sorted({row[4] for row in rows}))
    named = [(row[5].bytes, row[4]) for row in rows if row[5] is not None]
    own = addresses.find(conn, vault, named)
    found = []
    for message, kind, at, code, number, contact, brand, journey, version, step, run in rows:
        person = people.get(number)
        if contact is not None:
            address = own.get(contact.bytes)
            hash_, where = contact.bytes, address.value if address else ""
        else:
            hash_, where = (person.email_hash, person.email) if person else (b"", "")
        domain = domains.group_of(where)
        about = (number, hash_, brand, journey, version, domain, step, run, code)
        found.append(Report(message, kind, at, *about))
    return found


def _give_up(conn: Connection, found: list[Report], at: datetime) -> None:
    """Never again to addresses that are gone, or that came back too often."""
    gone = {one.contact: one.message for one in found if one.kind == HARD and one.contact}
    suppress.add(conn, [*gone], CHANNEL, "hard_bounce", at, [*gone.values()])
    doubtful = {one.contact for one in found if one.kind in (SOFT, FULL) and one.contact}
    doubtful -= gone.keys()
    if not doubtful:
        return
    soft = rules.current(conn).soft_bounces
    worn: dict[uuid.UUID, uuid.UUID] = dict(
        conn.execute(
            _SQL.worn,
            {
                "contacts": [uuid.UUID(bytes=one) for one in sorted(doubtful)],
                "since": at - timedelta(days=soft.days),
                "count": soft.count,
            },
        ).fetchall()
    )
    hashes = [contact.bytes for contact in worn]
    suppress.add(conn, hashes, CHANNEL, "soft_bounces", at, [*worn.values()])


def _event(one: Report) -> intake.OwnEvent:
    """What the timeline hears; its id is the message's, so it counts once."""
    properties: dict[str, object] = {
        "journey": one.journey, "version": one.version, "step": one.step, "run": one.run,
        "message": str(one.message), "channel": CHANNEL, "kind": one.kind,
    }  # fmt: skip
    if one.code:
        properties["code"] = one.code
    name = "Message Complained" if one.kind == COMPLAINT else "Message Bounced"
    return intake.OwnEvent(
        f"message-{one.message.hex}-{one.kind}", name, clock.to_ms(one.at), one.person, properties
    )


def _withdrawal(one: Report, ground: Ground) -> Change:
    return Change(
        channel=CHANNEL,
        status="withdrawn",
        occurred_at=one.at,
        person=one.person,
        contact=one.contact,
        contact_kind="email",
        brand=one.brand,
        jurisdiction=packs.of_country(ground.country),
        zone=ground.zone,
        source="email",
        actor="person",
        proof={"message": str(one.message), "complaint": True},
        key=ids.hash16(b"complaint", one.message.bytes),
    )


class Accepted(NamedTuple):
    """One mail that was accepted: when, in which group of domains, in whose name."""

    at: datetime
    domain: str
    brand: str


def tally(conn: Connection, accepted: Iterable[Accepted], part: int) -> None:
    """Count accepted mails; `part` (0 to 31) is any number of the sender's."""
    counts: dict[tuple[datetime, str, str], int] = {}
    for one in accepted:
        key = (one.at.replace(minute=0, second=0, microsecond=0), one.domain, one.brand)
        counts[key] = counts.get(key, 0) + 1
    if not counts:
        return
    rows = sorted(counts.items())
    conn.execute(
        _SQL.add_tally,
        {
            "part": part % 32,
            "hours": [key[0] for key, _ in rows],
            "domains": [key[1] for key, _ in rows],
            "brands": [key[2] for key, _ in rows],
            "counts": postgres.array(count for _, count in rows),
        },
    )


class Figures(NamedTuple):
    """What became of mails to one group of domains in one brand's name."""

    domain: str
    brand: str
    accepted: int
    complaints: int
    hard: int
    soft: int
    policy: int

    @property
    def complaint_rate(self) -> float:
        """Complaints as a share of what was accepted."""
        return self.complaints / self.accepted if self.accepted else 0.0

    @property
    def bounce_rate(self) -> float:
        """Failures as a share of what was accepted."""
        lost = self.hard + self.soft + self.policy
        return lost / self.accepted if self.accepted else 0.0


def figures(conn: Connection, since: datetime) -> list[Figures]:
    """By group of domains and brand, since the hour of `since`."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    return [Figures(*row) for row in conn.execute(_SQL.figures, {"since": hour}).fetchall()]


def campaigns(conn: Connection, since: datetime) -> list[tuple[str, int, str, int]]:
    """(journey, version, kind, how many) of what came back since then."""
    return conn.execute(_SQL.campaigns, {"since": since}).fetchall()


def forget_people(conn: Connection, people: list[int]) -> None:
    """Let go of the addresses of erased people; the figures stay."""
    conn.execute(_SQL.forget_people, {"people": postgres.array(people)})


def tidy(conn: Connection, at: datetime) -> None:
    """Let go of figures of long ago."""
    conn.execute(_SQL.tidy, {"before": at - _KEPT})
