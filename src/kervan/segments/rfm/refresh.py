"""Scores everybody once a day, and in between those who ordered; tells who changed her group.

In three parts, so that nothing is lost wherever it is cut off: `plan` tells of changes and holds
whose they are, and its caller commits; `write` gives ClickHouse the scores; `done` lets go. What
is planned twice is told once, for its events have the same ids.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.history.link import NotStored
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments import gather
from kervan.segments.columns import NO_TIME, Int64
from kervan.segments.rfm import score, stages, store, tally
from kervan.segments.rfm.score import GROUPS, Codes
from kervan.segments.rfm.store import Made, Settings
from kervan.segments.rfm.tally import Messages, Orders, Scores, Some
from kervan.segments.zones import DAY_MS

CHANGED = "Segment Group Changed"
"""Kervan's own event: its person's `group` is another than the one in `before`."""
_GATHER = sql.load(gather.__package__, "gather.sql")
_TALLY = sql.load(tally.__package__, "tally.sql")
_EVENTS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written under a version, and what is done with it then."""

    scores: Scores
    version: int
    marks: list[int]
    day: date | None


def plan(conn: Connection, client: Client, workspace: int, zone: str, at_ms: int) -> Plan | None:
    """What to write at an instant, None when nothing is due; the caller commits, then writes.

    `zone` is the workspace's: in it a day begins. Told is who has another group than the day
    before, or than before her order of the last 24 hours: not who got her first group or lost it,
    nor who moved because a history was imported, or the settings are others.
    """
    day, midnight_ms = _today(zone, at_ms)
    before = store.last_day(conn)
    made = store.edges(conn)
    marks, people = store.marks(conn, workspace)
    some = None
    heads = store.heads(conn, people)
    if before == day and made is not None:
        if not marks:
            return None
        if not made.outgrown_by(len(people)):
            some = _some(conn, sorted({*people, *heads}))
            store.scored_since(conn, len(people))
    wanted = store.settings(conn)
    money = wanted.currency or tally.currency(client)
    since_ms = at_ms - wanted.window_days * DAY_MS if wanted.window_days else NO_TIME
    orders = tally.orders(client, money, since_ms, at_ms, some)
    if some is None or made is None:
        made = _made(wanted, f"{money} {wanted.window_days}", day, made, orders, midnight_ms)
        store.save_edges(conn, made)
    new = compute(orders, tally.messages(client, at_ms, some), made, midnight_ms, at_ms)
    changed, was = _changed(new, tally.scores(client, some))
    moved = (changed.group != was) & (changed.group >= 0) & (was >= 0)
    if before == day:
        lately = orders.person[orders.last_ms > at_ms - DAY_MS]
        moved &= np.isin(changed.person, lately) & np.isin(changed.person, heads)
    if before is not None:
        _tell(conn, changed, was, np.flatnonzero(moved), day, at_ms)
    store.hold(conn, changed.person.tolist())
    return Plan(changed, store.version(conn), marks, day if some is None else None)


def write(client: Client, found: Plan) -> None:
    """Give ClickHouse the scores of a plan. Raises NotStored."""
    rows = found.scores
    count = len(rows.person)
    if not count:
        return
    block = pa.record_batch(
        {
            "person": pa.array(rows.person.astype(np.uint32)),
            "version": pa.array(np.full(count, found.version, np.uint64)),
            "rfm_recency": pa.array(rows.recency),
            "rfm_frequency": pa.array(rows.frequency),
            "rfm_monetary": pa.array(rows.monetary),
            "rfm_group": _words(rows.group, GROUPS),
            "life_cycle": _words(rows.stage, stages.STAGES),
            "engagement": _words(rows.level, stages.LEVELS),
            "scores": rows.others,
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.schema) as writer:
        writer.write_batch(block)
    client.raw_insert("scores", insert_block=sink.getvalue().to_pybytes(), fmt="ArrowStream")
    asked = {"version": found.version}
    stored = int(client.query(_TALLY.stored, parameters=asked).result_rows[0][0])
    if stored < count:
        raise NotStored(f"scores has {stored} of {count} rows of version {found.version}")


def done(conn: Connection, found: Plan) -> None:
    """Let segments hear of what is written, and let go of what asked for it; the caller commits."""
    store.tell(conn)
    store.unmark(conn, found.marks)
    if found.day is not None:
        store.ran(conn, found.day)


def compute(orders: Orders, messages: Messages, made: Made, midnight_ms: int, at_ms: int) -> Scores:
    """The scores of all who ordered or got messages, as a function of these columns alone."""
    person = _union(orders.person, messages.person)
    count = len(person)
    buyer, reader = (np.searchsorted(person, one.person) for one in (orders, messages))
    cells = np.zeros((3, count), np.uint8)
    stage, level = np.full(count, -1, np.int8), np.full(count, -1, np.int8)
    inside = orders.frequency > 0
    days = score.recency_days(orders.last_ms[inside], midnight_ms)
    cells[:, buyer[inside]] = score.scores(
        made.edges, days, orders.frequency[inside], orders.monetary_minor[inside]
    )
    stage[buyer] = stages.life_cycle(
        orders.first_ms, orders.last_ms, orders.order_days, at_ms, made.rhythm_days
    )
    level[reader] = stages.engagement(messages.reacted_ms, messages.sent)
    recency, frequency, monetary = cells
    group = score.groups(recency, frequency, monetary)
    others = tally.no_others().take(pa.array(np.zeros(count, np.int64)))
    return Scores(person, recency, frequency, monetary, group, stage, level, others)


def _today(zone: str, at_ms: int) -> tuple[date, int]:
    """The local day, and its first instant (its local midnight, or what comes after a gap)."""
    local = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    first = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
    return local.date(), int(first.timestamp()) * 1000


def _made(
    wanted: Settings, made_by: str, day: date, before: Made | None, orders: Orders, midnight_ms: int
) -> Made:
    own = stages.rhythm_days(orders.first_ms, orders.last_ms, orders.order_days)
    usual = stages.usual_rhythm(own)
    if wanted.edges == "fixed":
        return Made(day, made_by, wanted.fixed, usual, len(orders.person))
    inside = orders.frequency > 0
    count = int(inside.sum())
    if before is not None and wanted.edges == "monthly" and before.made_by == made_by:
        same_month = (before.day.year, before.day.month) == (day.year, day.month)
        if same_month and 2 * count <= 3 * before.customers:
            return Made(before.day, made_by, before.edges, usual, before.customers)
    days = score.recency_days(orders.last_ms[inside], midnight_ms)
    edges = score.edges(days, orders.frequency[inside], orders.monetary_minor[inside])
    return Made(day, made_by, edges, usual, count)


def _some(conn: Connection, heads: list[int]) -> Some:
    atoms = conn.execute(_GATHER.atoms, {"heads": postgres.array(heads)}).fetchall()
    mine = [int(row[0]) for row in atoms]
    visits = conn.execute(_GATHER.visits, {"atoms": postgres.array(mine)}).fetchall()
    return Some(heads, mine, [int(row[0]) for row in visits])


def _changed(new: Scores, old: Scores) -> tuple[Scores, Codes]:
    """The rows that differ from what is written, and the group each had; who has nothing any more
    gets an empty row."""
    person = _union(new.person, old.person)
    after, before = _spread(new, person), _spread(old, person)
    differs = np.zeros(len(person), np.bool_)
    for name in ("recency", "frequency", "monetary", "group", "stage", "level"):
        differs |= getattr(after, name) != getattr(before, name)
    rows = np.flatnonzero(differs)
    return (
        Scores(
            person[rows], after.recency[rows], after.frequency[rows], after.monetary[rows],
            after.group[rows], after.stage[rows], after.level[rows],
            before.others.take(pa.array(rows)),
        ),
        before.group[rows],
    )  # fmt: skip


def _union(one: Int64, other: Int64) -> Int64:
    """The numbers of both, each of which rises: merged, which is much faster than hashed."""
    both = np.sort(np.concatenate([one, other]), kind="stable")
    is_new = np.ones(len(both), np.bool_)
    is_new[1:] = both[1:] != both[:-1]
    return both[is_new]


def _spread(some: Scores, person: Int64) -> Scores:
    """The same scores for more people, the others with none."""
    place = np.searchsorted(person, some.person)

    def numbers(column: score.Uint8) -> score.Uint8:
        whole = np.zeros(len(person), np.uint8)
        whole[place] = column
        return whole

    def codes(column: Codes) -> Codes:
        whole = np.full(len(person), -1, np.int8)
        whole[place] = column
        return whole

    at = np.full(len(person), len(some.person), np.int64)
    at[place] = np.arange(len(some.person))
    maps = pa.concat_arrays([some.others, tally.no_others()])
    return Scores(
        person, numbers(some.recency), numbers(some.frequency), numbers(some.monetary),
        codes(some.group), codes(some.stage), codes(some.level), maps.take(pa.array(at)),
    )  # fmt: skip


def _tell(
    conn: Connection, changed: Scores, was: Codes, rows: Int64, day: date, at_ms: int
) -> None:
    for begin in range(0, len(rows), _EVENTS_AT_ONCE):
        some = rows[begin : begin + _EVENTS_AT_ONCE].tolist()
        intake.append_own(conn, [_event(changed, was, row, day, at_ms) for row in some])


def _event(changed: Scores, was: Codes, row: int, day: date, at_ms: int) -> OwnEvent:
    person = int(changed.person[row])
    group, before = _word(changed.group[row]), _word(was[row])
    cell = int(changed.recency[row]) * 100 + int(changed.frequency[row]) * 10
    return OwnEvent(
        message_id=f"rfm-{person}-{day.isoformat()}-{before}-{group}",
        event=CHANGED,
        timestamp_ms=at_ms,
        person=person,
        properties={
            "scoring": "rfm",
            "group": group,
            "before": before,
            "cell": cell + int(changed.monetary[row]),
        },
    )


def _word(code: np.int8) -> str:
    return GROUPS[code] if code >= 0 else ""


def _words(codes: Codes, words: tuple[str, ...]) -> pa.Array:
    places = np.where(codes < 0, len(words), codes).astype(np.int8)
    return pa.DictionaryArray.from_arrays(pa.array(places), pa.array([*words, ""], pa.string()))
