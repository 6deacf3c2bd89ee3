"""The outbox: one row per intended message, kept exactly once, cancelled when no longer wanted."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple

import msgspec

from kervan.collect import intake
from kervan.consent import suppress as suppression
from kervan.delivery.states import EVENT_OF, MARKETING, State
from kervan.kernel import clock, ids, sql
from kervan.kernel.arrays import Blobs, Bools, Int2s, Int4s, Int8s, Texts, Times, Uuids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import tokens

_SQL = sql.load(__package__, "outbox.sql")


@dataclass(slots=True)
class Intents:
    """Columns of messages somebody wants sent; all lists have one length.

    `key` (16 bytes) makes an intent idempotent: the hash of run, step and visit. `context` is the
    template's JSON in the clear; it is sealed here. Times are milliseconds UTC. `contact` may be
    left empty; else it names the address (blind hash, b"" for none) that a message must go to.
    So may `topic` and `brand`: what each is about and who speaks ("" the channel, the only one).
    `routes` may name, for each, the channels to go by where `channel` cannot be, in order, each
    with its template version. `priority` is 0 to 9: the higher comes first where few may go.
    `choice` is why channel and time are these, where they were chosen (choice.settle), as JSON.
    `hold_out` are members of a hold-out: what passes the gate is not sent, and ends as a ghost.
    """

    key: list[bytes] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    journey: list[str] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    step: list[str] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    channel: list[str] = field(default_factory=list)
    message_class: list[str] = field(default_factory=list)
    template_version: list[int] = field(default_factory=list)
    context: list[bytes] = field(default_factory=list)
    at_ms: list[int] = field(default_factory=list)
    not_before_ms: list[int] = field(default_factory=list)
    expires_ms: list[int] = field(default_factory=list)
    contact: list[bytes] = field(default_factory=list)
    topic: list[str] = field(default_factory=list)
    brand: list[str] = field(default_factory=list)
    priority: list[int] = field(default_factory=list)
    routes: list[list[tuple[str, int]]] = field(default_factory=list)
    choice: list[bytes] = field(default_factory=list)
    hold_out: list[bool] = field(default_factory=list)


NOTHING_OF_HERS = b"{}"
"""The context of a message that shows nothing of one person: it is in the clear, not sealed."""


_PLACE = b"message.context "


def context_place(message: uuid.UUID) -> bytes:
    """The associated data a message's context is sealed with."""
    return _PLACE + message.bytes


def intend(conn: Connection, vault: WorkspaceVault, intents: Intents) -> int:
    """Keep `intents` in the caller's transaction; gives how many were new.

    What was intended before under the same key is left as it is.
    """
    count = len(intents.key)
    if not count:
        return 0
    keys = profiles.keys(conn, sorted(set(intents.person)))
    messages = ids.uuid7_bytes(clock.now_ms(), count)
    kinds, kind = _kinds(intents)
    return conn.execute(
        _SQL.intend,
        {
            "ids": Uuids(messages),
            "keys": Blobs(intents.key),
            "people": Int4s(intents.person),
            "runs": Int8s(intents.run),
            "kinds": Int4s(kind),
            "contexts": Blobs(_sealed(vault, keys, intents, messages)),
            "at": Times(intents.at_ms),
            "not_before": Times(intents.not_before_ms),
            "expires": Times(intents.expires_ms),
            "contacts": Uuids([one or None for one in intents.contact or repeat(b"", count)]),
            "choices": Blobs([one or None for one in intents.choice or repeat(b"", count)]),
            "hold_outs": Bools(intents.hold_out or [False] * count),
            "journeys": Texts(one.journey for one in kinds),
            "versions": Int4s([one.version for one in kinds]),
            "steps": Texts(one.step for one in kinds),
            "channels": Texts(one.channel for one in kinds),
            "classes": Texts(one.message_class for one in kinds),
            "templates": Int8s([one.template_version for one in kinds]),
            "topics": Texts(one.topic for one in kinds),
            "brands": Texts(one.brand for one in kinds),
            "priorities": Int2s([one.priority for one in kinds]),
            "routes": Texts(_order(one) for one in kinds),
        },
    ).rowcount


class _Kind(NamedTuple):
    """What many messages of a batch have in common: told the database once."""

    journey: str
    version: int
    step: str
    channel: str
    message_class: str
    template_version: int
    topic: str
    brand: str
    priority: int
    routes: tuple[tuple[str, int], ...]


def _kinds(intents: Intents) -> tuple[list[_Kind], list[int]]:
    """The different kinds, and which of them (from 1 on) each message is of."""
    count = len(intents.key)
    known: dict[tuple[object, ...], int] = {}
    rows = zip(
        intents.journey, intents.version, intents.step, intents.channel, intents.message_class,
        intents.template_version, intents.topic or repeat("", count),
        intents.brand or repeat("", count), intents.priority or repeat(5, count),
        map(tuple, intents.routes) if intents.routes else repeat((), count), strict=True,
    )  # fmt: skip
    which = [known.setdefault(one, len(known) + 1) for one in rows]
    return [_Kind._make(one) for one in known], which


def _order(kind: _Kind) -> str | None:
    """The whole order of its channels as JSON, the first included; None where it is alone."""
    first = kind.channel, kind.template_version
    return msgspec.json.encode([first, *kind.routes]).decode() if kind.routes else None


def _sealed(
    vault: WorkspaceVault, keys: dict[int, bytes], intents: Intents, messages: list[bytes]
) -> list[bytes]:
    """What each message shows, sealed for its own place under its person's key; b"" without one."""
    rows = [*zip(map(keys.get, intents.person), intents.context, messages, strict=True)]
    known = [(key, text, _PLACE + one) for key, text, one in rows if key is not None]
    if not known:
        return [b""] * len(rows)
    sealed = vault.seal_many(*zip(*known, strict=True))
    if len(sealed) == len(rows):
        return sealed
    left = iter(sealed)
    return [b"" if key is None else next(left) for key, _, _ in rows]


def waiting(conn: Connection, runs: list[int]) -> set[int]:
    """Those of `runs` with a message that `cancel` may take back."""
    if not runs:
        return set()
    return {int(run) for (run,) in conn.execute(_SQL.waiting, {"runs": runs}).fetchall()}


def passages(conn: Connection, messages: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, bytes]]:
    """{message: (version, key)} as they were intended, of those that are still there."""
    rows = conn.execute(_SQL.passages, {"ids": Uuids(one.bytes for one in messages)}, binary=True)
    return {message: (version, key) for message, version, key in rows.fetchall()}


def cancel(conn: Connection, runs: list[int], reason: str, at: datetime) -> int:
    """Take back the messages of `runs` that no sender holds; gives how many.

    One that a sender holds right now is marked, and withheld unless it is journalled already.
    """
    at_ms = clock.to_ms(at)
    return cancel_each(conn, [(run, at_ms, reason) for run in runs])


def cancel_each(conn: Connection, marks: Iterable[tuple[int, int, str]]) -> int:
    """The same for each run at its own time (ms) for its own reason; of one run's the earliest."""
    of: dict[int, tuple[int, str]] = {}
    for run, at_ms, reason in sorted(marks):
        of.setdefault(run, (at_ms, reason))
    if not of:
        return 0
    asked = {
        "runs": Int8s([*of]),
        "at": Times([at_ms for at_ms, _ in of.values()]),
        "reasons": Texts(reason for _, reason in of.values()),
        "state": State.CANCELLED,
    }
    rows = conn.execute(_SQL.cancel_waiting, asked).fetchall()
    conn.execute(_SQL.cancel_claimed, asked)
    listed = conn.execute(_SQL.cancel_listed, asked).fetchall()
    intake.append_own(conn, [_cancelled(row, of) for row in rows])
    # That each was sent was said already, under its own id.
    intake.append_own(conn, [_taken_back(_cancelled(row, of)) for row in listed])
    return len(rows) + len(listed)


def _cancelled(row: tuple[Any, ...], of: dict[int, tuple[int, str]]) -> intake.OwnEvent:
    subject = Subject(*row)
    at_ms, reason = of[subject.run]
    return own_event(State.CANCELLED, reason, clock.from_ms(at_ms), subject)


def _taken_back(said: intake.OwnEvent) -> intake.OwnEvent:
    name = said.message_id.replace("-end", "-cancelled")
    return msgspec.structs.replace(said, message_id=name)


def tell_listed(conn: Connection, rows: list[tuple[Any, ...]], reason: str, at: datetime) -> None:
    """Say of messages that were on a list of ours that they were taken back from it."""
    said = [own_event(State.CANCELLED, reason, at, Subject(*row)) for row in rows]
    # That each was sent was said already, under its own id.
    intake.append_own(conn, [*map(_taken_back, said)])


def follow(conn: Connection, vault: WorkspaceVault, runs: dict[int, int]) -> int:
    """Make the waiting messages of `runs` {run: person} that person's; gives how many.

    One that a sender holds goes to whom it was decided for. What it shows is sealed anew, under
    the key of whom it goes to.
    """
    if not runs:
        return 0
    rows = conn.execute(_SQL.waiting_of, {"runs": list(runs)}).fetchall()
    keys = profiles.keys(conn, sorted({person for _, _, person, _ in rows} | set(runs.values())))
    changed = []
    for message, run, old, sealed in rows:
        if runs[run] in keys:
            context = b""
            if sealed == NOTHING_OF_HERS:
                context = sealed
            elif sealed and old in keys:
                place = context_place(message)
                context = vault.seal(keys[runs[run]], vault.open(keys[old], sealed, place), place)
            changed.append((message, runs[run], context))
    if changed:
        messages, people, contexts = zip(*changed, strict=True)
        values = {"ids": [*messages], "people": [*people], "contexts": [*contexts]}
        conn.execute(_SQL.follow, values)
    return len(changed)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about, as its events name it."""

    message: uuid.UUID
    person: int
    journey: str
    version: int
    step: str
    run: int
    channel: str

    @property
    def campaign(self) -> str:
        """What it belongs to, as stops and ceilings name it: broadcast:<key> or journey:<key>."""
        return campaign("broadcast" if self.run < 0 else "journey", self.journey)


def campaign(kind: str, key: str) -> str:
    """The name of a broadcast or a journey among all campaigns."""
    return f"{kind}:{key}"


def own_event(state: State, reason: str, at: datetime, subject: Subject) -> intake.OwnEvent:
    """The event that says how a message ended; its id is the message's, so it counts once."""
    properties: dict[str, object] = {
        "broadcast" if subject.run < 0 else "journey": subject.journey,
        "version": subject.version,
        "step": subject.step,
        "run": subject.run,
        "message": str(subject.message),
        "channel": subject.channel,
        "state": state.name.lower(),
    }
    if reason:
        properties["reason"] = reason
    return intake.OwnEvent(
        message_id=f"message-{subject.message.hex}-end",
        event=EVENT_OF[state],
        timestamp_ms=clock.to_ms(at),
        person=subject.person,
        properties=properties,
    )


def stop(
    conn: Connection, reason: str, at: datetime, channel: str = "", *,
    brand: str = "", campaign: str = "", domain: str = "", everything: bool = False,
    author: str = "",
) -> bool:  # fmt: skip
    """Hold all marketing of this workspace, or of one channel, brand or campaign, until `resume`.

    `domain` is a group of domains (mail/domains.toml): mail to it, of `brand` only.
    With `everything` transactional and legal messages too. Gives whether that was not so already.
    What a sender holds is withheld by its journal: nothing leaves once this is committed.
    """
    scope = scope_of(channel, brand, campaign, domain)
    values = {"scope": scope, "reason": reason, "at": at, "everything": everything,
              "author": author}  # fmt: skip
    return conn.execute(_SQL.stop, values).rowcount > 0


def resume(
    conn: Connection, channel: str = "", *, brand: str = "", campaign: str = "", domain: str = "",
    drop_until: datetime | None = None, at: datetime | None = None,
) -> bool:  # fmt: skip
    """Lift the stop of this workspace, or of one channel, brand or campaign; gives whether there
    was one.

    Each message that waited goes to the gate again, which lets go what is still true. With
    `drop_until` what the stop held and was intended until then is ended instead. `at` is when: now.
    """
    scope = scope_of(channel, brand, campaign, domain)
    if drop_until is not None:
        conn.execute(_SQL.drop, {"scope": scope, "until": drop_until})
    conn.execute(_SQL.resumed, {"at": at or clock.now()})
    return conn.execute(_SQL.resume, {"scope": scope}).rowcount > 0


def scope_of(channel: str = "", brand: str = "", campaign: str = "", domain: str = "") -> str:
    """What a stop is about; a campaign is broadcast:<key> or journey:<key>.

    Raises delivery.stop_scope (422) for two of them at once; a domain goes with a brand.
    """
    if domain and not (channel or campaign):
        return f"domain:{domain}/{brand}"
    if sum(map(bool, (channel, brand, campaign, domain))) > 1:
        raise KervanError("delivery.stop_scope", status=422)
    by_name = f"channel:{channel}" if channel else f"brand:{brand}" if brand else campaign
    return by_name or "workspace"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop in force, or (`dropped_until`) one that was lifted and ended what it had held."""

    scope: str
    reason: str
    everything: bool
    since: datetime
    author: str = ""
    dropped_until: datetime | None = None

    def holds(self, channel: str, brand: str, message_class: str, campaign: str = "") -> bool:
        """Whether it is about a message."""
        scopes = ("workspace", f"channel:{channel}", f"brand:{brand}", campaign)
        return self.scope in scopes and (self.everything or message_class == MARKETING)

    def holds_domain(self, domain: str, brand: str, message_class: str) -> bool:
        """Whether it is about a mail to a group of domains."""
        mine = self.scope == f"domain:{domain}/{brand}"
        return mine and (self.everything or message_class == MARKETING)


def stops(conn: Connection) -> list[Stop]:
    """All stops in force, and what lifted ones had dropped."""
    return [Stop(*row) for row in conn.execute(_SQL.stops).fetchall()]


def stopped(conn: Connection, channel: str) -> bool:
    """Whether an emergency stop holds marketing on `channel`."""
    return any(
        one.holds(channel, "", MARKETING) for one in stops(conn) if one.dropped_until is None
    )


def suppress(
    conn: Connection,
    hashes: list[bytes],
    channel: str,
    reason: str,
    at: datetime,
    messages: list[uuid.UUID | None],
) -> None:
    """Never again send to these contact points (blind indexes); the first reason stays.

    A push token that is gone is only put away: an app that is opened again brings it back.
    """
    if channel in tokens.PLATFORMS_OF:
        tokens.all_gone(conn, dict.fromkeys(hashes, at))
        return
    suppression.add(conn, hashes, channel, reason, at, messages)


def suppressed(conn: Connection, hashes: list[bytes], channel: str) -> dict[bytes, str]:
    """{blind index: reason} of those of `hashes` that nothing may go to."""
    return suppression.check(conn, hashes, channel)
