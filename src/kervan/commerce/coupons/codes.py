"""Brings codes into a pool: a list of the shop's own, or as many as wanted by a pattern."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kervan.commerce.coupons import pools
from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "codes.sql")
MOST_AT_ONCE = 50_000
# Letters that no alphabet, no escaping and no filter of a template writes in another way.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,63}\Z")
_PATTERN = re.compile(r"[A-Za-z0-9_#-]{3,64}\Z")
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What nobody mistakes for another sign when it is read aloud at a till: no 0, O, 1, I, L."""
_GUESSES = 1_000_000
"""So many guesses find one code of a generated pool, on average."""


class Refused(NamedTuple):
    """A line that was not taken: its place from 1, and why (a key of words)."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: how many codes are new, how many the pool had, and what was refused."""

    added: int
    known: int
    refused: list[Refused] = field(default_factory=list)


def upload(conn: Connection, key: str, lines: Sequence[str]) -> Taken:
    """Add a list of codes to a pool, in the caller's transaction; each line is judged alone.

    Doing it twice adds nothing the second time. Raises commerce.coupon_pool_unknown (404),
    commerce.coupon_too_many (422).
    """
    if len(lines) > MOST_AT_ONCE:
        raise KervanError("commerce.coupon_too_many", status=422, limit=MOST_AT_ONCE)
    pool = pools.get(conn, key).number
    refused, sound = [], {}
    for line, written in enumerate(lines, 1):
        code = written.strip()
        if not _CODE.match(code):
            refused.append(Refused(line, code[:80], "commerce.coupon_code_unfit"))
        elif code.upper() in sound:
            refused.append(Refused(line, code, "commerce.coupon_code_twice"))
        else:
            sound[code.upper()] = (line, code)
    codes = [code for _, code in sound.values()]
    added = conn.execute(_SQL.add, {"pool": pool, "codes": codes}).rowcount
    others = conn.execute(_SQL.of_others, {"pool": pool, "codes": [*sound]}).fetchall()
    for (folded,) in others:
        line, code = sound[folded]
        refused.append(Refused(line, code, "commerce.coupon_code_elsewhere"))
    return Taken(added, len(codes) - added - len(others), sorted(refused))


def generate(conn: Connection, key: str, pattern: str, count: int) -> int:
    """Add `count` new codes made by `pattern`, in which each # is a random sign; gives how many.

    Raises commerce.coupon_pool_unknown (404), commerce.coupon_pattern and commerce.coupon_too_many
    (422): a pattern must leave so many possibilities that nobody guesses a code.
    """
    if not 0 < count <= MOST_AT_ONCE:
        raise KervanError("commerce.coupon_too_many", status=422, limit=MOST_AT_ONCE)
    free = pattern.count("#")
    if not _PATTERN.match(pattern) or pattern[0] in "_-":
        raise KervanError("commerce.coupon_pattern", status=422, pattern=pattern[:80])
    kept = pools.get(conn, key)
    there = sum((kept.counts.free, kept.counts.reserved, kept.counts.given, kept.counts.redeemed))
    if len(_SIGNS) ** free < (there + count) * _GUESSES:
        raise KervanError("commerce.coupon_pattern_short", status=422, pattern=pattern, count=count)
    added = 0
    while added < count:
        made = _made(pattern, free, count - added)
        added += conn.execute(_SQL.add, {"pool": kept.number, "codes": made}).rowcount
    return added


def _made(pattern: str, free: int, count: int) -> list[str]:
    fixed = pattern.split("#")
    signs = _random_signs(free * count)
    found = []
    for start in range(0, free * count, free):
        drawn = signs[start : start + free]
        found.append(fixed[0] + "".join(map("".join, zip(drawn, fixed[1:], strict=True))))
    return found


def _random_signs(count: int) -> str:
    """Each sign is as likely as any other: bytes that would favour some are thrown away."""
    whole = 256 - 256 % len(_SIGNS)
    signs: list[str] = []
    while len(signs) < count:
        signs += [_SIGNS[one % len(_SIGNS)] for one in ids.random_bytes(count) if one < whole]
    return "".join(signs[:count])
