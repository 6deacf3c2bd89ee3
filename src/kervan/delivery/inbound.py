"""Takes what people write to us: kept for the desk, told on the timeline, heard when it says no.

The text is sealed under the writer's key and never goes into history. A refusal in it is written
into the ledger at once, in the same transaction, for nobody's address too.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from kervan.collect import intake
from kervan.consent import packs, refusal_words, refuse
from kervan.consent.channels import IDENTIFIER_OF, KIND_OF
from kervan.consent.ledger import Change
from kervan.consent.refuse import Refusal
from kervan.delivery.channels.channel import Inbound
from kervan.kernel import clock, ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import store, tokens
from kervan.profiles.identifiers import PHONE
from kervan.profiles.sighting import Claim, Reader

_SQL = sql.load(__package__, "inbound.sql")
BLOCKED = "blocked"
"""The kind of what is no text: she does not want us to write there any more."""
_TEXT_CHARS = 10_000
_PROOF_CHARS = 1_000
_KEYWORD_CHARS = 500
SOURCES = {"sms": "sms", "whatsapp": "whatsapp", "email": "email", "call": "call_centre"}
"""Where a word that came by a channel was given (packs.SOURCES); all others are social media."""


class Ground(NamedTuple):
    """Where this workspace is: the country (ISO 3166) of numbers without one, and its zone."""

    country: str
    zone: str


class Writer(NamedTuple):
    """Who wrote: her number (0 for nobody) and the blind hash of the address (b"" for none)."""

    person: int
    contact: bytes


def take(
    conn: Connection,
    vault: WorkspaceVault,
    account: str,
    channel: str,
    said: Sequence[Inbound],
    ground: Ground,
    at: datetime,
) -> int:
    """Keep what is new of `said`, in the caller's transaction; gives how many that were."""
    said = list({one.id[:200]: one for one in said}.values())
    if not said:
        return 0
    writers = _writers(conn, vault, channel, said, ground.country)
    keys = profiles.keys(conn, sorted({one.person for one in writers if one.person}))
    rows = conn.execute(
        _SQL.keep,
        {
            "account": account,
            "channel": channel,
            "taken_at": at,
            "ids": [one.id[:200] for one in said],
            "people": [who.person for who in writers],
            "contacts": [uuid.UUID(bytes=who.contact) if who.contact else None for who in writers],
            "kinds": [one.kind[:40] for one in said],
            "sealed": [
                vault.seal(keys[who.person], _packed(one), _place(account, one.id))
                if who.person in keys
                else None
                for one, who in zip(said, writers, strict=True)
            ],
            "at": [one.at for one in said],
        },
    ).fetchall()
    new = {id_ for (id_,) in rows}
    fresh = [(one, who) for one, who in zip(said, writers, strict=True) if one.id[:200] in new]
    heard = [_refusal(account, channel, one, who, ground, at) for one, who in fresh]
    refused = [one for one in heard if one is not None]
    refuse.refuse_all(conn, vault, refused, at)
    told = [_opted_out(one.said, at) for one in refused if one.said.person]
    rows = conn.execute(_SQL.keywords).fetchall() if fresh else []
    words = {word for (word,) in rows}
    told += [
        _event(account, channel, one, who.person, keyword_in(one.text, words))
        for one, who in fresh
        if who.person
    ]
    intake.append_own(conn, told)
    return len(fresh)


def _writers(
    conn: Connection, vault: WorkspaceVault, channel: str, said: Sequence[Inbound], country: str
) -> list[Writer]:
    if channel in tokens.PLATFORMS_OF:
        chats = tokens.owners(conn, vault, [one.address for one in said])
        mine = profiles.heads(conn, chats.values())
        return [
            Writer(mine.get(chats.get(one.address, 0), 0), tokens.hash_of(vault, one.address))
            for one in said
        ]
    kind = IDENTIFIER_OF.get(KIND_OF.get(channel, ""))
    if kind is None:
        return [Writer(0, b"")] * len(said)
    reader = Reader(vault, country)
    # An id or a sender's name is no number, though a phone's keypad has letters too.
    claims: list[Claim | None] = [
        None if kind == PHONE and _has_letters(one.address) else reader.claim(kind, one.address)
        for one in said
    ]
    owners = store.owners(conn, [one for one in claims if one is not None])
    heads = profiles.heads(conn, owners.values())
    return [
        Writer(heads.get(owners.get(one, 0), 0), one.hash) if one is not None else Writer(0, b"")
        for one in claims
    ]


def _has_letters(address: str) -> bool:
    return any(char.isalpha() for char in address)


def _refusal(
    account: str, channel: str, one: Inbound, who: Writer, ground: Ground, at: datetime
) -> Refusal | None:
    """What she refuses by a text, None where she says nothing of that kind."""
    # Who blocks us says no by that; a chat is no address to agree at, so her word is about herself.
    word = (
        refusal_words.Word(BLOCKED, "")
        if one.kind == BLOCKED
        else refusal_words.refusal_in(one.text)
    )
    is_chat = channel in tokens.PLATFORMS_OF
    if word is None or not (who.person if is_chat else who.contact):
        return None
    contact = b"" if is_chat else who.contact
    key = ids.hash16(b"inbound", account.encode(), one.id.encode())
    said = Change(
        channel=channel,
        status="withdrawn",
        occurred_at=min(one.at, at),
        person=who.person,
        contact=contact,
        contact_kind=KIND_OF[channel] if contact else "",
        jurisdiction=packs.of_country(ground.country),
        zone=ground.zone,
        source=SOURCES.get(channel, "social"),
        actor="person",
        proof={"text": one.text[:_PROOF_CHARS], "message": one.id[:200], "word": word.text},
        key=key,
    )
    return Refusal(said, word.everything)


def _opted_out(said: Change, at: datetime) -> intake.OwnEvent:
    properties: dict[str, object] = {
        "channel": said.channel, "purpose": "marketing", "source": said.source,
    }  # fmt: skip
    name = f"refused-{said.key.hex()}"
    return intake.OwnEvent(name, "Opted Out", clock.to_ms(at), said.person, properties)


def listen_for(conn: Connection, words: Collection[str]) -> None:
    """From now on tell which of these words (as `refusal_words.fold` writes them) people write."""
    told = {"words": sorted(words)}
    conn.execute(_SQL.forget_keywords, told)
    conn.execute(_SQL.add_keywords, told)


def keyword_in(text: str, words: Collection[str]) -> str:
    """The longest of `words` (folded) that `text` is or begins with, "" without one."""
    if not words:
        return ""
    said = f"{refusal_words.fold(text[:_KEYWORD_CHARS])} "
    return max((one for one in words if said.startswith(f"{one} ")), key=len, default="")


def _event(
    account: str, channel: str, one: Inbound, person: int, keyword: str
) -> intake.OwnEvent:  # fmt: skip
    number = ids.hash16(b"inbound", account.encode(), one.id.encode()).hex()
    properties: dict[str, object] = {"channel": channel, "account": account, "kind": one.kind[:40]}
    if keyword:  # a word of the company's own, and nothing else of the text
        properties["keyword"] = keyword
    return intake.OwnEvent(
        f"inbound-{number}", "Message Received", clock.to_ms(one.at), person, properties
    )


def latest(conn: Connection, channel: str, contacts: Collection[bytes]) -> dict[bytes, datetime]:
    """{contact: when it last wrote on `channel`}; which never did is left out."""
    if not contacts:
        return {}
    asked = {"contacts": [uuid.UUID(bytes=one) for one in contacts], "channel": channel}
    return {one.bytes: at for one, at in conn.execute(_SQL.latest, asked).fetchall()}


def erase(conn: Connection, people: list[int]) -> int:
    """Delete what these people wrote; gives how many messages."""
    return conn.execute(_SQL.erase, {"people": postgres.array(people)}).rowcount


def disclose(conn: Connection, vault: WorkspaceVault, people: list[int]) -> list[dict[str, Any]]:
    """What these people wrote, in the clear, for themselves."""
    keys = profiles.keys(conn, people)
    found = []
    for account, id_, channel, kind, at, sealed, person in conn.execute(
        _SQL.disclose, {"people": postgres.array(people)}
    ).fetchall():
        said: dict[str, Any] = {}
        if sealed is not None and person in keys:
            said = msgspec.json.decode(vault.open(keys[person], sealed, _place(account, id_)))
        found.append({"channel": channel, "at": at, "kind": kind, "id": id_, **said})
    return found


def _packed(one: Inbound) -> bytes:
    return msgspec.json.encode({"text": one.text[:_TEXT_CHARS], "data": dict(one.data)})


def _place(account: str, id_: str) -> bytes:
    return b"inbound_message " + ids.hash16(account.encode(), id_[:200].encode())
