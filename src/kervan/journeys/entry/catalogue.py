"""Calls people who looked at a product that costs less now, or is there again.

A batch of changes is one question to history for each span of time that journeys look back; of
several products a person looked at, the one she saw last is what she is called for, unless the
journey runs once `per` product.
"""

from decimal import Decimal
from typing import NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue import changes, products
from kervan.commerce.catalogue.changes import PRICE_DROP, Change
from kervan.commerce.catalogue.products import Product
from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import AT_ONCE, Call, Calling, Callings
from kervan.kernel import clock, money, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Int64

_SQL = sql.load(__package__, "catalogue.sql")
CHANGES_AT_ONCE = 500
Looks = tuple[Int64, Int64, Int64]
"""Columns: the person, the place of the product in the batch, when she looked last (ms)."""


class _Left(NamedTuple):
    """Calls of one journey that are still to be made: whom, for the change at which place."""

    mine: Calling
    person: Int64
    change: Int64


class _Batch(NamedTuple):
    """Changes that are being told, with their products, and to whom."""

    last: int
    told: list[Change]
    known: dict[str, Product]
    left: list[_Left]


class Catalogue:
    """The journeys of one workspace that begin with a change of the catalogue."""

    def __init__(self, zone: str) -> None:
        self._callings = Callings("catalogue", zone)
        self._batch: _Batch | None = None

    def step(self, conn: Connection, history: Client, at_ms: int) -> bool:
        """Tell the next changes to at most AT_ONCE people; the caller commits.

        Changes go when all who looked were called; who comes after one that was killed in between
        calls them again under the same names, which changes nothing.
        """
        # What fails on the way is begun anew, from what the database says.
        batch, self._batch = self._batch or self._next(conn, history, at_ms), None
        if batch is None:
            return False
        room = AT_ONCE
        while batch.left and room:
            one = batch.left.pop()
            rows = zip(one.person[:room].tolist(), one.change[:room].tolist(), strict=True)
            calls = [
                _call(person, batch.told[i], batch.known.get(batch.told[i].product))
                for person, i in rows
            ]
            calling.call(conn, one.mine, "catalogue", calls)
            if len(one.person) > room:
                batch.left.append(_Left(one.mine, one.person[room:], one.change[room:]))
            room -= len(calls)
        if batch.left:
            self._batch = batch
        else:
            changes.done(conn, batch.last)
        return False

    def _next(self, conn: Connection, history: Client, at_ms: int) -> _Batch | None:
        told = changes.waiting(conn, CHANGES_AT_ONCE)
        if not told:
            return None
        left = _who(history, self._callings.now(conn), told, at_ms)
        known = products.get(conn, {one.product for one in told}) if left else {}
        return _Batch(told[-1].id, told, known, left)


def _who(history: Client, mine: list[Calling], told: list[Change], at_ms: int) -> list[_Left]:
    """For each journey whom to call for which change: one question for each span looked back."""
    names = sorted({one.product for one in told})
    seen: dict[int, Looks] = {}
    found = []
    for one in mine:
        said = one.definition.header.trigger.catalogue
        assert said is not None
        meant = [
            i for i, change in enumerate(told)
            if change.change == said.change
            and (change.change != PRICE_DROP or change.share >= said.by)
            and calling.open_between(one, [clock.to_ms(change.at)])
            and clock.to_ms(change.at) > one.since_ms
        ]  # fmt: skip
        if not meant:
            continue
        if said.looked not in seen:
            seen[said.looked] = _looked(history, names, at_ms - said.looked, at_ms)
        person, change = _chosen(seen[said.looked], names, told, meant)
        if one.definition.header.per != "product_id":
            person, change = person[::-1], change[::-1]
            person, first = np.unique(person, return_index=True)
            change = change[first]
        if len(person):
            found.append(_Left(one, person, change))
    return found


def _looked(history: Client, names: list[str], since_ms: int, until_ms: int) -> Looks:
    asked = {"products": names, "since": since_ms, "until": until_ms}
    raw = history.raw_query(_SQL.looked, parameters=asked, fmt="RowBinary")
    form = np.dtype([("person", "<u4"), ("product", "<u4"), ("last", "<i8")])
    rows = np.frombuffer(raw, form)
    person, product = rows["person"].astype(np.int64), rows["product"].astype(np.int64)
    return person, product, rows["last"].astype(np.int64)


def _chosen(
    looks: Looks, names: list[str], told: list[Change], meant: list[int]
) -> tuple[Int64, Int64]:
    """(person, the change's place), by person and then by when she looked last."""
    person, product, last = looks
    # Of two changes of one product the later one says what is true now.
    of_product: Int64 = np.full(len(names), -1, np.int64)
    place = {name: i for i, name in enumerate(names)}
    for i in meant:
        of_product[place[told[i].product]] = i
    change = of_product[product]
    rows = np.flatnonzero(change >= 0)
    rows = rows[np.lexsort((last[rows], person[rows]))]
    return person[rows], change[rows]


def _call(person: int, change: Change, product: Product | None) -> Call:
    told: dict[str, object] = {
        "change": change.change,
        "product_id": change.product,
        "price": _major(change.price_minor, change.currency),
        "price_before": _major(change.before_minor, change.currency),
        "currency": change.currency,
    }
    if product is not None:
        told |= {
            "name": product.name, "url": product.url, "image_url": product.image,
            "category": product.category, "brand": product.brand,
        }  # fmt: skip
    known = {name: one for name, one in told.items() if one not in (None, "")}
    return Call(person, f"{change.id}", clock.to_ms(change.at), known)


def _major(minor: int | None, currency: str) -> float | None:
    if minor is None or not currency:
        return None
    return float(Decimal(minor).scaleb(-money.minor_digits(currency)))
