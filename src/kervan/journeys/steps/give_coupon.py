"""Gives a code of a pool: one for each passage, which the later messages of the run say."""

from typing import ClassVar

from kervan.journeys.steps.step import Arrivals, Outcomes, Step, go
from kervan.kernel import i18n


class GiveCoupon(Step, frozen=True):
    """`pool` is its key; `brand` is who gives it, for a pool that is one brand's."""

    kind: ClassVar[str] = "give_coupon"
    effect: ClassVar[str] = "give_coupon"

    pool: str
    brand: str = ""

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody is given a code, and goes on."""
        return go(people, 0, intend=True)

    def describe(self, locale: str) -> str:
        """Gives a code of the pool “welcome”."""
        return i18n.say("journeys.coupon_give", locale, pool=self.pool)
