"""Picks events by name, conditions, product lines, order and hour, each pick computed once.

A place is an event's position among all events; events rise by (person, time, event id), so a
window of one person is a range of places, and of the picked events too.
"""

from dataclasses import dataclass

import numpy as np

from kervan.segments.columns import Bools, Events, Int64, People, Values, Words
from kervan.segments.evaluate.meet import Vocabulary, meets
from kervan.segments.tree import Clock, Filter, Number
from kervan.segments.values import number_of
from kervan.segments.zones import DAY_MS, to_local

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Pick:
    """Which events a question is about; equal picks are computed once."""

    events: tuple[str, ...]
    where: tuple[Filter, ...] = ()
    lines: tuple[Filter, ...] = ()
    once: bool = False
    clock: Clock | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Some of the events: rising `places`; person r's are `starts[r]` to before `starts[r + 1]`."""

    events: Events
    places: Int64
    starts: Int64

    @property
    def row(self) -> Int64:
        """Whose each of the picked events is."""
        return self.events.row[self.places]

    def first_from(self, places: Int64) -> Int64:
        """The first picked event at or after each place, as an index into the selection."""
        return self.places.searchsorted(places)

    def at_of(self, index: Int64, missing_ms: int) -> Int64:
        """When the events with these indexes (one per person) were; `missing_ms` where the index
        is not one of the person's."""
        found = np.full(len(index), missing_ms, np.int64)
        mine = np.flatnonzero((index >= self.starts[:-1]) & (index < self.starts[1:]))
        found[mine] = self.events.at_ms[self.places[index[mine]]]
        return found


class History:
    """The events of people, with what many questions ask of them; `at_ms` is one per person."""

    def __init__(
        self, people: People, events: Events, at_ms: Int64, vocabulary: Vocabulary
    ) -> None:
        self.events = events
        self._people = people
        self._vocabulary = vocabulary
        self.starts: Int64 = np.searchsorted(events.row, np.arange(len(people) + 1))
        self._padded_at = np.append(events.at_ms, 0)
        self.now = self.upto(at_ms)
        """The place after the last event that counts, per person."""
        self.has_future = bool((self.now < self.starts[1:]).any())
        codes = events.name.codes
        few = len(events.name.words) < 1 << 15  # are sorted in one pass
        self._by_name = np.argsort(codes.astype(np.int16) if few else codes, kind="stable")
        edges = np.arange(len(events.name.words) + 1)
        self._edges = np.searchsorted(codes[self._by_name], edges)
        self._names = {name: code for code, name in enumerate(events.name.words)}
        self._selections: dict[Pick, Selection] = {}
        self._columns: dict[str, Values] = {}
        self._later: Int64 | None = None
        self._with_lines: dict[tuple[Filter, ...], Bools] = {}
        self._alone = np.ones(len(events), np.bool_)
        if events.lines is not None:
            self._alone[events.lines.event] = False

    def upto(self, instant_ms: Int64) -> Int64:
        """The place after the last event not later than each instant, one per person."""
        low, high = self.starts[:-1].copy(), self.starts[1:].copy()
        widest = int((high - low).max(initial=0))
        for _ in range(widest.bit_length()):
            middle = (low + high) >> 1
            after = (self._padded_at[middle] <= instant_ms) & (low < high)
            low = np.where(after, middle + 1, low)
            high = np.where(after, high, middle)
        return low

    def later(self, places: Int64) -> Int64:
        """The first place after each of these at which time has gone on (or the person ends)."""
        if self._later is None:
            row, at = self.events.row, self.events.at_ms
            new = np.flatnonzero((row[1:] != row[:-1]) | (at[1:] != at[:-1])) + 1
            lengths = np.diff(new, prepend=0, append=len(row))
            self._later = np.repeat(np.append(new, len(row)), lengths)
        return self._later[places]

    def values(self, path: str, test: object = None) -> Values | None:
        """A property or column of all events; None for one that is unknown everywhere."""
        if not path.startswith("@"):
            return self.events.properties.get(path)
        key = path + "#" * isinstance(test, Number)
        if key not in self._columns:
            column = self._column(path, isinstance(test, Number))
            if column is None:
                return None
            self._columns[key] = column
        return self._columns[key]

    def _column(self, path: str, as_number: bool) -> Values | None:
        events, count = self.events, len(self.events)
        no_flag, nothing = np.full(count, -1, np.int8), np.full(count, -1, np.int32)
        if path == "@value":
            every = np.ones(count, np.bool_)
            number = events.value_minor.astype(np.float64)
            return Values(Words(nothing, ()), number, every, no_flag, every)
        texts = {"@name": events.name, "@channel": events.channel,
                 "@currency": events.currency, "@order": events.order}  # fmt: skip
        if path not in texts:
            return None
        text = texts[path]
        number = np.full(count, np.nan)
        if as_number:
            said = [number_of(word) for word in text.words]
            number = np.array([*said, np.nan])[text.codes]
        return Values(text, number, np.zeros(count, np.bool_), no_flag, text.codes >= 0)

    def pick(self, pick: Pick) -> Selection:
        """The picked events."""
        found = self._selections.get(pick)
        if found is None:
            found = self._selections[pick] = self.selection(self._places(pick))
        return found

    def selection(self, places: Int64) -> Selection:
        """The events at these rising places."""
        return Selection(self.events, places, places.searchsorted(self.starts))

    def _places(self, pick: Pick) -> Int64:
        if pick.clock is not None:
            wider = self.pick(Pick(pick.events, pick.where, pick.lines, pick.once))
            return wider.places[self._on_clock(wider, pick.clock)]
        if pick.once:
            wider = self.pick(Pick(pick.events, pick.where, pick.lines))
            return wider.places[self._first_of_order(wider.places)]
        if pick.where or pick.lines:
            places = self.pick(Pick(pick.events)).places
            for each in pick.where:
                places = places[self._meets(each, places)]
            return places[self._line_meets(pick.lines, places)] if pick.lines else places
        codes = {self._names[name] for name in pick.events if name in self._names}
        parts = [self._by_name[self._edges[code] : self._edges[code + 1]] for code in codes]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))

    def _meets(self, each: Filter, places: Int64) -> Bools:
        values = self.values(each.property, each.test)
        return meets(each.test, values, places, self._vocabulary)

    def _line_meets(self, filters: tuple[Filter, ...], places: Int64) -> Bools:
        """Whether some one line of each event meets them all; without lines the event itself."""
        if filters not in self._with_lines:
            self._with_lines[filters] = self._lines_meet(filters)
        found: Bools = self._with_lines[filters][places]
        alone = np.flatnonzero(self._alone[places])
        for each in filters:
            alone = alone[self._meets(each, places[alone])]
        found[alone] = True
        return found

    def _lines_meet(self, filters: tuple[Filter, ...]) -> Bools:
        """Of all events: whether some one line meets them all."""
        found = np.zeros(len(self.events), np.bool_)
        if (lines := self.events.lines) is not None:
            rows = np.arange(len(lines.event))
            for each in filters:
                if each.property.startswith("@"):
                    rows = rows[self._meets(each, lines.event[rows])]
                else:
                    values = lines.properties.get(each.property)
                    rows = rows[meets(each.test, values, rows, self._vocabulary)]
            found[lines.event[rows]] = True
        return found

    def _first_of_order(self, places: Int64) -> Bools:
        code = self.events.order.codes[places].astype(np.int64)
        first = code < 0
        named = np.flatnonzero(~first)
        key = self.events.row[places[named]] * len(self.events.order.words) + code[named]
        first[named[np.unique(key, return_index=True)[1]]] = True
        return first

    def local_ms(self, selection: Selection) -> Int64:
        """Local times of events in the zone of the person."""
        zone = self._people.zone.take(selection.row)
        return to_local(zone, self.events.at_ms[selection.places])

    def _on_clock(self, selection: Selection, clock: Clock) -> Bools:
        local = self.local_ms(selection)
        hour = local // _HOUR_MS % 24
        from_hour, to_hour = clock.from_hour, clock.to_hour
        if from_hour < to_hour:
            fits = (from_hour <= hour) & (hour < to_hour)
        elif from_hour > to_hour:
            fits = (from_hour <= hour) | (hour < to_hour)
        else:
            fits = np.ones(len(hour), np.bool_)
        if clock.weekdays:
            weekday = (local // DAY_MS + 3) % 7 + 1  # 1970-01-01 was a Thursday
            asked = np.zeros(8, np.bool_)
            asked[list(clock.weekdays)] = True
            fits &= asked[weekday]
        return fits
