"""Chooses channel and hour for a batch of intended messages, and writes down why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from kervan.consent.channels import country_of
from kervan.delivery.choice import hours, pick, react, store
from kervan.delivery.choice.pick import NOT_OFFERED, Picked
from kervan.delivery.choice.prior import HOURS, Prior
from kervan.delivery.choice.react import LEVELS, Habits, Int64
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.delivery.policy.where import Places, local, places
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments.columns import NO_TIME


@dataclass(frozen=True, slots=True)
class _Batch:
    """The rows that wish for something, their people as places in `heads`, and what is known."""

    rows: list[int]
    wishes: list[Wish]
    heads: list[int]
    who: Int64
    channels: list[str]
    where: Places
    habits: Habits
    prior: Prior


def settle(
    conn: Connection, vault: WorkspaceVault, intents: Intents, wishes: Sequence[Wish | None]
) -> None:
    """Choose for each intent with a wish, in place; the same facts and keys choose the same.

    A wish for a channel puts the chosen one first and leaves the others behind it in their order;
    a wish for a time moves `not_before_ms` and `expires_ms` by as much. Its reasons go into
    `choice`. Two queries for history and one or two for people, however many intents there are.
    """
    rows = [row for row, wish in enumerate(wishes) if wish and (wish.channel or wish.time)]
    if not intents.choice:
        intents.choice = [b""] * len(intents.key)
    if not rows:
        return
    batch = _load(conn, vault, intents, [(row, wish) for row, wish in enumerate(wishes) if wish])
    told: list[dict[str, Any]] = [{} for _ in batch.rows]
    _channels(batch, intents, told)
    _times(batch, intents, told)
    for row, said in zip(batch.rows, told, strict=True):
        if said:
            intents.choice[row] = msgspec.json.encode(said)


def _load(
    conn: Connection, vault: WorkspaceVault, intents: Intents, wanted: list[tuple[int, Wish]]
) -> _Batch:
    rows = [row for row, _ in wanted]
    wishes = [wish for _, wish in wanted]
    of = profiles.heads(conn, {intents.person[row] for row in rows})
    mine = [of.get(intents.person[row], intents.person[row]) for row in rows]
    heads = sorted(set(mine))
    routes = [_routes(intents, row) for row in rows]
    channels = sorted({channel for one in routes for channel, _ in one})
    # The latest instant of the batch: what came after it is nobody's past.
    at_ms = max(intents.at_ms[row] for row in rows)
    sent, deeds = store.past(conn, heads, channels, clock.from_ms(at_ms))
    people = profiles.contacts(conn, vault, heads)
    where = places(
        (found.zone, country_of("phone", found.phone)) if found else ("", "")
        for found in (people.get(head) for head in heads)
    )
    reacted = react.reactions(sent, deeds)
    shown = _shown(where, sent.person, reacted)
    habits = react.habits(sent, reacted, shown, len(heads), len(channels), at_ms)
    who = np.searchsorted(np.array(heads), np.array(mine))
    prior = store.load(conn).over(channels)
    return _Batch(rows, wishes, heads, who, channels, where, habits, prior)


def _routes(intents: Intents, row: int) -> list[tuple[str, int]]:
    rest = intents.routes[row] if intents.routes else []
    return [(intents.channel[row], intents.template_version[row]), *rest]


def _shown(where: Places, person: Int64, at_ms: Int64) -> Int64:
    """What clocks showed at `at_ms`, each in the zone of its person."""
    out = at_ms.copy()
    codes = where.codes[person]
    for code, zones in enumerate(where.sets):
        rows = (codes == code) & (at_ms != NO_TIME)
        out[rows] = local(zones[0], at_ms[rows])
    return out


def _channels(batch: _Batch, intents: Intents, told: list[dict[str, Any]]) -> None:
    some = [place for place, wish in enumerate(batch.wishes) if wish.channel]
    if not some:
        return
    rank = np.full((len(some), len(batch.channels)), NOT_OFFERED, np.int8)
    routes = [_routes(intents, batch.rows[place]) for place in some]
    for row, order in enumerate(routes):
        for place, (channel, _) in enumerate(order):
            rank[row, batch.channels.index(channel)] = place
    who = batch.who[some]
    asked = pick.Asked(
        keys=[intents.key[batch.rows[place]] for place in some],
        sent=batch.habits.sent[who],
        reacted=batch.habits.reacted[who],
        level=batch.habits.level[who],
        rank=rank,
        explore=np.array([batch.wishes[place].explore for place in some]),
    )
    picked = pick.pick(asked, batch.prior)
    for row, place in enumerate(some):
        first = batch.channels[int(picked.channel[row])]
        order = [one for one in routes[row] if one[0] == first]
        order += [one for one in routes[row] if one[0] != first]
        at = batch.rows[place]
        intents.channel[at], intents.template_version[at] = order[0]
        if intents.routes:
            intents.routes[at] = order[1:]
        told[place]["channel"] = _why_channel(
            batch, asked, picked, row, [c for c, _ in routes[row]]
        )


def _why_channel(
    batch: _Batch, asked: pick.Asked, picked: Picked, row: int, order: list[str]
) -> dict[str, Any]:
    codes = {channel: batch.channels.index(channel) for channel in order}
    return {
        "chosen": batch.channels[int(picked.channel[row])],
        "best": batch.channels[int(picked.best[row])],
        "explore": float(asked.explore[row]),
        "level": LEVELS[int(asked.level[row])],
        "of": [
            {
                "channel": channel,
                "sent": int(asked.sent[row, code]),
                "reacted": int(asked.reacted[row, code]),
                "expected": round(float(picked.expected[row, code]), 4),
            }
            for channel, code in codes.items()
        ],
    }


def _times(batch: _Batch, intents: Intents, told: list[dict[str, Any]]) -> None:
    some = [place for place, wish in enumerate(batch.wishes) if wish.time]
    if not some:
        return
    rows = [batch.rows[place] for place in some]
    who = batch.who[some]
    own = batch.habits.hours[who]
    likes = hours.liking(own, batch.prior.hours[batch.habits.level[who]])
    window = hours.Window(
        np.array([batch.wishes[place].from_minute for place in some], np.int64),
        np.array([batch.wishes[place].until_minute for place in some], np.int64),
    )
    before = np.array([intents.not_before_ms[row] for row in rows], np.int64)
    spread, _ = pick.chances(b"spread", [intents.key[row] for row in rows])
    where = batch.where.take(who)
    at = hours.best(before, where, likes, window, spread)
    for place, row, code, instant, was, mine in zip(
        some, rows, where.codes.tolist(), at.tolist(), before.tolist(), own, strict=True
    ):
        intents.not_before_ms[row] = instant
        intents.expires_ms[row] += instant - was
        zone = where.sets[code][0]
        shown = int(local(zone, np.array([instant], np.int64))[0])
        wish = batch.wishes[place]
        told[place]["time"] = {
            "hour": shown // 3_600_000 % HOURS,
            "zone": zone,
            "own": int(mine.sum()),
            "from": _clock(wish.from_minute),
            "until": _clock(wish.until_minute),
        }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
