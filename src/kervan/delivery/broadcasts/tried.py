"""Whom each variant of a test would reach: those who try it, and those who wait, if it wins.

Who tries which is drawn by a hash, so it is known before anything starts: these are counts of the
very people, not shares of a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import assign
from kervan.delivery.broadcasts.definition import Broadcast
from kervan.delivery.broadcasts.store import Speaks
from kervan.delivery.broadcasts.who import About
from kervan.segments import ask
from kervan.segments.columns import Bools
from kervan.segments.lower import Core
from kervan.segments.tree import All, Channel, Consent, Node, Reach

_KNOWN: tuple[Channel, ...] = get_args(Channel)
_HELD_OUT = -2


@dataclass(frozen=True, slots=True)
class Group:
    """Some people: how many, by channel how many of them may and can be written to, and by any."""

    people: int
    reach: Mapping[str, int]
    reached: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A variant: those who try it, and those who wait for the winner, if it is this one."""

    name: str
    message: str
    channels: tuple[str, ...]
    mine: Group
    rest: Group


@dataclass(frozen=True, slots=True)
class Trial:
    """A test as it would start now. Who is held out gets none of the variants."""

    held_out: int
    variants: tuple[Tried, ...]


def count(
    history: Client, core: Core, number: int, wanted: Broadcast, speaks: Sequence[Speaks],
    at_ms: int,
) -> Trial:  # fmt: skip
    """How the test of broadcast `number` divides its audience, and whom each variant reaches.

    `speaks` are the variants in their order. What is known to reach is asked once for each channel
    and consent, however many variants need it.
    """
    people = ask.members(history, core, at_ms)
    arms = assign.arms(people, number, wanted)
    held = assign.held_out(people, number, wanted.hold_out_percent)
    arms = np.where(held, _HELD_OUT, arms)
    asked: dict[tuple[str, About], Bools] = {}

    def reached(channel: Channel, about: About) -> Bools:
        if (channel, about) not in asked:
            may = Consent(channel, "granted", about.purpose, about.topic, about.brand)
            who = All((cast(Node, core), Reach(channel), may))
            asked[channel, about] = np.isin(people, ask.members(history, who, at_ms))
        return asked[channel, about]

    found = []
    for place, one in enumerate(speaks):
        about = About(one.message_class, one.topic, one.brand)
        order = tuple(channel for channel, _ in one.routes)
        known = sorted((one for one in _KNOWN if one in order), key=order.index)
        by = {one: reached(one, about) for one in known}
        found.append(
            Tried(one.name, one.message, order, _group(arms == place, by),
                  _group(arms == assign.REST, by))
        )  # fmt: skip
    return Trial(int(held.sum()), tuple(found))


def _group(mine: Bools, by: Mapping[Channel, Bools]) -> Group:
    some = np.zeros(len(mine), np.bool_)
    for one in by.values():
        some |= one
    reach = {str(channel): int((mine & one).sum()) for channel, one in by.items()}
    return Group(int(mine.sum()), reach, int((mine & some).sum()))
