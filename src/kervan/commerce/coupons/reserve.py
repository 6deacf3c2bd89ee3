"""Gives each message its own code: reserved when it is written, back in its pool if it is not sent.

A reservation bears the number of its message, so that whatever happens between two tries of a
message - a retry, a crash, another sender - the message has the code it had.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "reserve.sql")
EXHAUSTED, EXPIRED, NOT_YET, LIMIT, UNKNOWN = "exhausted", "expired", "not_yet", "limit", "unknown"
OTHER_BRAND = "other_brand"


class Wanted(NamedTuple):
    """A message of `person` that may say a code of the pool `key`; `brand` is who speaks.

    `at` is when a code is to be good, where that is another time than for the others.
    """

    message: UUID
    person: int
    key: str
    brand: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code as templates say it; `valid_until` is ISO 8601."""

    code: str
    kind: str
    percent: int | None
    amount_minor: int | None
    currency: str
    words: str
    valid_until: str | None

    def plain(self) -> dict[str, object]:
        """What stands under `coupons.<pool>`."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = ("code", "kind", "percent", "amount_minor", "currency", "words", "valid_until")
"""What a template may ask of a coupon."""
SAMPLE_CODE = "SAMPLE-CODE"


class _Pool(NamedTuple):
    key: str
    brand: str
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """`given` by (message, pool); why a message got none is in `lacking`."""

    given: dict[tuple[UUID, str], Coupon]
    lacking: dict[tuple[UUID, str], str]


def reserve(conn: Connection, wanted: Sequence[Wanted], at: datetime) -> Reserved:
    """A code for each of `wanted`, in the caller's transaction: the one it has, or a free one.

    Takes a few statements however many they are. Codes that another transaction is taking are
    passed by; of pools with a limit per person one transaction takes at a time.
    """
    if not wanted:
        return Reserved({}, {})
    pools = hold(conn, {one.key for one in wanted})
    asked = {
        "messages": postgres.uuids(one.message for one in wanted),
        "people": postgres.array(one.person for one in wanted),
        "pools": [one.key for one in wanted],
        "may": [_refusal(one, pools, at) == "" for one in wanted],
        "at": at,
    }
    conn.execute(_SQL.reserve, asked)
    rows = conn.execute(_SQL.reserved, asked).fetchall()
    given = {(message, key): Coupon(*rest) for message, key, *rest in rows}
    lacking = {}
    limited = [one for one in wanted if (one.message, one.key) not in given]
    full = _full(conn, limited)
    for one in limited:
        why = LIMIT if (one.person, one.key) in full else EXHAUSTED
        lacking[one.message, one.key] = _refusal(one, pools, at) or why
    return Reserved(given, lacking)


def hold(conn: Connection, keys: Collection[str]) -> dict[str, _Pool]:
    """{key: a pool of these}; those with a limit per person are this transaction's until it ends.

    Who takes by several calls of `reserve` holds all its pools first, so that nobody waits in a
    circle.
    """
    rows = conn.execute(_SQL.hold, {"keys": sorted(keys)}).fetchall()
    return {row[0]: _Pool(*row) for row in rows}


def _refusal(one: Wanted, pools: dict[str, _Pool], at: datetime) -> str:
    if one.key not in pools:
        return UNKNOWN
    _, brand, since, until = pools[one.key]
    if brand and brand != one.brand:
        return OTHER_BRAND
    at = one.at or at
    if since is not None and at < since:
        return NOT_YET
    return EXPIRED if until is not None and at >= until else ""


def _full(conn: Connection, asked: Sequence[Wanted]) -> set[tuple[int, str]]:
    """Those (person, pool) that had as many codes as one person may have."""
    if not asked:
        return set()
    values = {"people": [one.person for one in asked], "pools": [one.key for one in asked]}
    return {(person, key) for person, key in conn.execute(_SQL.full, values).fetchall()}


def samples(conn: Connection, keys: Iterable[str]) -> dict[str, dict[str, object]]:
    """What stands under `coupons` in a preview: a code that is none, and nothing is reserved."""
    rows = conn.execute(_SQL.samples, {"keys": [*keys]}).fetchall()
    return {key: Coupon(SAMPLE_CODE, *rest).plain() for key, *rest in rows}


def settle(conn: Connection, sent: Sequence[UUID], not_sent: Sequence[UUID], at: datetime) -> None:
    """Confirm the codes of messages that went (or may have), return those of the others.

    In the caller's transaction, with the message's own state. What was redeemed stays so.
    """
    if sent:
        conn.execute(_SQL.confirm, {"messages": postgres.uuids(sent), "at": at})
    if not_sent:
        conn.execute(_SQL.give_back, {"messages": postgres.uuids(not_sent)})


def give(conn: Connection, passages: Sequence[tuple[UUID, int]], at: datetime) -> None:
    """Give what passages (passage, run) of a step reserved; the messages of the run say it."""
    if passages:
        values = {
            "messages": postgres.uuids(passage for passage, _ in passages),
            "runs": postgres.array(run for _, run in passages),
            "at": at,
        }
        conn.execute(_SQL.give, values)


def of_runs(
    conn: Connection, runs: Collection[int], at: datetime | None = None
) -> dict[tuple[int, str], Coupon]:
    """{(run, pool): the code a step of the run gave last}; with `at` those still good then."""
    if not runs:
        return {}
    rows = conn.execute(_SQL.of_runs, {"runs": postgres.array(runs), "at": at}).fetchall()
    return {(run, key): Coupon(*rest) for run, key, *rest in rows}


def unused(conn: Connection, left: Sequence[tuple[UUID, str]]) -> None:
    """Return codes (message, pool) that a message turned out not to say."""
    if left:
        values = {"messages": postgres.uuids(one for one, _ in left), "codes": [c for _, c in left]}
        conn.execute(_SQL.give_back_codes, values)


def unasked(conn: Connection, asked: Mapping[UUID, Collection[str]]) -> None:
    """Return what messages that are on their way have of other pools than those they now ask.

    One that goes by another channel says another text, and may say no code at all.
    """
    if not asked:
        return
    pairs = [(message, key) for message, keys in asked.items() for key in keys]
    values = {
        "messages": postgres.uuids(asked),
        "asking": postgres.uuids(message for message, _ in pairs),
        "pools": [key for _, key in pairs],
    }
    conn.execute(_SQL.give_back_others, values)


def of_message(conn: Connection, message: UUID) -> dict[str, Coupon]:
    """The codes a message has, by pool."""
    values = {"messages": postgres.uuids([message])}
    rows = conn.execute(_SQL.of_messages, values).fetchall()
    return {key: Coupon(*rest) for _, key, *rest in rows}
