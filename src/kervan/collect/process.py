"""From intake to history: claim, understand, drop repeats, resolve people, hand on, keep.

One call of `Processor.step` is one transaction in PostgreSQL. It ends with the batch's block
kept ready to insert; `Keeper` (keep.py) then brings the block into ClickHouse. Workers share the
intake by claiming rows; the part that looks people up holds one lock per workspace, everything
costly before it runs side by side. Locks are taken in one order, so nobody waits in a circle:
the opening of names and weeks, the events' own hashes (in theirs), the look-up of people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.collect import batch, consents, dead_letters, ecommerce, intake, store
from kervan.collect.batch import Batch
from kervan.collect.event import Event, Rejected
from kervan.collect.sources import Sources
from kervan.consent import ledger, packs
from kervan.history.event import Events, to_block
from kervan.kernel import clock, log, postgres, sql
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import store as profiles
from kervan.profiles import tokens
from kervan.profiles.identifiers import KIND_NAMES
from kervan.profiles.resolve import Resolved, resolve
from kervan.profiles.sighting import Reader, Sighting

_INTAKE = sql.load(intake.__package__, "intake.sql")
_log = log.get("process")
_SHARED_KINDS = frozenset({"till", "kiosk", "call_centre"})
VERIFIED_EVENT = "Identifier Verified"
"""Kervan's own: its person proved the identifier of `kind` (email ...) and `hash` (hex) hers."""
_ALWAYS_ADMITTED = ecommerce.NAMES | consents.EVENTS
_KINDS = {name: kind for kind, name in KIND_NAMES.items()}

Hook = Callable[[Connection, Events], None]
"""Called inside the transaction with each batch; rows may be `quiet`.

`person` is the head of each event's profile at that moment; history keeps the atom.
"""
MovedHook = Callable[[Connection, list[tuple[int, int, int]]], None]
"""Called inside the transaction, before the others, with (atom, old head, new head) rows."""


Watched = Callable[[Connection], frozenset[str]]
"""Names the events about which somebody keeps answers; empty while nobody keeps any."""


class Block(NamedTuple):
    """A committed batch on its way to ClickHouse; `rows` says how many events it has.

    `links` are (session, atom) and `heads` are (atom, head) pairs that changed.
    """

    id: int
    rows: int
    block: bytes
    links: list[tuple[int, int]]
    heads: list[tuple[int, int]]


@dataclass(slots=True)
class Limits:
    """How much one step takes and how many event names a workspace may have."""

    events: int = 8_000
    intake_rows: int = 400
    event_names: int = 5000


class Processor:
    """Processes one workspace's intake on one connection."""

    def __init__(
        self,
        conn: Connection,
        vault: Vault,
        sources: Sources,
        workspace: str,
        *,
        worker: int,
        country: str,
        hooks: list[Hook],
        moved: Sequence[MovedHook] = (),
        watched: Watched = lambda _: frozenset(),
        limits: Limits | None = None,
        deduplicate: bool = True,
    ) -> None:
        self._conn = conn
        self._vault = vault
        self._keys = vault.workspace(workspace)
        self._reader = Reader(self._keys, country)
        self._jurisdiction = packs.of_country(country)
        self._sources = sources
        self._worker = worker
        self._hooks = hooks
        self._moved = moved
        self._watched = watched
        self._limits = limits or Limits()
        self._deduplicate = deduplicate
        self._names: set[str] = set()
        self._numbers = profiles.Numbers(conn)
        self._workspace = store.workspace_id(conn, workspace)

    def step(self, *, careful: bool = False) -> Block | None:
        """Process what is waiting, up to the limits; None when nothing was.

        The caller commits (or rolls back) and only then gives the block to ClickHouse. After a
        rollback for one of `postgres.REFUSALS` a `careful` step finds the events that cause it
        and sets them aside; the others are taken.
        """
        rows = self._claim()
        if not rows:
            return None
        found = self._understand(rows)
        if careful:
            self._names.clear()  # what was rolled back may not be known
            found = self._set_aside(found, self._refused(found, range(len(found.events))))
            self._reader.namespaces = {}
        sightings = self._sight(found)
        if found.events:
            # In this order: what is set aside was not taken, and must be new when it comes again.
            found, sightings = self._refuse_consents(found, sightings)
            found, sightings = self._limit_names(found, sightings)
            found, sightings = self._drop_repeats(found, sightings)
        return self._take(found, sightings, rows)

    def _understand(self, rows: list[store.IntakeRow]) -> Batch:
        bodies: list[intake.Body] = []
        own = store.own_source(self._conn, self._workspace)
        for row in rows:
            bodies += intake.unpack(self._vault, row.day, row.body)
        for body in bodies:
            body.source = body.source or own
        if any(self._sources.by_id(body.source) is None for body in bodies):
            self._sources.refresh(self._conn)
        return batch.read(bodies, self._sources.by_id, self._reference)

    def _take(self, found: Batch, sightings: list[Sighting], rows: list[store.IntakeRow]) -> Block:
        store.lock_resolving(self._conn, self._workspace)
        number = store.new_batch(self._conn)
        resolved = resolve(self._conn, self._keys, sightings, clock.now_ms(), self._numbers)
        events = _columns(found, resolved)
        links = [(link.session, link.person) for link in resolved.links]
        heads = [(atom, new) for atom, _, new in resolved.moved]
        block = Block(number, len(events), to_block(events, number), links, heads)
        if resolved.moved:
            for tell in self._moved:
                tell(self._conn, [(atom, old, new) for atom, old, new in resolved.moved])
        news = _untold(found, replace(events, person=resolved.head, atom=resolved.person))
        self._record_consent(found, sightings, resolved.head)
        tokens.register(self._conn, self._keys, _tokens(found, resolved))
        for hook in self._hooks:
            hook(self._conn, news)
        if block.rows or links or heads:
            store.keep_block(
                self._conn,
                self._vault,
                number,
                self._workspace,
                self._worker,
                block.rows,
                block.block,
                store.Changes(links, heads),
                _touched(self._watched(self._conn), events, resolved),
            )
        dead_letters.keep(self._conn, self._vault, self._workspace, found.letters)
        store.set_batch(self._conn, number, rows)
        return block

    def _refused(self, found: Batch, some: range) -> set[int]:
        """Which events of `some` cannot be stored, by halving; nothing of it is kept."""
        try:
            with self._conn.transaction(force_rollback=True):
                part = _only(found, some)
                self._take(part, self._sight(part), [])
        except postgres.REFUSALS as error:
            if len(some) == 1:
                name = found.events[some[0]].name
                _log.error("event_refused", event=name, error=type(error).__name__)
                return set(some)
            half = len(some) // 2
            return self._refused(found, some[:half]) | self._refused(found, some[half:])
        return set()

    def _set_aside(self, found: Batch, out: set[int]) -> Batch:
        found.letters += [
            _letter(found, i, "collect.not_storable", found.events[i].name) for i in sorted(out)
        ]
        return _only(found, [i for i in range(len(found.events)) if i not in out], found.letters)

    def _claim(self) -> list[store.IntakeRow]:
        rows = store.claim(self._conn, self._workspace, self._limits.intake_rows)
        taken: list[store.IntakeRow] = []
        events = 0
        for row in rows:
            if taken and events + row.events > self._limits.events:
                break
            taken.append(row)
            events += row.events
        return taken

    def _reference(self, kind: str, value: str) -> str:
        return self._keys.blind(kind, value).hex()[:12]

    def _sight(self, found: Batch) -> list[Sighting]:
        read = self._reader.read
        self._know_namespaces(found)
        return [
            read(
                at_ms=event.at_ms,
                source=source.id,
                trusted=source.trusted,
                shared=source.kind in _SHARED_KINDS,
                user_id=event.user_id,
                # An alias says whose a device was; two known customers a browser joins never.
                anonymous_id=event.anonymous_id or event.previous_id,
                same_id=event.previous_id,
                traits=event.traits if event.kind != "group" else {},
                person=event.person,
                own=source.kind == "kervan",
                other_ids=event.other_ids,
                verifies=_proof(event) if source.kind == "kervan" else None,
            )
            for event, source in zip(found.events, found.sources, strict=True)
        ]

    def _know_namespaces(self, found: Batch) -> None:
        named = {name for event in found.events for name, _ in event.other_ids}
        if named <= self._reader.namespaces.keys():
            return
        store.lock_opening(self._conn, self._workspace)
        profiles.open_namespaces(self._conn, named)
        self._reader.namespaces = profiles.namespaces(self._conn)

    def _drop_repeats(
        self, found: Batch, sightings: list[Sighting]
    ) -> tuple[Batch, list[Sighting]]:
        repeated = store.mark_seen(
            self._conn, self._workspace, found.weeks_ms, found.hashes, clock.now()
        )
        if not repeated or not self._deduplicate:
            return found, sightings
        return _without(found, sightings, repeated)

    def _limit_names(self, found: Batch, sightings: list[Sighting]) -> tuple[Batch, list[Sighting]]:
        # A shop's mistake must not cost what a shop lives by, nor what Kervan itself says.
        limited = [source.kind != "kervan" for source in found.sources]
        new = (
            {
                event.name
                for event, is_limited in zip(found.events, limited, strict=True)
                if is_limited
            }
            - self._names
            - _ALWAYS_ADMITTED
        )
        if not new:
            return found, sightings
        store.lock_opening(self._conn, self._workspace)  # two may not fill the last place
        good = store.admit_names(self._conn, new, self._limits.event_names, clock.now())
        # Not cached before the commit: after a rollback they would be known here only.
        refused = new - good
        if not refused:
            self._names |= good & store.known_names(self._conn, good)
            return found, sightings
        _log.warning("too_many_event_names", limit=self._limits.event_names, refused=len(refused))
        out = {i for i, event in enumerate(found.events) if limited[i] and event.name in refused}
        limit = str(self._limits.event_names)
        found.letters += [
            _letter(found, i, "collect.too_many_event_names", limit) for i in sorted(out)
        ]
        return _without(found, sightings, out)

    def _refuse_consents(
        self, found: Batch, sightings: list[Sighting]
    ) -> tuple[Batch, list[Sighting]]:
        refused = consents.refused(found.events, self._jurisdiction)
        if not refused:
            return found, sightings
        found.letters += [_letter(found, i, *why) for i, why in sorted(refused.items())]
        return _without(found, sightings, set(refused))

    def _record_consent(
        self, found: Batch, sightings: list[Sighting], people: npt.NDArray[np.uint32]
    ) -> None:
        ledger.settle(self._conn, self._keys, np.unique(people[people > 0]).tolist())
        said = consents.changes(found, sightings, people, self._jurisdiction)
        ledger.record(self._conn, self._keys, said)


def _proof(event: Event) -> tuple[int, bytes] | None:
    """The identifier that Kervan says its person proved to be hers, by kind and blind hash."""
    if event.name != VERIFIED_EVENT:
        return None
    said = msgspec.json.decode(event.properties)
    return _KINDS[said["kind"]], bytes.fromhex(said["hash"])


def _without(
    found: Batch, sightings: list[Sighting], out: set[int]
) -> tuple[Batch, list[Sighting]]:
    keep = [i for i in range(len(found.events)) if i not in out]
    return _only(found, keep, found.letters), [sightings[i] for i in keep]


def _only(found: Batch, keep: Sequence[int], letters: list[batch.Letter] | None = None) -> Batch:
    return Batch(
        [found.events[i] for i in keep],
        [found.sources[i] for i in keep],
        [found.hashes[i] for i in keep],
        [found.weeks_ms[i] for i in keep],
        [] if letters is None else letters,
    )


def _letter(found: Batch, i: int, reason: str, detail: str) -> batch.Letter:
    event = found.events[i]
    return batch.Letter(
        found.sources[i].id,
        event.received_ms,
        Rejected(reason, detail, batch.raw_of(event), event.door, event.sent_ms),
    )


def _untold(found: Batch, events: Events) -> Events:
    told = np.array([one.told for one in found.events], np.bool_)
    return events.take(np.flatnonzero(~told)) if told.any() else events


def _tokens(found: Batch, resolved: Resolved) -> list[tokens.Seen]:
    """The push tokens in a batch; those of nobody known come again when she has signed in."""
    return [
        tokens.Seen(person, event.token, clock.from_ms(event.at_ms), source.trusted)
        for event, source, person in zip(
            found.events, found.sources, resolved.person.tolist(), strict=True
        )
        if event.token and person and not event.told and source.kind not in _SHARED_KINDS
    ]


def _touched(watched: frozenset[str], events: Events, resolved: Resolved) -> set[int]:
    """Whose answers this batch may change: who did something asked about, or is somebody else."""
    if not watched:
        return set()
    people = resolved.head.tolist()
    found = {one for one, name in zip(people, events.name, strict=True) if name in watched}
    for link in resolved.links:
        found.update((link.person, link.before))
    for moved in resolved.moved:
        found.update(moved)
    return found - {0}


def _columns(found: Batch, resolved: Resolved) -> Events:
    events = found.events
    return Events(
        event_id=found.hashes,
        kind=[e.kind for e in events],
        name=[e.name for e in events],
        person=resolved.person,
        session=resolved.session,
        at_ms=np.array([e.at_ms for e in events], np.int64),
        received_ms=np.array([e.received_ms for e in events], np.int64),
        source=np.array([s.id for s in found.sources], np.uint16),
        channel=[e.channel or s.kind for e, s in zip(events, found.sources, strict=True)],
        order_id=[e.order_id for e in events],
        currency=[e.currency for e in events],
        value_minor=np.array([e.value_minor for e in events], np.int64),
        properties=[e.properties for e in events],
        context=[e.context for e in events],
        quiet=np.array([e.quiet for e in events], np.bool_),
    )
