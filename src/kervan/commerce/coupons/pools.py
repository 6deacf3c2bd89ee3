"""Keeps pools of codes: what a code is worth, for whom and how long, and how many there are."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "pools.sql")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_MOST_CHARS = 200
_MOST_MINOR = 10**12


class Pool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A pool as its author writes it; `key` is what templates call it.

    A code is worth `percent` (1 to 100), `amount_minor` in the smallest unit of `currency`, or what
    `words` say, as `kind` tells. It is given from `valid_from` on and redeemed until `valid_until`
    (None: no end). `brand` is whose messages may give it, "" all; `most_per_person` counts what one
    person was given, None is no limit.
    """

    key: str
    name: str
    kind: Literal["percent", "amount", "words"]
    percent: int | None = None
    amount_minor: int | None = None
    currency: str = ""
    words: str = ""
    brand: str = ""
    most_per_person: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many codes of a pool are in each state."""

    free: int = 0
    reserved: int = 0
    given: int = 0
    redeemed: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A pool with its number inside and its codes counted."""

    number: int
    pool: Pool
    counts: Counts


def check(pool: Pool) -> None:
    """Let a sound pool pass. Raises commerce.coupon_pool_key, commerce.coupon_pool (422)."""
    if not KEY.match(pool.key):
        raise KervanError("commerce.coupon_pool_key", status=422, key=pool.key[:80])
    for field in _wrong(pool):
        raise KervanError("commerce.coupon_pool", status=422, key=pool.key, field=field)


def _wrong(pool: Pool) -> list[str]:
    wrong = []
    if not pool.name.strip() or len(pool.name) > _MOST_CHARS or not pool.name.isprintable():
        wrong.append("name")
    if len(pool.words) > _MOST_CHARS or not pool.words.isprintable():
        wrong.append("words")
    values = (("percent", pool.percent, 100), ("amount_minor", pool.amount_minor, _MOST_MINOR))
    for field, value, most in values:
        is_its_kind = pool.kind == field.removesuffix("_minor")
        if is_its_kind != (value is not None) or not 0 < (1 if value is None else value) <= most:
            wrong.append(field)
    if bool(_CURRENCY.match(pool.currency)) != (pool.kind == "amount"):
        wrong.append("currency")
    if pool.kind == "words" and not pool.words.strip():
        wrong.append("words")
    if pool.most_per_person is not None and not 0 < pool.most_per_person < 2**31:
        wrong.append("most_per_person")
    ends = [one for one in (pool.valid_from, pool.valid_until) if one is not None]
    if any(one.tzinfo is None for one in ends) or ends != sorted(ends):
        wrong.append("valid_until")
    return wrong


def save(conn: Connection, pool: Pool, at: datetime) -> bool:
    """Make or change a pool in the caller's transaction; gives whether anything changed.

    Codes that were given stay as they are. Raises what `check` raises.
    """
    check(pool)
    return conn.execute(_SQL.save, {**msgspec.structs.asdict(pool), "at": at}).rowcount > 0


def every(conn: Connection) -> list[Kept]:
    """All pools, by key."""
    return [_kept(row) for row in conn.execute(_SQL.pools, {"keys": None}).fetchall()]


def get(conn: Connection, key: str) -> Kept:
    """One pool. Raises commerce.coupon_pool_unknown (404)."""
    row = conn.execute(_SQL.pools, {"keys": [key]}).fetchone()
    if row is None:
        raise KervanError("commerce.coupon_pool_unknown", status=404, key=key[:80])
    return _kept(row)


@dataclass(frozen=True, slots=True)
class Stock:
    """What somebody who writes a template must know of a pool."""

    kind: str
    brand: str
    valid_until: datetime | None
    any_free: bool


def stock(conn: Connection) -> dict[str, Stock]:
    """Every pool by key, without counting its codes."""
    rows = conn.execute(_SQL.stock).fetchall()
    return {key: Stock(*rest) for key, *rest in rows}


def _kept(row: tuple[Any, ...]) -> Kept:
    number, key, name, kind, percent, minor, currency, words, brand, most, since, until, *counts = (
        row
    )
    pool = Pool(key, name, kind, percent, minor, currency, words, brand, most, since, until)
    return Kept(number, pool, Counts(*counts))
