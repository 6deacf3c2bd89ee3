"""Judges what a template asks of the house by name: a pool of coupons that is not there, is wrong.

It is judged when a template is saved, by what there is then; what is gone when the message is
written has its own answer there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kervan.commerce.catalogue import look, products
from kervan.commerce.coupons import pools, reserve
from kervan.commerce.coupons.pools import Stock
from kervan.content.compile import EmailSource
from kervan.content.parse import parse
from kervan.content.references import COUPONS, NAMESPACES, PRODUCTS, SEGMENTS, Reference, references
from kervan.content.texts.compile import TextSource
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store as segments

Source = EmailSource | TextSource
_ENDS_SOON = timedelta(days=7)
_MAIL_PARTS = ("subject", "preheader", "mjml", "text")
_ALWAYS = ("code", "kind")
_OF_KIND = {"percent": ("percent",), "amount": ("amount_minor", "currency"), "words": ("words",)}


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong, and what its author should look at again; each names its `part` and `line`."""

    errors: list[KervanError] = field(default_factory=list)
    warnings: list[KervanError] = field(default_factory=list)


def check(conn: Connection, source: Source) -> None:
    """Let a template pass that asks only for what there is. Raises `judge`'s first error."""
    for error in judge(conn, source).errors:
        raise error


def judge(conn: Connection, source: Source) -> Judged:
    """What a template asks of the house and should not."""
    found = _references(source)
    roots = {one.path[0] for _, one in found}
    judged = Judged()
    if COUPONS in roots:
        stock = pools.stock(conn)
        _judge(judged, _coupons(found, stock, source.brand, clock.now()))
    if SEGMENTS in roots:
        _judge(judged, _segments(found, {*segments.trees(conn)}))
    if PRODUCTS in roots:
        _judge(judged, _products(found))
    return judged


def asked(source: Source) -> set[tuple[str | int, ...]]:
    """The paths that start at a name of the house, in any part of a template."""
    return {one.path for _, one in _references(source)}


def _references(source: Source) -> list[tuple[str, Reference]]:
    return [
        (part, one)
        for part, template in templates(source)
        if any(name in template for name in NAMESPACES)
        for one in references(parse(template, part))
    ]


def _judge(judged: Judged, found: Iterable[tuple[bool, KervanError]]) -> None:
    seen = set()
    for is_error, one in found:
        key = (one.code, *sorted((name, str(value)) for name, value in one.params.items()))
        if key not in seen:
            seen.add(key)
            (judged.errors if is_error else judged.warnings).append(one)


def templates(source: Source) -> Iterator[tuple[str, str]]:
    """(part, template) of all that its author wrote."""
    if isinstance(source, EmailSource):
        yield from ((part, getattr(source, part)) for part in _MAIL_PARTS)
        return
    for language, fields in source.texts.items():
        for name, template in fields.items():
            yield f"{language}.{name}", template


def _coupons(
    asked: list[tuple[str, Reference]], stock: dict[str, Stock], brand: str, at: datetime
) -> Iterator[tuple[bool, KervanError]]:
    for part, one in asked:
        root, *keys = one.path
        if root != COUPONS:
            continue
        key = str(keys[0]) if keys else ""
        facts: dict[str, object] = {"part": part, "line": one.line, "pool": key}
        pool = stock.get(key)
        if pool is None:
            known = ", ".join(sorted(stock)) or "–"
            yield True, KervanError("content.coupon_pool_unknown", status=422, known=known, **facts)
            continue
        wrong = _wrong_field(keys[1:], pool, printed=one.printed)
        if wrong is not None:
            offered = ", ".join(_offered(pool))
            facts |= {"given": wrong, "known": offered}
            yield True, KervanError("content.coupon_field", status=422, **facts)
        if one.cut and keys[1:2] == ["code"]:
            yield True, KervanError("content.coupon_cut", status=422, **facts)
        if pool.brand and pool.brand != brand:
            yield (
                True,
                KervanError("content.coupon_other_brand", status=422, brand=pool.brand, **facts),
            )
        yield from _state(pool, facts, at)


def _products(asked: list[tuple[str, Reference]]) -> Iterator[tuple[bool, KervanError]]:
    for part, one in asked:
        root, *keys = one.path
        if root != PRODUCTS:
            continue
        kind, rest = keys[0] if keys else "", [key for key in keys[1:] if isinstance(key, str)]
        facts: dict[str, object] = {"part": part, "line": one.line}
        if kind not in look.KINDS:
            known = ", ".join(look.KINDS)
            facts |= {"given": str(kind)[:80], "known": known}
            yield True, KervanError("content.products_unknown", status=422, **facts)
        elif rest and rest[0] not in products.FIELDS:
            facts |= {"given": rest[0][:80], "known": ", ".join(products.FIELDS)}
            yield True, KervanError("content.product_field", status=422, **facts)


def _segments(
    asked: list[tuple[str, Reference]], there: set[str]
) -> Iterator[tuple[bool, KervanError]]:
    for part, one in asked:
        root, *keys = one.path
        if root != SEGMENTS:
            continue
        key = ".".join(map(str, keys))
        facts: dict[str, object] = {"part": part, "line": one.line, "segment": key[:80]}
        if key not in there:
            known = ", ".join(sorted(there)) or "–"
            yield True, KervanError("content.segment_unknown", status=422, known=known, **facts)
        elif one.printed:
            yield True, KervanError("content.segment_printed", status=422, **facts)


def _state(
    pool: Stock, facts: dict[str, object], at: datetime
) -> Iterator[tuple[bool, KervanError]]:
    about = {"part": facts["part"], "line": 0, "pool": facts["pool"]}
    if pool.valid_until is not None and pool.valid_until <= at + _ENDS_SOON:
        until = f"{pool.valid_until:%Y-%m-%d}"
        yield False, KervanError("content.coupon_ends_soon", status=422, until=until, **about)
    if not pool.any_free:
        yield False, KervanError("content.coupon_pool_empty", status=422, **about)


def _wrong_field(keys: list[str | int], pool: Stock, *, printed: bool) -> str | None:
    """What is asked of a coupon and is not there; "" for nothing at all."""
    if not keys:
        return "" if printed else None
    return None if len(keys) == 1 and keys[0] in _offered(pool) else ".".join(map(str, keys))[:80]


def _offered(pool: Stock) -> list[str]:
    own = (*_ALWAYS, *_OF_KIND[pool.kind], *(["valid_until"] if pool.valid_until else []))
    return [one for one in reserve.FIELDS if one in own]
