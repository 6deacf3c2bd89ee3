"""Gives people codes, reserved and given in the name of the passage; their run's messages say them.

The code is hers from here on, whether a message says it or not: no later step may take it back.
"""

from uuid import UUID

from kervan.commerce.coupons import pools, reserve
from kervan.commerce.coupons.reserve import Coupon, Wanted
from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.steps.give_coupon import GiveCoupon
from kervan.journeys.steps.step import Step
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

EVENT = "Coupon Given"
_AT_ONCE = 500
"""Codes reserved by one statement, which compares those wanted with those taken pair by pair."""


def give(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """A code for each, as good at her own time; who gets none is told why, by the pool's reason."""
    at = clock.from_ms(max(doings.at_ms))
    wanted = []
    for row, step in enumerate(doings.step):
        assert isinstance(step, GiveCoupon)
        passage, when = UUID(bytes=doings.key[row]), clock.from_ms(doings.at_ms[row])
        wanted.append(Wanted(passage, doings.person[row], step.pool, step.brand, when))
    # All pools at once: one after the other, two of us could wait for each other's.
    reserve.hold(conn, {one.key for one in wanted})
    found = reserve.Reserved({}, {})
    for start in range(0, len(wanted), _AT_ONCE):
        some = reserve.reserve(conn, wanted[start : start + _AT_ONCE], at)
        found.given.update(some.given)
        found.lacking.update(some.lacking)
    told, given = [], []
    for row, one in enumerate(wanted):
        coupon = found.given.get((one.message, one.key))
        if coupon is None:
            code = f"delivery.coupon_{found.lacking[one.message, one.key]}"
            told.append(tell.failed(doings, row, code, pool=one.key))
        else:
            given.append((one.message, doings.run[row]))
            told.append(tell.event(doings, row, EVENT, pool=one.key, **_worth(coupon)))
    reserve.give(conn, given, at)
    tell.tell(conn, told)


EFFECT: Effect = give


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """A pool that is not there, or another brand's."""
    assert isinstance(step, GiveCoupon)
    pool = pools.stock(conn).get(step.pool)
    if pool is None:
        return [("pool", "commerce.coupon_pool_unknown", {"key": step.pool[:80]})]
    if pool.brand and pool.brand != step.brand:
        facts: dict[str, object] = {"pool": step.pool, "brand": pool.brand}
        return [("brand" if step.brand else "pool", "journeys.coupon_other_brand", facts)]
    return []


def _worth(coupon: Coupon) -> dict[str, object]:
    """What it is worth; the code itself is money, and history is read by many."""
    worth: dict[str, object] = {"kind": coupon.kind}
    if coupon.percent is not None:
        worth["percent"] = coupon.percent
    if coupon.amount_minor is not None:
        worth |= {"amount_minor": coupon.amount_minor, "currency": coupon.currency}
    return worth
