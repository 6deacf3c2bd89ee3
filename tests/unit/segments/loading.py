"""Loads a random crowd as columns, and into ClickHouse under atoms, visits and older versions."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.history import event, link, write
from kervan.segments import values
from kervan.segments.columns import NO_TIME, Events, Int64, Lines, People, Values, Words
from kervan.segments.facts import CHANNELS
from kervan.segments.mirror import read as mirror
from kervan.segments.mirror import write as mirrored
from kervan.segments.needs import Needs
from tests.reference.segment_values import at_path, lines_of
from tests.unit.segments.random_people import Crowd

_PARTS = ("rfm_recency", "rfm_frequency", "rfm_monetary")
_WORDS = ("rfm_group", "life_cycle", "engagement")
_TABLES = ("people", "scores", "list_members", "events", "events_by_person", "session_link",
           "person_link", "session_link_young", "person_link_young", "link_settled")  # fmt: skip
NOBODY = 100_000
"""Numbers from here on are atoms of somebody, or of people who are gone or not mirrored."""

Row = dict[str, Any]

# Columns ------------------------------------------------------------------------------------------


def people_columns(crowd: Crowd, needs: Needs) -> People:
    """What `needs` names of the crowd."""
    folk = crowd.people

    def times(part: str, name: str) -> Int64:
        return np.array([one[part].get(name, NO_TIME) for one in folk], np.int64)

    def numbers(fact: str) -> list[float]:
        if fact == "rfm":
            cells = [[one[part] for part in _PARTS] for one in folk]
            return [r * 100 + f * 10 + m if r and f and m else np.nan for r, f, m in cells]
        if fact.startswith("score."):
            return [one["scores"].get(fact.removeprefix("score."), np.nan) for one in folk]
        return [one[fact] or np.nan for one in folk]

    texts = needs.facts & {"language", "country", *_WORDS}
    others = needs.facts - texts - {"zone", "birthday", "known_since"}
    return People(
        person=np.array([one["person"] for one in folk], np.uint32),
        zone=words(one["zone"] for one in folk),
        known_since_ms=np.array([one["known_since"] for one in folk], np.int64),
        birthday=np.array([one["birthday"] for one in folk], np.uint16),
        address=np.array([bits(one["address"]) for one in folk], np.uint16),
        verified=np.array([bits(one["verified"]) for one in folk], np.uint16),
        suppressed=np.array([bits(one["suppressed"]) for one in folk], np.uint16),
        traits={
            name: readings([at_path(one["traits"], name) for one in folk]) for name in needs.traits
        },
        moments={name: times("moments", name) for name in needs.moments},
        consents={key: times("consents", key) for key in needs.consents},
        numbers={name: np.array(numbers(name), np.float64) for name in others},
        texts={name: words(one[name] for one in folk) for name in texts},
        lists={one: np.array([one in her["lists"] for her in folk]) for one in needs.lists},
    )


def event_columns(crowd: Crowd, needs: Needs) -> Events:
    """The events of the crowd whose names `needs` has, in order."""
    row = {one["person"]: i for i, one in enumerate(crowd.people)}
    told = [one for one in crowd.events if one["name"] in needs.events]
    told.sort(key=lambda one: (row[one["person"]], one["at"], one["id"]))
    lines = [(i, line) for i, one in enumerate(told) for line in lines_of(one)]
    return Events(
        row=np.array([row[one["person"]] for one in told], np.int64),
        at_ms=np.array([one["at"] for one in told], np.int64),
        name=words(one["name"] for one in told),
        channel=words(one["channel"] for one in told),
        currency=words(one["currency"] for one in told),
        order=words(one["order"] for one in told),
        value_minor=np.array([one["value"] for one in told], np.int64),
        properties={
            path: readings([at_path(one["properties"], path) for one in told])
            for path in needs.properties
        },
        lines=Lines(
            np.array([i for i, _ in lines], np.int64),
            {path: readings([at_path(one, path) for _, one in lines]) for path in needs.lines},
        )
        if needs.lines
        else None,
    )


def words(texts: Iterable[str]) -> Words:
    """Texts by code, empty ones as none."""
    found: dict[str, int] = {}
    codes = [found.setdefault(one, len(found)) if one else -1 for one in texts]
    return Words(np.array(codes, np.int32), tuple(found))


def readings(found: Sequence[object]) -> Values:
    """JSON values as columns; an object is none."""
    return values.of_values([None if isinstance(one, dict) else one for one in found])


def bits(channels: Iterable[str]) -> int:
    """A bit per channel."""
    return sum(1 << CHANNELS.index(one) for one in channels)


# ClickHouse ---------------------------------------------------------------------------------------


def load(client: Client, crowd: Crowd, chance: random.Random) -> None:
    """Make the workspace's history that of this crowd.

    Some of the events lie under atoms that were merged into a head, some under anonymous visits;
    others are of nobody, of somebody who is gone, and of somebody who is not there at all. Each
    table has rows that newer ones outdo.
    """
    for table in _TABLES:
        client.command(f"TRUNCATE TABLE {table}")
    gone = NOBODY + 90_000
    newest = [(one, 0) for one in crowd.people]
    older = [(other(chance, crowd, one), int(chance.random() < 0.3)) for one in crowd.people]
    leaver = chance.choice(crowd.people) | {"person": gone}
    older.append((leaver, 0))
    newest.append((leaver, 1))
    unscored = {one["person"] for one in crowd.people if not one["scores"] and one["person"] % 2}
    for version, rows in ((2, newest), (1, older)):
        mirrored.write(client, people_rows(rows), version)
        scored = [one for one, _ in rows if one["person"] not in unscored]
        _insert(client, "scores", score_rows(scored, version))
        _insert(client, "list_members", member_rows(rows, newest, version))
    _tell(client, crowd, chance, gone)


def other(chance: random.Random, crowd: Crowd, her: Row) -> Row:
    """What was said of her before: anything."""
    return chance.choice(crowd.people) | {"person": her["person"]}


def people_rows(rows: Sequence[tuple[Row, int]]) -> list[mirror.Row]:
    """Rows of `people`; with each, whether she is gone."""
    return [
        mirror.Row(
            person=one["person"],
            gone=bool(gone),
            known_since_ms=one["known_since"],
            **{name: bits(one[name]) for name in ("address", "verified", "suppressed")},
            **{name: one[name] for name in ("zone", "language", "country", "birthday")},
            **{name: one[name] for name in ("consents", "traits", "moments")},
        )
        for one, gone in rows
    ]


def score_rows(folk: Sequence[Row], version: int) -> pa.RecordBatch:
    """Rows of `scores`."""
    scores = pa.map_(pa.string(), pa.float64())
    return pa.record_batch(
        {
            "person": pa.array([one["person"] for one in folk], pa.uint32()),
            "version": pa.array([version] * len(folk), pa.uint64()),
            **{name: pa.array([one[name] for one in folk], pa.uint8()) for name in _PARTS},
            **{name: [one[name] for one in folk] for name in _WORDS},
            "scores": pa.array([list(one["scores"].items()) for one in folk], scores),
        }
    )


def member_rows(
    rows: Sequence[tuple[Row, int]], newest: Sequence[tuple[Row, int]], version: int
) -> pa.RecordBatch:
    """Rows of `list_members`: who was on a list before and is not, is there as gone.

    Lists name atoms, of some people one that was merged into theirs.
    """
    is_on = {(listed_as(one, number), number) for one, _ in rows for number in one["lists"]}
    has_newer = {(listed_as(one, number), number) for one, _ in newest for number in (7, 8)}
    told = sorted(is_on | (has_newer if version == 2 else set()))
    return pa.record_batch(
        {
            "list": pa.array([number for _, number in told], pa.uint32()),
            "person": pa.array([person for person, _ in told], pa.uint32()),
            "version": pa.array([version] * len(told), pa.uint64()),
            "gone": pa.array([int(one not in is_on) for one in told], pa.uint8()),
        }
    )


def listed_as(her: Row, number: int) -> int:
    """The atom under which she is on a list."""
    person: int = her["person"]
    return NOBODY + 2 * person if (person + number) % 3 == 0 and person < NOBODY else person


def _insert(client: Client, table: str, rows: pa.RecordBatch) -> None:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_batch(rows)
    client.raw_insert(table, insert_block=sink.getvalue().to_pybytes(), fmt="ArrowStream")


def _tell(client: Client, crowd: Crowd, chance: random.Random, gone: int) -> None:
    """Insert the events by their real door, each under an atom or a visit of its head."""
    told: list[tuple[int, int, Row]] = []
    heads = {NOBODY + 2 * one["person"]: one["person"] for one in crowd.people} | {gone + 1: gone}
    visits: dict[int, int] = {}
    for one in crowd.events:
        head = one["person"]
        atom = chance.choice((head, head, NOBODY + 2 * head, NOBODY + 2 * head + 1))
        if atom != head:
            heads[atom] = head
        if chance.random() < 0.25:
            visit = atom * 10 + chance.randrange(2)
            visits[visit] = atom
            told.append((0, visit, one))
        else:
            told.append((atom, 0, one))
        if chance.random() < 0.1:  # somebody else's, or nobody's
            whose = chance.choice(((0, 0), (0, 5), (gone, 0), (gone + 1, 0), (NOBODY + 99_000, 0)))
            told.append((*whose, one | {"id": chance.randbytes(16)}))
    outdated = {atom: chance.choice(crowd.people)["person"] for atom in heads}
    link.keep(client, [(visit, NOBODY + 1) for visit in visits], list(outdated.items()), 1)
    chance.shuffle(told)
    half = len(told) // 2
    for batch, some in ((2, told[:half]), (3, told[half:])):
        if some:
            write.insert(client, event.to_block(_history(some), batch), batch)
    link.keep(client, list(visits.items()), list(heads.items()), 4)
    link.settle(client) if chance.random() < 0.5 else link.refresh(client)


def _history(told: Sequence[tuple[int, int, Row]]) -> event.Events:
    count, rows = len(told), [one for _, _, one in told]
    at = np.array([one["at"] for one in rows], np.int64)
    return event.Events(
        event_id=[one["id"] for one in rows],
        kind=["track"] * count,
        name=[one["name"] for one in rows],
        person=np.array([atom for atom, _, _ in told], np.uint32),
        session=np.array([visit for _, visit, _ in told], np.uint64),
        at_ms=at,
        received_ms=at,
        source=np.ones(count, np.uint16),
        channel=[one["channel"] for one in rows],
        order_id=[one["order"] for one in rows],
        currency=[one["currency"] for one in rows],
        value_minor=np.array([one["value"] for one in rows], np.int64),
        properties=[msgspec.json.encode(one["properties"]) for one in rows],
        context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )
