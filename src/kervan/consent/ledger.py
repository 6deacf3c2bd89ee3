"""Appends what people agreed to and refused, in one unbroken chain per workspace.

Whoever appends holds the row of the chain's end until the commit: that is the order, and it is
taken once for a whole batch. What is derived (the state, the contact points, what waits for an
address) is brought along in the same transaction, and those who listen hear of what is new.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from kervan.consent import chain, packs
from kervan.consent.channels import ABOUT_HERSELF, IDENTIFIER_OF, KIND_OF, country_of
from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "ledger.sql")

STATUSES = ("granted", "denied", "withdrawn", "pending", "expired")
"""A word is granted, denied or withdrawn; pending waits for it; expired ends a granted one."""
AHEAD = timedelta(minutes=5)
"""How far another clock may be ahead of ours before its consent is one of the future."""
PROOF_PLACE = b"consent.proof"
"""The associated data a proof is sealed with."""
_TEXT_CHARS = 200


@dataclass(slots=True)
class Change:
    """One word of one person on one channel and purpose.

    `contact` is the address's blind hash (16 bytes); left empty it is the one `person` (the head)
    had at `occurred_at`, and while she has none the word waits for one. `sealed` is the address
    sealed under the key of `person` (place b"identifier"), when the caller has it. `topic` ""
    is the whole channel, `brand` "" the only one. `source` is a word of our list (packs.SOURCES),
    `source_id` the number of the source the event came by. `key` (16 bytes) makes it count once.
    `proof` says how it was given (form, IP, recording ...) and is sealed under the person's key.
    """

    channel: str
    status: str
    occurred_at: datetime
    person: int = 0
    contact: bytes = b""
    contact_kind: str = ""
    purpose: str = "marketing"
    topic: str = ""
    brand: str = ""
    legal_basis: str = "consent"
    jurisdiction: str = ""
    zone: str = "UTC"
    source: str = "event"
    source_id: int = 0
    actor: str = "person"
    notice: int = 0
    notice_name: str = ""
    proof: dict[str, Any] | None = None
    expires_at: datetime | None = None
    key: bytes = field(default_factory=lambda: ids.uuid7().bytes)
    sealed: bytes | None = None
    verified_at: datetime | None = None
    recipient_type: str = ""
    country: str = ""


class Recorded(NamedTuple):
    """A new row of the ledger, as hooks hear of it: its place, and what it says."""

    id: int
    change: Change
    recorded_at: datetime


Hook = Callable[[Connection, list[Recorded]], None]
on_recorded: list[Hook] = []
"""Called with each batch of new rows, in the transaction that appends them; wired in app/."""


def place(change: Change, value: str) -> None:
    """Put `change` under the law of the country that its address `value` names, if it does.

    A country is kept only where it is not under the law the change came with.
    """
    country = country_of(change.contact_kind, value)
    law = packs.of_country(country)
    if country and law != change.jurisdiction:
        change.country, change.jurisdiction = country, law


def refusal(change: Change, at: datetime) -> tuple[str, str]:
    """Why `change` cannot be recorded at `at`: a code of words.toml and its fact; ("", "") if ok.

    A consent of the future is nobody's; one from before its law's register began is worthless.
    """
    if change.status not in STATUSES:
        return "consent.status_unknown", change.status[:40]
    if change.channel not in KIND_OF:
        return "consent.channel_unknown", change.channel[:40]
    if change.purpose not in packs.PURPOSES:
        return "consent.purpose_unknown", change.purpose[:40]
    if change.occurred_at > at + AHEAD:
        return "consent.in_future", change.occurred_at.isoformat(timespec="seconds")
    earliest = packs.earliest(change.jurisdiction)
    if change.occurred_at < earliest:
        return "consent.too_early", f"{earliest:%Y-%m-%d}"
    if not (change.person or change.contact):
        return "consent.nobody", ""
    texts = (change.topic, change.brand, change.legal_basis, change.zone, change.notice_name,
             change.source, change.actor, change.jurisdiction, change.contact_kind)  # fmt: skip
    if any(len(one) > _TEXT_CHARS or not one.isprintable() for one in texts):
        return "consent.text_unfit", str(_TEXT_CHARS)
    return "", ""


def record(
    conn: Connection, vault: WorkspaceVault, changes: list[Change], at: datetime | None = None
) -> list[int]:
    """Append `changes` in the caller's transaction; gives the place in the chain of each.

    The same key again adds nothing and gives the place it has. Raises KervanError with the code
    that `refusal` gives; `at` is when they are recorded (now).
    """
    if not changes:
        return []
    at = at or clock.now()
    for one in changes:
        code, fact = refusal(one, at)
        if code:
            raise KervanError(code, status=422, given=fact)
    bind(conn, changes)
    position, last = conn.execute(_SQL.lock_head).fetchone() or (0, chain.GENESIS)
    places = _known(conn, [one.key for one in changes])
    new: list[Change] = []
    for one in changes:
        if one.key not in places:
            new.append(one)
            places[one.key] = position + len(new)
    if new:
        _append(conn, vault, new, position, last, at)
    return [places[one.key] for one in changes]


def end(conn: Connection) -> int:
    """The place of the last row that this connection can see; what comes later has a higher one."""
    row = conn.execute(_SQL.end).fetchone()
    return int(row[0]) if row else 0


def bind(conn: Connection, changes: list[Change]) -> None:
    """Give changes without an address the one their person had then, else the first she got.

    Those whose person has none get a place-holder of kind `person`, and wait. A word on push or
    in a chat is about herself: tokens come and go, so it waits for none (delivery.reach).
    """
    some = [one for one in changes if not one.contact]
    if not some:
        return
    rows = conn.execute(
        _SQL.addresses,
        {
            "people": postgres.array(one.person for one in some),
            "kinds": postgres.array(IDENTIFIER_OF.get(KIND_OF[one.channel], 0) for one in some),
            "at": [one.occurred_at for one in some],
        },
    ).fetchall()
    found: dict[int, uuid.UUID] = dict(rows)
    for ordinal, one in enumerate(some, 1):
        address = found.get(ordinal)
        kind = KIND_OF[one.channel]
        one.contact_kind = kind if address or kind in ABOUT_HERSELF else "person"
        one.contact = (address or uuid.UUID(int=one.person)).bytes


def _known(conn: Connection, keys: list[bytes]) -> dict[bytes, int]:
    rows = conn.execute(_SQL.known, {"keys": _uuids(keys)}).fetchall()
    return {key.bytes: place for key, place in rows}


def _append(
    conn: Connection,
    vault: WorkspaceVault,
    new: list[Change],
    position: int,
    last: bytes,
    at: datetime,
) -> None:
    notices = _notices(conn, new)
    proofs = _proofs(conn, vault, new)
    with conn.cursor().copy(_SQL.copy_events) as rows:
        rows.set_types(_TYPES)
        for place, (one, proof) in enumerate(zip(new, proofs, strict=True), position + 1):
            one.contact_kind = one.contact_kind or KIND_OF[one.channel]
            shown = notices.get(one.notice)
            digest = chain.digest(proof) if proof else None
            before = last
            last = chain.link(chain.text_of(_said(place, one, at, shown, digest)), before)
            rows.write_row(
                (
                    place, one.brand, uuid.UUID(bytes=one.contact), one.contact_kind, one.person,
                    one.channel, one.purpose, one.topic, one.status, one.legal_basis,
                    one.jurisdiction, one.occurred_at, one.zone, at, one.source, one.source_id,
                    one.actor, one.notice or None, one.notice_name, shown, proof, digest,
                    one.expires_at, uuid.UUID(bytes=one.key), before, last,
                )
            )  # fmt: skip
    end = position + len(new)
    conn.execute(
        _SQL.move_head,
        {"position": end, "hash": last, "signature": chain.sign(vault, "head", end, last)},
    )
    _derive(conn, new, position, at)
    recorded = [Recorded(place, one, at) for place, one in enumerate(new, position + 1)]
    for hook in on_recorded:
        hook(conn, recorded)


_TYPES = [
    "int8", "text", "uuid", "text", "int4", "text", "text", "text", "text", "text", "text",
    "timestamptz", "text", "timestamptz", "text", "int4", "text", "int8", "text", "bytea",
    "bytea", "bytea", "timestamptz", "uuid", "bytea", "bytea",
]  # fmt: skip


def _said(
    place: int, one: Change, at: datetime, shown: bytes | None, digest: bytes | None
) -> tuple[object, ...]:
    return (
        place, one.brand, one.contact.hex(), one.contact_kind, one.person, one.channel,
        one.purpose, one.topic, one.status, one.legal_basis, one.jurisdiction,
        chain.microseconds(one.occurred_at), one.zone, chain.microseconds(at), one.source,
        one.source_id, one.actor, one.notice or "", one.notice_name, (shown or b"").hex(),
        (digest or b"").hex(), chain.microseconds(one.expires_at), one.key.hex(),
    )  # fmt: skip


def _notices(conn: Connection, new: list[Change]) -> dict[int, bytes]:
    wanted = {one.notice for one in new if one.notice}
    if not wanted:
        return {}
    found: dict[int, bytes] = dict(conn.execute(_SQL.notices, {"ids": list(wanted)}).fetchall())
    for missing in wanted - found.keys():
        raise KervanError("consent.notice_unknown", status=422, given=missing)
    return found


def _proofs(conn: Connection, vault: WorkspaceVault, new: list[Change]) -> list[bytes | None]:
    people = {one.person for one in new if one.proof and one.person}
    keys = profiles.keys(conn, sorted(people)) if people else {}
    return [_proof(vault, keys.get(one.person), one.proof) if one.proof else None for one in new]


def _proof(vault: WorkspaceVault, key: bytes | None, given: dict[str, Any]) -> bytes:
    plain = msgspec.json.encode(given, order="sorted")
    return b"\0" + plain if key is None else b"\1" + vault.seal(key, plain, PROOF_PLACE)


def read_proof(
    vault: WorkspaceVault, key: bytes | None, proof: bytes | None
) -> dict[str, Any] | None:
    """What a row's `proof` says; None without one, or when the person's key is gone.

    Raises KervanError kernel.sealed_data_broken.
    """
    if proof is None:
        return None
    plain: bytes | None = proof[1:]
    if proof[:1] == b"\1":
        plain = None if key is None else vault.open(key, proof[1:], PROOF_PLACE)
    found: dict[str, Any] | None = None if plain is None else msgspec.json.decode(plain)
    return found


def _derive(conn: Connection, new: list[Change], position: int, at: datetime) -> None:
    """The state, the contact points and what waits, brought to what `new` says."""
    conn.execute(_SQL.derive_state, {"after": position})
    conn.execute(_SQL.keep_waiting, {"after": position})
    conn.execute(_SQL.keep_points, {"after": position, "at": at})
    told = {
        one.contact: one
        for one in new
        if one.sealed or one.verified_at or one.recipient_type or one.country
    }
    if told:
        some = list(told.values())
        conn.execute(
            _SQL.tell_points,
            {
                "contacts": _uuids([one.contact for one in some]),
                "people": [one.person for one in some],
                "sealed": [one.sealed for one in some],
                "verified": [one.verified_at for one in some],
                "types": [one.recipient_type for one in some],
                "countries": [one.country for one in some],
            },
        )


def settle(conn: Connection, vault: WorkspaceVault, people: list[int]) -> int:
    """Bind what waited for an address of `people` (heads) to the one they have now; how many.

    A new row says so and points at the one that waited; the time is that of the first word.
    """
    if not people or conn.execute(_SQL.is_waiting).fetchone() is None:
        return 0
    rows = conn.execute(_SQL.bindable, {"people": postgres.array(people)}).fetchall()
    at = clock.now()
    found = [(row[0], _bound(*row)) for row in rows]
    # What the law's data refuses by now goes on waiting: nobody's events may stop for it.
    good = [(place, change) for place, change in found if not refusal(change, at)[0]]
    record(conn, vault, [change for _, change in good], at)
    conn.execute(_SQL.end_waiting, {"places": [place for place, _ in good]})
    return len(good)


def step(conn: Connection, vault: WorkspaceVault) -> bool:
    """Settle those who got their address by another way than an event; True when there is more."""
    rows = conn.execute(_SQL.waiting_with_address).fetchall()
    return settle(conn, vault, [row[0] for row in rows]) > 0


def _bound(place: int, address: uuid.UUID, expires_at: datetime | None, *said: Any) -> Change:
    names = ("brand", "person", "channel", "purpose", "topic", "status", "legal_basis",
             "jurisdiction", "occurred_at", "zone", "source", "source_id", "notice",
             "notice_name")  # fmt: skip
    given = dict(zip(names, said, strict=True))
    return Change(
        **given,
        contact=address.bytes,
        contact_kind=KIND_OF[given["channel"]],
        expires_at=expires_at,
        actor="kervan",
        proof={"of": place},
        key=ids.hash16(b"bound", place.to_bytes(8, "big"), address.bytes),
    )


def _uuids(values: list[bytes]) -> str:
    return "{" + ",".join([one.hex() for one in values]) + "}"
