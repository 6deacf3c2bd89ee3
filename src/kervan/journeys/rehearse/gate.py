"""Puts the messages of a rehearsal through the gate, in waves: everybody's next one at once.

People do not touch each other at the gate but for ceilings of money, which are asked after each
day. So a wave takes the next message of every person, whatever its time, and asks the sender's own
functions about all of them; what is held comes back in a later wave.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kervan.consent.channels import KIND_OF
from kervan.consent.judge import Codes, Flags
from kervan.delivery.decide import Candidates, Decisions, Reason, Verdict, decide
from kervan.delivery.policy.caps import LONGEST_MS, Marked, Past
from kervan.delivery.policy.definition import Policy
from kervan.delivery.policy.pace import Paces
from kervan.delivery.policy.quiet import NEVER_MS
from kervan.delivery.policy.where import Places, places
from kervan.delivery.spend.price import Priced
from kervan.delivery.states import MARKETING, TEST
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.cast import MINE, Cast
from kervan.journeys.rehearse.consents import Consents
from kervan.journeys.rehearse.past import CLASSES, Got, Words, nothing
from kervan.journeys.rehearse.people import DAY_MS, Crowd
from kervan.journeys.rehearse.play import draw
from kervan.journeys.rehearse.sends import WAITING, Intents, Sends

_WEEK_MS = 7 * DAY_MS
_CAPPED = (Reason.CAP_REACHED, Reason.TOO_SOON)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A policy and from when until when (ms, left out) it is in force."""

    policy: Policy
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class House:
    """What the gate knows: the people, their consent, the policies, what they got before."""

    cast: Cast
    crowd: Crowd
    consents: Consents
    rulings: list[Ruling]
    words: Words
    got: Got


class Gate:
    """The messages of one rehearsal at the gate."""

    def __init__(self, house: House, intents: Intents, to_ms: int) -> None:
        self._house, self._intents, self._to_ms = house, intents, to_ms
        count = len(intents)
        self._row = house.crowd.rows(intents.person)
        self._kinds()
        self.sends = Sends(
            house.words.channels,
            np.full(count, -1, np.int16),
            np.full(count, WAITING, np.int16),
            np.zeros(count, np.int16),
            intents.at_ms.copy(),
        )
        self._due = intents.at_ms.copy()
        self._route: Int64 = np.zeros(count, np.int64)
        self._open: Int64 = np.arange(count)
        self._reasons: Codes = np.zeros(count, np.uint8)
        self._own = nothing(count)
        self._own_intent: Int64 = np.zeros(count, np.int64)
        self._sent = 0
        self._places: dict[tuple[str, ...], Places] = {}

    def _kinds(self) -> None:
        """What each message is, by the step that sends it."""
        sends, intents, words = self._house.cast.sends, self._intents, self._house.words
        keys = sorted(sends)
        known = np.array([version << 16 | step for version, step in keys], np.int64)
        kind = np.searchsorted(known, intents.version << 16 | intents.step)
        some = [sends[key] for key in keys]
        self._kind: Int64 = kind
        self._sort = some
        most = max((len(one.channels) for one in some), default=1)
        self._routes = np.full((len(some), most), -1, np.int64)
        for i, one in enumerate(some):
            self._routes[i, : len(one.channels)] = [
                words.channels.index(channel) for channel in one.channels
            ]

        def of(values: list[int]) -> Int64:
            return np.array(values, np.int64)[kind] if len(values) else np.zeros(0, np.int64)

        self._count_routes = of([len(one.channels) for one in some])
        self._expires = intents.at_ms + of([one.expires_ms for one in some])
        self._priority = of([one.priority for one in some])
        self._topic = of([words.topics.index(one.topic) for one in some])
        self._brand = of([words.brands.index(one.brand) for one in some])
        self._class = of([CLASSES.index(one.message_class) for one in some])
        self._marketing: Flags = self._class == CLASSES.index(MARKETING)
        draws = draw(intents.person << 20 ^ intents.version << 14 ^ intents.step << 7, 0)
        self._draw = (draws + intents.visit) & 0xFFFFFFFF

    def until(self, end_ms: int, heard: Callable[[int], None] = lambda left: None) -> None:
        """Decide all that is due before an instant; `heard` is called with how many are left."""
        while True:
            heard(len(self._open))
            due = self._open[self._due[self._open] < end_ms]
            if not len(due):
                return
            order = due[self._order(due)]
            first = np.ones(len(order), np.bool_)
            first[1:] = self._row[order][1:] != self._row[order][:-1]
            self._wave(order[first])
            self._open = self._open[self.sends.verdict[self._open] == WAITING]

    def _order(self, due: Int64) -> Int64:
        """By person, time, the more urgent first, and as they were meant: `due` rises."""
        row, at_ms, later = self._row[due], self._due[due], 9 - self._priority[due]
        begin = int(at_ms.min())
        if int(row.max()) < 1 << 22 and int(at_ms.max()) - begin < 1 << 37:
            # One number sorts several times as fast as four columns.
            return np.argsort(row << 41 | (at_ms - begin) << 4 | later, kind="stable")
        return np.lexsort((later, at_ms, row))

    def take_back(self, some: Int64, reason: Reason) -> None:
        """These do not go after all; they leave their places to others."""
        self.sends.verdict[some] = Verdict.SUPPRESS
        self.sends.reason[some] = reason
        gone = np.isin(self._own_intent[: self._sent], some)
        keep = np.flatnonzero(~gone)
        own = self._own.take(keep)
        self._own_intent[: len(keep)] = self._own_intent[keep]
        for name in Got.__slots__:
            getattr(self._own, name)[: len(keep)] = getattr(own, name)
        self._sent = len(keep)

    @property
    def version(self) -> Int64:
        """The version each message is of."""
        return self._intents.version

    def got(self) -> Got:
        """All that people got: really, and of the journeys that play."""
        return self._house.got.join(self._own.take(slice(0, self._sent)))

    def priced(self, place: int) -> Priced:
        """A message that went, as prices see it: one part, by no account in particular."""
        sent = self._sort[int(self._kind[place])]
        channel = self._house.words.channels[int(self.sends.channel[place])]
        of_phone = KIND_OF.get(channel) == "phone"
        country = self._house.crowd.country[int(self._row[place])] if of_phone else ""
        journey = self._house.cast.key(int(self._intents.version[place]))
        campaign = f"journey:{journey}"
        return Priced(channel, "", country, campaign, sent.brand, sent.message_class, 1)

    def _wave(self, some: Int64) -> None:
        """One message of each person: `some` are places of intents, people rising."""
        at = self._due[some]
        channel = self._routes[self._kind[some], self._route[some]]
        before = self._before(some, at)
        edges = [one.from_ms for one in self._house.rulings]
        ruled = np.searchsorted(edges, at, side="right") - 1
        for number in np.unique(ruled).tolist():
            mine = np.flatnonzero(ruled == number)
            ruling = self._house.rulings[number] if number >= 0 else None
            inside = np.zeros(len(mine), np.bool_) if ruling is None else at[mine] < ruling.until_ms
            for rows, policy in (
                (mine[inside], ruling.policy if ruling else None),
                (mine[~inside], None),
            ):
                if len(rows):
                    self._decide(some[rows], at[rows], channel[rows], policy, before)

    def _before(self, some: Int64, at: Int64) -> Got:
        """What the people of a wave got before their instant: really, and of ours."""
        when = np.full(len(self._house.crowd.person), -1, np.int64)
        when[self._row[some]] = at
        parts = []
        for got in (self._house.got, self._own.take(slice(0, self._sent))):
            until = when[got.row]
            parts.append(
                got.take((got.at_ms <= until) & (got.at_ms > until - LONGEST_MS) & (until >= 0))
            )
        return parts[0].join(parts[1])

    def _decide(
        self, some: Int64, at: Int64, channel: Int64, policy: Policy | None, before: Got
    ) -> None:
        paces = self._paces(some, policy, channel, before) if policy else None
        made = decide(self._candidates(some, at, channel, before), paces)
        self._collide(some, made, at, before)
        verdict, reason = made.verdict, made.reason
        on = verdict == Verdict.NEXT
        self._route[some[on]] += 1
        hold = verdict == Verdict.HOLD
        self._hold(some[hold], reason[hold], made.until_ms[hold], at[hold])
        done = ~on & ~hold
        ended = some[done]
        self.sends.verdict[ended] = verdict[done]
        self.sends.reason[ended] = reason[done]
        self.sends.at_ms[ended] = at[done]
        went = done & ((verdict == Verdict.HAND_OVER) | (verdict == Verdict.GHOST))
        self.sends.channel[some[went]] = channel[went]
        gone = done & (verdict == Verdict.HAND_OVER)
        self._remember(some[gone], at[gone], channel[gone])

    def _hold(self, some: Int64, reason: Codes, until: Int64, at: Int64) -> None:
        """After a hold everything is asked again from the top, the first channel first; what is
        taken back meanwhile ends at that instant."""
        expires = np.minimum(self._expires[some], self._intents.cancel_ms[some])
        due = np.where(until == NEVER_MS, expires, np.minimum(until, expires))
        self._due[some] = np.maximum(due, at + 1)
        self._route[some] = 0
        new = reason != self._reasons[some]
        self._reasons[some] = reason
        keys = zip(
            self._intents.version[some[new]].tolist(), self._intents.step[some[new]].tolist(),
            reason[new].tolist(), strict=True,
        )  # fmt: skip
        self.sends.held.update(Counter(keys))

    def _remember(self, some: Int64, at: Int64, channel: Int64) -> None:
        begin, end = self._sent, self._sent + len(some)
        own = self._own
        own.row[begin:end], own.at_ms[begin:end] = self._row[some], at
        own.channel[begin:end] = channel
        own.topic[begin:end], own.brand[begin:end] = self._topic[some], self._brand[some]
        own.marketing[begin:end] = self._marketing[some]
        own.journey[begin:end] = self._intents.version[some] - MINE
        self._own_intent[begin:end] = some
        self._sent = end

    def _candidates(self, some: Int64, at: Int64, channel: Int64, before: Got) -> Candidates:
        crowd, row, count = self._house.crowd, self._row[some], len(some)
        marketing = self._marketing[some]
        consent = np.zeros(count, np.uint8)
        reachable, suppressed = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        words = self._house.words
        mark = channel << 40 | self._topic[some] << 20 | self._brand[some]
        for one in np.unique(mark).tolist():
            mine = np.flatnonzero(mark == one)
            name = words.channels[one >> 40]
            topic, brand = words.topics[one >> 20 & 0xFFFFF], words.brands[one & 0xFFFFF]
            # As the sender: a channel to nobody's address asks nobody.
            asked = marketing[mine] & (name in KIND_OF)
            consent[mine] = self._house.consents.judge(
                row[mine], at[mine], asked, (name, topic, brand)
            )
            reachable[mine] = crowd.reachable(row[mine], name, at[mine])
            suppressed[mine] = crowd.suppressed(row[mine], name, at[mine])
        no, yes = np.zeros(count, np.bool_), np.ones(count, np.bool_)
        return Candidates(
            at_ms=at, not_before_ms=at, expires_ms=self._expires[some],
            stopped=no, cancelled=self._intents.cancel_ms[some] <= at,
            marketing=marketing, erased=~crowd.known[row], reachable=reachable,
            suppressed=suppressed, consent=consent, healthy=yes,
            paused=crowd.paused_ms[row] > at, frequent=self._frequent(row, at, before),
            dropped=no, more=self._route[some] + 1 < self._count_routes[some],
            hold_out=self._intents.ghost[some] > 0, disliked=no, untrue=no, shut=no,
        )  # fmt: skip

    def _frequent(self, row: Int64, at: Int64, before: Got) -> Flags:
        """Who has had as much marketing as she chose to get."""
        crowd = self._house.crowd
        if not crowd.most.any():
            return np.zeros(len(row), np.bool_)
        when = np.zeros(len(crowd.person), np.int64)
        when[row] = at
        counts = before.at_ms > when[before.row] - crowd.most_ms[before.row]
        counts &= before.marketing > 0
        had = np.bincount(before.row[counts], minlength=len(crowd.person))[row]
        most = crowd.most[row]
        return np.asarray((most > 0) & (had >= most), np.bool_)

    def _paces(self, some: Int64, policy: Policy, channel: Int64, before: Got) -> Paces:
        words = self._house.words
        unknown = tuple(policy.zones_when_unknown)
        where = self._places.get(unknown)
        if where is None:
            where = self._places[unknown] = places(self._house.crowd.home, unknown)
        row = self._row[some]
        skips = np.array([one in (*policy.skips, TEST) for one in CLASSES])
        named = (words.channels, words.topics, words.brands)
        counted = before.take(
            ~np.where(before.marketing > 0, CLASSES[0] in policy.skips, CLASSES[1] in policy.skips)
        )
        past = Past(
            counted.row.astype(np.int32),
            counted.at_ms,
            _marked(counted.channel, counted.topic, counted.brand, named),
        )
        return Paces(
            policy=policy,
            governed=~skips[self._class[some]],
            person=row.astype(np.int32),
            places=where.take(row),
            priority=self._priority[some].astype(np.int16),
            marks=_marked(channel, self._topic[some], self._brand[some], named),
            past=past,
            spread_ms=self._draw[some] * (policy.spread_minutes * 60_000) >> 32,
        )

    def _collide(self, some: Int64, made: Decisions, at: Int64, before: Got) -> None:
        """Whose messages kept ours back, or ours theirs: those of the window's length counted."""
        full = np.flatnonzero(np.isin(made.reason, _CAPPED))
        if not len(full):
            return
        row, version = self._row[some], self._intents.version[some]
        place = np.full(len(self._house.crowd.person), -1, np.int64)
        place[row[full]] = full
        mine = np.flatnonzero(place[before.row] >= 0)
        kept = place[before.row[mine]]
        other = before.journey[mine]
        near = before.at_ms[mine] > at[kept] - _WEEK_MS
        pairs = np.unique(kept[near] << 20 | other[near])
        for one in pairs.tolist():
            blocked, by = one >> 20, one & 0xFFFFF
            whose = int(version[blocked]) - MINE
            if whose != by and (whose == 0 or by == 0):
                self.sends.collisions[whose, by] += 1


def _marked(
    channel: Int64, topic: Int64, brand: Int64, words: tuple[tuple[str, ...], ...]
) -> Marked:
    small = np.int32
    return Marked(channel.astype(small), topic.astype(small), brand.astype(small), *words)
