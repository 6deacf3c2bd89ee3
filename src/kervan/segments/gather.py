"""Fetches some people and their whole history as columns, as a few questions for all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments import values
from kervan.segments.columns import NO_TIME, Events, Float64, Int64, Lines, People, Uint32, Words
from kervan.segments.facts import SCORE
from kervan.segments.needs import EVER_MS, LINES, Needs

_SQL = sql.load(__package__, "gather.sql")
_MOST_CUT = 5
_FIRST_MS = -(1 << 62)
"""Before everything."""
_SETTINGS = {
    "output_format_arrow_string_as_string": 1,
    # it is another process of this machine, or near: to pack costs more than to send
    "output_format_arrow_compression_method": "none",
}


def gather(
    conn: Connection, client: Client, heads: Uint32, needs: Needs, at_ms: int | None = None
) -> tuple[People, Events]:
    """What `needs` names of these profiles; who is gone, or unknown, is left out.

    The events are those of all atoms of a profile and of the anonymous visits that were theirs,
    as PostgreSQL knows them now. People come in the order of their numbers. With `at_ms` events
    are left out that are too old to matter to an asking then, or later.
    """
    people = _people(conn, client, heads, needs)
    if not len(people) or not needs.events:
        return people, _no_events()
    return people, _events(conn, client, people, needs, at_ms)


def _ask(client: Client, text: str, parameters: Mapping[str, object]) -> pa.Table:
    return client.query_arrow(text, parameters=dict(parameters), settings=_SETTINGS)


# People -------------------------------------------------------------------------------------------


def _people(conn: Connection, client: Client, heads: Uint32, needs: Needs) -> People:
    found = _ask(client, _SQL.people, {"heads": _list(heads)})
    known_since = _int64(found, "known_since_ms")
    people = People(
        person=_numbers(found, "person", np.uint32),
        zone=_words(found["zone"]),
        known_since_ms=known_since,
        birthday=_numbers(found, "birthday", np.uint16),
        address=_numbers(found, "address", np.uint16),
        verified=_numbers(found, "verified", np.uint16),
        suppressed=_numbers(found, "suppressed", np.uint16),
    )
    if needs.traits:
        said = [msgspec.json.decode(text) for text in found["traits"].to_pylist()]
        for name in needs.traits:
            people.traits[name] = values.of_values([_at(one, name) for one in said])
    people.moments = _of_maps(found["moments"], needs.moments)
    people.consents = _of_maps(found["consents"], needs.consents)
    people.texts = {"language": _words(found["language"]), "country": _words(found["country"])}
    _scores(client, people, needs)
    if needs.lists:
        _lists(conn, client, people, needs)
    return people


def _at(said: Mapping[str, Any], path: str) -> object:
    """What stands at a path: ClickHouse keeps a dot in a name and a part of a part as the same."""
    value: object = said
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value  # an object is none to those who read it


def _of_maps(column: pa.ChunkedArray, wanted: set[str]) -> dict[str, Int64]:
    """For each wanted key its value per row, NO_TIME where a row's map has none."""
    found: dict[str, Int64] = {}
    if not wanted:
        return found
    maps = column.combine_chunks()
    offsets = maps.offsets.to_numpy()
    rows = np.repeat(np.arange(len(maps)), np.diff(offsets))
    inner = slice(int(offsets[0]), int(offsets[-1]))
    keys = pc.cast(maps.keys, pa.string())[inner]
    entries = maps.items.to_numpy(zero_copy_only=False)[inner]
    for key in wanted:
        here = np.flatnonzero(pc.equal(keys, key).to_numpy(zero_copy_only=False))
        one = np.full(len(maps), NO_TIME, np.int64)
        one[rows[here]] = entries[here]
        found[key] = one
    return found


def _scores(client: Client, people: People, needs: Needs) -> None:
    computed = [
        one for one in needs.facts if one.startswith(("rfm", "life_cycle", "engagement", SCORE))
    ]
    if not computed:
        return
    found = _ask(client, _SQL.scores, {"heads": _list(people.person)})
    row = np.searchsorted(people.person, _numbers(found, "person", np.uint32))
    count = len(people)

    def spread(column: Float64) -> Float64:
        whole = np.full(count, np.nan)
        whole[row] = column
        return whole

    parts = {
        name: _numbers(found, name, np.uint8).astype(np.float64)
        for name in ("rfm_recency", "rfm_frequency", "rfm_monetary")
    }
    for name, part in parts.items():
        people.numbers[name] = spread(np.where(part > 0, part, np.nan))
    r, f, m = (
        people.numbers["rfm_recency"],
        *(people.numbers[one] for one in ("rfm_frequency", "rfm_monetary")),
    )
    people.numbers["rfm"] = r * 100 + f * 10 + m
    for name in ("rfm_group", "life_cycle", "engagement"):
        some = _words(found[name])
        codes = np.full(count, -1, np.int32)
        codes[row] = some.codes
        people.texts[name] = Words(codes, some.words)
    told = [dict(one) for one in found["scores"].to_pylist()]
    for name in computed:
        if name.startswith(SCORE):
            key = name.removeprefix(SCORE)
            some_scores = np.array([one.get(key, np.nan) for one in told], np.float64)
            people.numbers[name] = spread(some_scores)


def _lists(conn: Connection, client: Client, people: People, needs: Needs) -> None:
    atoms = _pairs(conn, _SQL.atoms, {"heads": postgres.array(people.person.tolist())})
    asked = {"lists": sorted(needs.lists), "atoms": _list(atoms[0])}
    found = _ask(client, _SQL.lists, asked)
    lists = _numbers(found, "list", np.uint32)
    persons = _look_up(atoms[0], atoms[1], _int64(found, "person"))
    for one in needs.lists:
        people.lists[one] = np.isin(people.person, persons[lists == one])


# Events -------------------------------------------------------------------------------------------


def _events(
    conn: Connection, client: Client, people: People, needs: Needs, now_ms: int | None
) -> Events:
    atoms = _pairs(conn, _SQL.atoms, {"heads": postgres.array(people.person.tolist())})
    visits = _pairs(conn, _SQL.visits, {"atoms": postgres.array(atoms[0].tolist())})
    asked: dict[str, object] = {"atoms": _list(atoms[0]), **_since(needs, now_ms)}
    properties, lines = sorted(needs.properties), sorted(needs.lines)
    text = _SQL.events.replace("{columns}", _columns(properties, lines, needs, asked))
    parts = [text.replace("{whose}", _SQL.of_atoms)]
    if len(visits[0]):
        asked["visits"] = _list(visits[0])
        parts.append(text.replace("{whose}", _SQL.of_visits))
    found = _ask(client, " UNION ALL ".join(parts), asked)
    person = _int64(found, "person")
    by_visit = _look_up(visits[0], visits[1], _int64(found, "session"))
    head = _look_up(atoms[0], atoms[1], np.where(person > 0, person, by_visit))
    row = np.searchsorted(people.person, head)
    row = np.minimum(row, len(people) - 1)
    at_ms = _int64(found, "at_ms")
    mine = np.flatnonzero(people.person[row] == head)
    order = _ordered(mine, row, at_ms, found["event_id"].combine_chunks())
    events = Events(
        row=row[order],
        at_ms=at_ms[order],
        name=_words(found["name"]).take(order),
        channel=_words(found["channel"]).take(order),
        currency=_words(found["currency"]).take(order),
        order=_words(found["order_id"]).take(order),
        value_minor=_int64(found, "value_minor")[order],
        properties={
            path: values.of_texts(found[f"p{i}"].combine_chunks()).take(order)
            for i, path in enumerate(properties)
        },
    )
    if lines:
        events.lines = _lines(found, lines, order)
    return events


def _since(needs: Needs, at_ms: int | None) -> dict[str, object]:
    """The names that are asked for, and after which instant (ms) of each."""
    names = sorted(needs.events)
    back = [needs.back_ms.get(name, EVER_MS) for name in names]
    after = [_FIRST_MS if at_ms is None else max(at_ms - one, _FIRST_MS) for one in back]
    return {"names": names, "after": after}


def _ordered(mine: Int64, row: Int64, at_ms: Int64, event_id: pa.Array) -> Int64:
    """The rows `mine`, each person's by time; only what shares an instant is told apart by id."""
    order = mine[np.lexsort((at_ms[mine], row[mine]))]
    same = (row[order][1:] == row[order][:-1]) & (at_ms[order][1:] == at_ms[order][:-1])
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        some = order[tied]
        ids = np.array(event_id.take(pa.array(some)).to_pylist(), "S16")
        order[tied] = some[np.lexsort((ids, at_ms[some], row[some]))]
    return order


def _list(numbers: Int64 | Uint32) -> str:
    """Numbers as ClickHouse reads a list of them: one text instead of a thousand parameters."""
    return "[" + ",".join(map(str, numbers.tolist())) + "]"


def _columns(
    properties: list[str], lines: list[str], needs: Needs, asked: dict[str, object]
) -> str:
    """The text of the columns asked for; their names are ours, their paths are parameters."""
    parts = []
    for i, path in enumerate(properties):
        asked[f"p{i}_readers"] = sorted(needs.readers.get(path, needs.events))
        said = _SQL.said.split("\n", 1)[1].replace("{readers}", f"p{i}_readers")
        parts.append(_column(_SQL.property, f"p{i}", path, said, asked))
    if lines:
        asked["line_readers"] = sorted(needs.readers.get(LINES, needs.events))
        said = _SQL.said.split("\n", 1)[1].replace("{readers}", "line_readers")
        whole = _SQL.lines.replace("{said}", said)
        for i, path in enumerate(lines):
            text = _SQL.line.replace("{lines}", whole)
            parts.append(_column(text, f"l{i}", path, "line", asked))
    return "".join(parts)


def _column(text: str, name: str, path: str, said: str, asked: dict[str, object]) -> str:
    """A path may be met by keys that have dots themselves: of all ways the first with a value."""
    ways = []
    for steps in _ways(path.split(".")):
        bound = []
        for step in steps:
            bound.append(f"{{{name}_{len(asked)}:String}}")
            asked[f"{name}_{len(asked)}"] = step
        ways.append(_SQL.way.replace("{said}", said).replace("{steps}", ", ".join(bound)))
    return text.replace("{ways}", ", ".join(ways)).replace("{name}", name)


def _ways(keys: list[str]) -> list[list[str]]:
    """How a path can be cut into keys, the shortest keys first; a long one only so."""
    cut = [keys]
    if len(keys) <= _MOST_CUT:
        for mask in range(1, 1 << (len(keys) - 1)):
            steps = [keys[0]]
            for i, key in enumerate(keys[1:]):
                if mask >> i & 1:
                    steps[-1] += "." + key
                else:
                    steps.append(key)
            cut.append(steps)
    return cut


def _lines(found: pa.Table, lines: Sequence[str], order: Int64) -> Lines:
    """The lines of the events of these rows, in this order."""
    columns, event = {}, np.zeros(0, np.int64)
    for i, path in enumerate(lines):
        lists = found[f"l{i}"].combine_chunks()
        first = lists.offsets.to_numpy().astype(np.int64)
        counts = np.diff(first)[order]
        event = np.repeat(np.arange(len(order)), counts)
        begins = np.repeat(first[:-1][order] - np.cumsum(counts) + counts, counts)
        place = begins + np.arange(len(event)) - first[0]
        columns[path] = values.of_texts(lists.flatten()).take(place)
    return Lines(event, columns)


def _pairs(conn: Connection, text: str, asked: Mapping[str, object]) -> tuple[Int64, Int64]:
    """Two columns of numbers, ordered by the first."""
    rows = conn.execute(text, dict(asked), binary=True).fetchall()
    both = np.array(rows, np.int64).reshape(-1, 2)
    both = both[np.argsort(both[:, 0], kind="stable")]
    return both[:, 0], both[:, 1]


def _look_up(keys: Int64, found: Int64, asked: Int64) -> Int64:
    """`found` of the same place as each of `asked` has in the ordered `keys`, 0 for none."""
    if not len(keys):
        return np.zeros(len(asked), np.int64)
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[place] == asked, found[place], 0)


def _no_events() -> Events:
    none, no_words = np.zeros(0, np.int64), Words(np.zeros(0, np.int32), ())
    return Events(none, none, no_words, no_words, no_words, no_words, none)


# Columns ------------------------------------------------------------------------------------------


def _numbers(table: pa.Table, name: str, sort: Any) -> Any:
    return table[name].to_numpy().astype(sort, copy=False)


def _int64(table: pa.Table, name: str) -> Int64:
    found: Int64 = _numbers(table, name, np.int64)
    return found


def _words(column: pa.ChunkedArray) -> Words:
    """Texts by code; empty ones are none."""
    whole = column.combine_chunks()
    coded = whole if isinstance(whole.type, pa.DictionaryType) else whole.dictionary_encode()
    words = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    if "" in words:
        codes = np.where(codes == words.index(""), -1, codes).astype(np.int32)
    return Words(codes, tuple(words))
