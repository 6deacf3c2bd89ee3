"""The best hour of people, chosen as delivery chooses it for a message."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from kervan.delivery.choice import hours, pick, react, store
from kervan.delivery.choice.hours import Window
from kervan.delivery.policy.where import local, places
from kervan.journeys.steps.step import Int64
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments.columns import NO_TIME
from kervan.segments.tree import Channel

_CHANNELS: list[str] = list(get_args(Channel))


def best(
    conn: Connection, person: Int64, at_ms: Int64, zone: Sequence[str], window: tuple[int, int]
) -> Int64:
    """The instant of each one's best hour from `at_ms` on within `window` (minutes of the day).

    By her own reactions of the last months and those of people like her; spread within the hour.
    """
    if not len(person):
        return at_ms
    of = profiles.heads(conn, set(person.tolist()))
    heads = sorted({of.get(one, one) for one in person.tolist()})
    mine = np.array([of.get(one, one) for one in person.tolist()], np.int64)
    who = np.searchsorted(np.array(heads), mine)
    sent, deeds = store.past(conn, heads, _CHANNELS, clock.from_ms(int(at_ms.max())))
    reacted = react.reactions(sent, deeds)
    of_head = dict(zip(who.tolist(), zone, strict=True))
    where = places((of_head[one], "") for one in range(len(heads)))
    shown = reacted.copy()
    codes = where.codes[sent.person]
    for code, names in enumerate(where.sets):
        rows = (codes == code) & (reacted != NO_TIME)
        shown[rows] = local(names[0], reacted[rows])
    now_ms = int(at_ms.max())
    habits = react.habits(sent, reacted, shown, len(heads), len(_CHANNELS), now_ms)
    prior = store.load(conn).over(_CHANNELS)
    likes = hours.liking(habits.hours[who], prior.hours[habits.level[who]])
    begin, until = window
    asked = Window(np.full(len(who), begin, np.int64), np.full(len(who), until, np.int64))
    keys = [ids.hash16(b"best", b"%d" % one) for one in mine.tolist()]
    spread, _ = pick.chances(b"spread", keys)
    return hours.best(at_ms, where.take(who), likes, asked, spread)
