"""What each figure means, said once: its name, its sentence, what is counted, over what."""

from dataclasses import dataclass
from typing import Literal

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

Unit = Literal["share", "money", "orders", "people", "messages", "contacts"]
"""Shares lie between 0 and 1, money is in minor units of one currency, all else is counted."""
Good = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: `good` says which way is better, `people` and `messages` what can be opened.

    `share` is over something (`denominator`), and so has an interval where its unit is a share.
    """

    key: str
    unit: Unit
    good: Good
    over: bool = False
    people: bool = True
    messages: bool = False

    def name(self, locale: str) -> str:
        """What it is called."""
        return i18n.say(f"insight.metric_{self.key}_name", locale)

    def definition(self, locale: str) -> str:
        """What it means, in a sentence."""
        return i18n.say(f"insight.metric_{self.key}_definition", locale)

    def numerator(self, locale: str) -> str:
        """What is counted."""
        return i18n.say(f"insight.metric_{self.key}_numerator", locale)

    def denominator(self, locale: str) -> str:
        """What that is divided by; "" where it is divided by nothing."""
        return i18n.say(f"insight.metric_{self.key}_denominator", locale) if self.over else ""


METRICS = (
    Metric("revenue", "money", "up"),
    Metric("attributed_revenue", "money", "up", messages=True),
    Metric("segment_revenue", "money", "up", people=False),
    Metric("orders", "orders", "up"),
    Metric("aov", "money", "up", over=True),
    Metric("repeat", "share", "up", over=True),
    Metric("messages", "messages", "up", messages=True),
    Metric("ctr", "share", "up", over=True, messages=True),
    Metric("cr", "share", "up", over=True, messages=True),
    Metric("unsubscribe_rate", "share", "down", over=True, messages=True),
    Metric("complaint_rate", "share", "down", over=True, messages=True),
    Metric("consent_growth", "contacts", "up"),
    Metric("new_people", "people", "up"),
    Metric("active_people", "people", "up"),
)
_BY_KEY = {one.key: one for one in METRICS}


def metric(key: str) -> Metric:
    """The figure of this key. Raises insight.no_such_metric (404)."""
    found = _BY_KEY.get(key)
    if found is None:
        known = ", ".join(_BY_KEY)
        raise KervanError("insight.no_such_metric", status=404, metric=key[:40], known=known)
    return found
