"""Whom a broadcast would not reach, and why: trees that count these people and find them."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from kervan.delivery.broadcasts.who import About
from kervan.segments.tree import All, Channel, Consent, Node, Nothing, Reach

_KNOWN: tuple[Channel, ...] = get_args(Channel)
NOTHING_REACHES = "nothing_reaches"


class Why(NamedTuple):
    """Why a channel ("": each of them) does not reach somebody, and the tree of who they are."""

    channel: str
    reason: str
    who: Node


def whys(channels: Sequence[str], about: About) -> list[Why]:
    """All reasons, in the order in which the gate asks; of one channel nobody has two of them.

    NOTHING_REACHES is the last: none of those channels of which it is known whom they reach.
    """
    found = []
    mine = [one for one in _KNOWN if one in channels]
    for one in mine:
        has, can, may = Reach(one, "has_address"), Reach(one), _may(one, about)
        found += [
            Why(one, "no_address", Nothing((has,))),
            Why(one, "suppressed", All((has, Nothing((can,))))),
            Why(one, "no_consent", All((can, Nothing((may,))))),
        ]
    if mine:
        reached = tuple(All((Reach(one), _may(one, about))) for one in mine)
        found.append(Why("", NOTHING_REACHES, Nothing(reached)))
    return found


def _may(channel: Channel, about: About) -> Consent:
    return Consent(channel, "granted", about.purpose, about.topic, about.brand)
