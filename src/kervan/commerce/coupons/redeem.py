"""Looks at a code for a till, and marks it as redeemed: once, by one order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kervan.collect import intake
from kervan.kernel import clock, ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "redeem.sql")
_STATES = ("free", "reserved", "given", "redeemed")
EVENT = "Coupon Redeemed"


@dataclass(frozen=True, slots=True)
class Found:
    """A code as it stands: `state` is free, reserved, given or redeemed."""

    code: str
    pool: str
    state: str
    person: int | None
    redeemed_at: datetime | None
    order_id: str
    kind: str
    percent: int | None
    amount_minor: int | None
    currency: str
    words: str
    valid_from: datetime | None
    valid_until: datetime | None

    def problem(self, at: datetime) -> str:
        """Why it cannot be redeemed at `at`, as a key of words, "" when it can."""
        if self.state == "redeemed":
            return "commerce.coupon_redeemed"
        if self.state == "free":
            return "commerce.coupon_not_given"
        if self.valid_from is not None and at < self.valid_from:
            return "commerce.coupon_not_yet"
        expired = self.valid_until is not None and at >= self.valid_until
        return "commerce.coupon_expired" if expired else ""


def find(conn: Connection, code: str) -> Found:
    """A code, whatever the case of its letters. Raises commerce.coupon_unknown (404)."""
    return _found(conn.execute(_SQL.find, {"code": code.strip()}).fetchone(), code)


def redeem(conn: Connection, code: str, order_id: str, at: datetime) -> tuple[Found, bool]:
    """Mark a code as redeemed by an order; gives it, and whether it was not so already.

    The same order may ask again. Raises commerce.coupon_unknown (404), and (409)
    commerce.coupon_redeemed, coupon_not_given, coupon_not_yet and coupon_expired.
    """
    found = _found(conn.execute(_SQL.hold, {"code": code.strip()}).fetchone(), code)
    if found.state == "redeemed" and found.order_id == order_id:
        return found, False
    problem = found.problem(at)
    if problem:
        facts = {"coupon": found.code, "at": found.redeemed_at or found.valid_until or ""}
        raise KervanError(problem, status=409, **facts)
    values = {"code": code.strip(), "order": order_id, "at": at}
    conn.execute(_SQL.redeem, values)
    if found.person is not None:
        intake.append_own(conn, [_told(found, found.person, order_id, at)])
    return find(conn, code), True


def _told(found: Found, person: int, order_id: str, at: datetime) -> intake.OwnEvent:
    properties: dict[str, object] = {"pool": found.pool, "kind": found.kind, "order_id": order_id}
    if found.percent is not None:
        properties["percent"] = found.percent
    if found.amount_minor is not None:
        properties |= {"amount_minor": found.amount_minor, "currency": found.currency}
    # By a hash: the code itself is worth money, and history is read by many.
    digest = ids.hash16(b"coupon", found.code.upper().encode()).hex()
    return intake.OwnEvent(f"coupon-{digest}", EVENT, clock.to_ms(at), person, properties)


def _found(row: tuple[Any, ...] | None, code: str) -> Found:
    if row is None:
        raise KervanError("commerce.coupon_unknown", status=404, coupon=code[:80])
    name, pool, state, *rest = row
    return Found(name, pool, _STATES[state], *rest)
