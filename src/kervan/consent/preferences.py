"""What people choose on their own page: language, pause, how often, topics; kept by address."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "preferences.sql")
LANGUAGES = ("tr", "az", "en")
FREQUENCIES = ((0, 0), (2, 7), (1, 7), (1, 30))
"""How often somebody may choose to be written to: (messages, within days); (0, 0) is any time."""
MOST_TOPICS = 50


@dataclass(frozen=True, slots=True)
class Choices:
    """One address's choices; "" is no language chosen, `most` 0 no limit within `most_days`."""

    language: str = ""
    paused_until: datetime | None = None
    most: int = 0
    most_days: int = 0

    def paused(self, at: datetime) -> bool:
        """Whether nothing is to be sent at `at`."""
        return self.paused_until is not None and self.paused_until > at


@dataclass(frozen=True, slots=True)
class Point:
    """One address of somebody: kind of identifier, blind hash, the address in the clear."""

    kind: int
    contact: bytes
    atom: int
    value: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic people can choose; `names` by language."""

    key: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Word:
    """The last word on a channel ("" topic) or a topic of an address, as the ledger has it."""

    contact: bytes
    channel: str
    topic: str
    status: str
    occurred_at: datetime
    expires_at: datetime | None
    consent_event: int


def read(conn: Connection, contact: bytes) -> Choices:
    """The choices of an address (blind hash); the usual ones when it never chose."""
    row = conn.execute(_SQL.read, {"contact": uuid.UUID(bytes=contact)}).fetchone()
    return Choices(*row) if row else Choices()


def of_people(conn: Connection, people: list[int]) -> dict[int, Choices]:
    """{head: her choices, over all her addresses the strictest}; those without are left out."""
    if not people:
        return {}
    rows = conn.execute(_SQL.of_people, {"people": postgres.array(people)}).fetchall()
    return {
        head: Choices(language, until, most or 0, days or 0)
        for head, language, until, most, days in rows
    }


def save(
    conn: Connection, vault: WorkspaceVault, said: Change, wanted: Choices, at: datetime
) -> list[str]:
    """Keep `wanted` for the address of `said`; gives what changed: language, pause, frequency.

    Each change is a row of the ledger like `said` (its address, person, source, proof), with what
    was chosen in its notice name. Raises KervanError consent.choice_unknown (422).
    """
    if wanted.language not in ("", *LANGUAGES):
        raise KervanError("consent.choice_unknown", status=422, given=wanted.language[:20])
    if (wanted.most, wanted.most_days) not in FREQUENCIES:
        given = f"{wanted.most}/{wanted.most_days}"
        raise KervanError("consent.choice_unknown", status=422, given=given)
    before = read(conn, said.contact)
    changes: dict[str, tuple[bool, str, datetime | None]] = {}
    if wanted.language != before.language:
        changes["language"] = (bool(wanted.language), wanted.language, None)
    if (wanted.most, wanted.most_days) != (before.most, before.most_days):
        name = f"{wanted.most} in {wanted.most_days} days" if wanted.most else ""
        changes["frequency"] = (bool(wanted.most), name, None)
    if wanted.paused_until != before.paused_until and (wanted.paused(at) or before.paused(at)):
        changes["pause"] = (wanted.paused(at), "", wanted.paused_until)
    if not changes:
        return []
    ledger.record(
        conn, vault,
        [
            _choice(said, topic, chosen, name, until, at)
            for topic, (chosen, name, until) in changes.items()
        ],
        at,
    )  # fmt: skip
    conn.execute(
        _SQL.save,
        {
            "contact": uuid.UUID(bytes=said.contact),
            "kind": said.contact_kind,
            "language": wanted.language,
            "paused_until": wanted.paused_until,
            "most": wanted.most,
            "most_days": wanted.most_days,
            "at": at,
        },
    )
    return list(changes)


def _choice(
    said: Change, topic: str, chosen: bool, name: str, until: datetime | None, at: datetime
) -> Change:
    """A choice as a word of the ledger: granted when she asks for it, withdrawn when it ends."""
    return Change(
        channel=said.channel,
        status="granted" if chosen else "withdrawn",
        occurred_at=at,
        person=said.person,
        contact=said.contact,
        contact_kind=said.contact_kind,
        purpose="service",
        topic=f"choice:{topic}",
        brand=said.brand,
        legal_basis="request",
        jurisdiction=said.jurisdiction,
        zone=said.zone,
        source=said.source,
        notice_name=name,
        proof=said.proof,
        expires_at=until,
        key=ids.uuid7().bytes,
    )


def words(conn: Connection, contacts: list[bytes], brand: str = "") -> list[Word]:
    """All marketing words in force on these addresses (blind hashes)."""
    rows = conn.execute(
        _SQL.words, {"contacts": [uuid.UUID(bytes=one) for one in contacts], "brand": brand}
    ).fetchall()
    return [
        Word(contact.bytes, channel, topic, status, occurred, expires, event)
        for channel, topic, status, occurred, expires, event, contact in rows
    ]


def points(conn: Connection, vault: WorkspaceVault, head: int) -> list[Point]:
    """The addresses of a head, in the clear; of each kind the one messages go to first."""
    rows = conn.execute(_SQL.points, {"head": head}).fetchall()
    return [
        Point(kind, hash_.bytes, atom, _opened(vault, key, sealed), verified is not None)
        for kind, hash_, atom, sealed, key, verified in rows
    ]


def _opened(vault: WorkspaceVault, key: bytes, sealed: bytes) -> str:
    return vault.open(key, sealed, b"identifier").decode()


def topics(conn: Connection) -> list[Topic]:
    """The topics people can choose, in their order."""
    return [Topic(key, names) for key, names in conn.execute(_SQL.topics).fetchall()]


def set_topics(conn: Connection, wanted: list[Topic]) -> None:
    """Replace the topics people can choose; what was said on the others stays in the ledger.

    Raises KervanError consent.topic_unfit (422).
    """
    keys = [one.key for one in wanted]
    for one in wanted:
        named = all(0 < len(one.names.get(language, "")) <= 80 for language in LANGUAGES)
        if not named or not one.key.isprintable() or not 0 < len(one.key) <= 60 or ":" in one.key:
            raise KervanError("consent.topic_unfit", status=422, topic=one.key[:60])
    if len(set(keys)) != len(keys) or len(keys) > MOST_TOPICS:
        raise KervanError("consent.topic_unfit", status=422, topic=keys[-1][:60])
    conn.execute(_SQL.drop_topics)
    encoded: list[Any] = [msgspec.json.encode(one.names).decode() for one in wanted]
    conn.execute(_SQL.add_topics, {"keys": keys, "names": encoded})


def erase(conn: Connection, people: list[int], hashes: list[bytes]) -> int:
    """Forget the choices at these addresses and the mails about their consents; rows changed."""
    given = {"people": people, "contacts": [uuid.UUID(bytes=one) for one in hashes]}
    changed = conn.execute(_SQL.erase, given).rowcount
    return changed + conn.execute(_SQL.erase_mails, given).rowcount
