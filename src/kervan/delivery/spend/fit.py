"""Which messages fit below the ceilings: a pure function, first come first served."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kervan.delivery.spend.definition import Ceiling, micros
from kervan.delivery.spend.price import Priced

Use = tuple[int, str]
"""A ceiling's place and, of one that is counted by campaign, the campaign; else ""."""


def use_of(ceilings: Sequence[Ceiling], one: Priced) -> list[Use]:
    """The ceilings a message counts below."""
    return [
        (place, one.campaign if ceiling.per == "campaign" else "")
        for place, ceiling in enumerate(ceilings)
        if _holds(ceiling, one)
    ]


def fit(
    ceilings: Sequence[Ceiling], messages: Sequence[tuple[Priced, int]], used: Mapping[Use, int]
) -> list[int]:
    """For each (message, its cost in millionths) the place of the ceiling it would pass, or -1.

    `used` is what was spent and put aside before. What does not fit takes no room, so a cheaper
    one after it may go.
    """
    room: dict[Use, int] = {}
    refused: list[int] = []
    for one, cost in messages:
        mine = use_of(ceilings, one)
        for use in mine:
            room.setdefault(use, micros(ceilings[use[0]].most) - used.get(use, 0))
        full = next((use[0] for use in mine if room[use] < cost), -1)
        refused.append(full)
        if full < 0:
            for use in mine:
                room[use] -= cost
    return refused


def first_day(ceiling: Ceiling, today: date) -> date:
    """The first day of the period that `today` is in."""
    if ceiling.per == "campaign":
        return date.min
    return today.replace(day=1) if ceiling.per == "month" else today


def next_period(ceiling: Ceiling, today: date) -> date:
    """The day on which a ceiling begins anew; for ever never, so the last of days."""
    if ceiling.per == "campaign":
        return date.max
    if ceiling.per == "day":
        return today + timedelta(days=1)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _holds(ceiling: Ceiling, one: Priced) -> bool:
    return (
        (not ceiling.channels or one.channel in ceiling.channels)
        and (not ceiling.accounts or one.account in ceiling.accounts)
        and (not ceiling.brands or one.brand in ceiling.brands)
        and (not ceiling.campaigns or one.campaign in ceiling.campaigns)
        and (not ceiling.classes or one.message_class in ceiling.classes)
    )
