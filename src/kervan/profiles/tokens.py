"""Keeps where a person's apps and browsers are reached by push: sealed, hers as long as used.

A token is no identifier: phones are handed on and shared, so it joins no profiles and goes to
whoever it was last seen with. Its address is what the channels send to: `fcm:…`, `apns:…`, or a
browser's subscription as JSON. A chat with us (`telegram:…`) is kept the same way: it is linked to
whom opened it by a signed link.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read

_SQL = sql.load(__package__, "tokens.sql")
FCM, APNS, WEB_PUSH, TELEGRAM, INSTAGRAM, MESSENGER = 1, 2, 3, 4, 5, 6
PLATFORMS_OF = {
    "push": (FCM, APNS), "web_push": (WEB_PUSH,), "telegram": (TELEGRAM,),
    "instagram": (INSTAGRAM,), "messenger": (MESSENGER,),
}  # fmt: skip
"""Channel -> the platforms it reaches."""
MOST = 50
"""So many a person may have; those seen longest ago make room."""
LONGEST = 4096
_PLACE = b"push token"
# An app tells its token with every event; that it is still there is written once a day.
_STALE = timedelta(days=1)
# Apple's are hexadecimal digits, Google's have other letters too.
_APNS = re.compile(r"([0-9a-fA-F]{2}){32,100}")
_FCM = re.compile(r"[A-Za-z0-9_:.-]{20,4096}")
_CHAT = re.compile(r"(telegram|instagram|messenger):-?[0-9]{1,20}")


class Token(NamedTuple):
    """One address of a person's; `hash` is its blind index. Never log the address."""

    address: str
    platform: int
    hash: bytes
    trusted: bool
    registered_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """That a token was seen with `person` (an atom), as the SDK tells it.

    `trusted`: by a source that may not be forged; a page's or an app's key can be read by anybody.
    """

    person: int
    text: str = field(repr=False)
    at: datetime
    trusted: bool


class _Keys(msgspec.Struct, frozen=True):
    p256dh: str
    auth: str


class _Subscription(msgspec.Struct, frozen=True):
    endpoint: str
    keys: _Keys


def address_of(text: str) -> tuple[str, int] | None:
    """The address and platform of a token as an SDK tells it, None for what is none."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if text.startswith("{"):
        try:
            subscription = msgspec.json.decode(text, type=_Subscription)
        except msgspec.DecodeError:
            return None
        if not subscription.endpoint.startswith("https://"):
            return None
        return msgspec.json.encode(subscription).decode(), WEB_PUSH
    if _APNS.fullmatch(text):
        return f"apns:{text.lower()}", APNS
    return (f"fcm:{text}", FCM) if _FCM.fullmatch(text) else None


def chat_of(text: str) -> tuple[str, int] | None:
    """The address and platform of a chat with us; no SDK's word makes one, only `link` does."""
    found = _CHAT.fullmatch(text)
    return (text, PLATFORMS_OF[found[1]][0]) if found else None


def hash_of(vault: WorkspaceVault, address: str) -> bytes:
    """The blind index of an address; a browser's keys may change under one endpoint."""
    if address.startswith("{"):
        address = msgspec.json.decode(address, type=_Subscription).endpoint
    return vault.blind("push_token", address)


def register(conn: Connection, vault: WorkspaceVault, seen: Sequence[Seen]) -> int:
    """Take note of tokens; gives how many rows changed.

    The latest word says whose a token is, in whatever order words come.
    """
    return _keep(conn, vault, seen, {one.text: address_of(one.text) for one in seen})


def link(conn: Connection, vault: WorkspaceVault, person: int, address: str, at: datetime) -> bool:
    """Say that a chat is with this person (an atom), as a link of ours has shown; whether that is
    news."""
    seen = [Seen(person, address, at, trusted=True)]
    return bool(_keep(conn, vault, seen, {address: chat_of(address)}))


def owners(conn: Connection, vault: WorkspaceVault, addresses: Sequence[str]) -> dict[str, int]:
    """{address: whose it is (an atom)} of chats; those of nobody are left out."""
    hashes = {uuid.UUID(bytes=hash_of(vault, one)): one for one in addresses}
    rows = conn.execute(_SQL.known, {"hashes": [*hashes]}).fetchall()
    return {hashes[row[0]]: int(row[1]) for row in rows}


def _keep(
    conn: Connection,
    vault: WorkspaceVault,
    seen: Sequence[Seen],
    addresses: dict[str, tuple[str, int] | None],
) -> int:
    latest: dict[bytes, tuple[Seen, str, int]] = {}
    hashes = {
        text: hash_of(vault, found[0]) for text, found in addresses.items() if found is not None
    }
    for one in seen:
        found = addresses[one.text]
        if found is not None:
            before = latest.get(hashes[one.text])
            if before is None or _order(before[0]) < _order(one):
                latest[hashes[one.text]] = (one, *found)
    if not latest:
        return 0
    _leave_known(conn, latest)
    keys = read.keys(conn, list({one.person for one, _, _ in latest.values()}))
    rows = [(hash_, *row) for hash_, row in sorted(latest.items()) if row[0].person in keys]
    if not rows:
        return 0
    people = [one.person for _, one, _, _ in rows]
    wrapped = [keys[person] for person in people]
    values = {
        "hashes": [uuid.UUID(bytes=hash_) for hash_, _, _, _ in rows],
        "people": people,
        "platforms": [platform for _, _, _, platform in rows],
        "sealed": vault.seal_many(wrapped, [text.encode() for _, _, text, _ in rows], _PLACE),
        "trusted": [one.trusted for _, one, _, _ in rows],
        "at": [one.at for _, one, _, _ in rows],
    }
    changed = conn.execute(_SQL.register, values).rowcount
    conn.execute(_SQL.drop_oldest, {"people": sorted(set(people)), "most": MOST})
    return changed


def _order(one: Seen) -> tuple[datetime, bool, int]:
    return one.at, one.trusted, one.person


def _leave_known(conn: Connection, latest: dict[bytes, tuple[Seen, str, int]]) -> None:
    """Take out what would change nothing: most events tell what is known."""
    asked = [uuid.UUID(bytes=hash_) for hash_ in latest]
    rows = conn.execute(_SQL.known, {"hashes": asked}).fetchall()
    for hash_, person, trusted, last_seen_at, gone_at in rows:
        one = latest[hash_.bytes][0]
        same = (person, trusted) == (one.person, one.trusted) and gone_at is None
        if one.at <= last_seen_at or (same and one.at < last_seen_at + _STALE):
            del latest[hash_.bytes]


def of_people(
    conn: Connection, vault: WorkspaceVault, people: Sequence[int], platforms: Sequence[int]
) -> dict[int, list[Token]]:
    """{head: her addresses on these platforms, the one seen last first}; others are left out."""
    found: dict[int, list[Token]] = {}
    asked = {"people": list(people), "platforms": list(platforms)}
    for head, platform, sealed, key, hash_, trusted, registered_at, last_seen_at in conn.execute(
        _SQL.of_people, asked
    ).fetchall():
        address = vault.open(key, sealed, _PLACE).decode()
        found.setdefault(int(head), []).append(
            Token(address, platform, hash_.bytes, trusted, registered_at, last_seen_at)
        )
    return found


def gone(conn: Connection, hash_: bytes, at: datetime) -> bool:
    """Say that nothing arrives at a token since `at`; False where it was seen after that.

    A later word of the app's brings it back.
    """
    return bool(all_gone(conn, {hash_: at}))


def all_gone(conn: Connection, since: Mapping[bytes, datetime]) -> int:
    """The same of many, {hash: since when}; gives of how many it is news."""
    if not since:
        return 0
    values = {"hashes": [uuid.UUID(bytes=one) for one in since], "at": [*since.values()]}
    return conn.execute(_SQL.gone, values).rowcount


def replace(conn: Connection, vault: WorkspaceVault, old: bytes, new: str, at: datetime) -> bool:
    """Put another token in the place of one, for the same person; False for an unknown one."""
    row = conn.execute(_SQL.owner, {"hash": uuid.UUID(bytes=old)}).fetchone()
    if row is None:
        return False
    gone(conn, old, at)
    seen = [Seen(int(row[0]), new, at, bool(row[1]))]
    return bool(_keep(conn, vault, seen, {new: chat_of(new) or address_of(new)}))


def forget(conn: Connection, hash_: bytes) -> None:
    """Delete a token: she signed out, or took her permission back."""
    conn.execute(_SQL.forget, {"hash": uuid.UUID(bytes=hash_)})
