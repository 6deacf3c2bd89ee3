"""Turns the published order lines of a real shop into events for the import door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ZONE = ZoneInfo("Europe/London")
LAST_DAY = date(2011, 12, 9)
CURRENCY = "GBP"
EVENTS_PER_BATCH = 400
BYTES_PER_BATCH = 2_000_000


class Product(msgspec.Struct, omit_defaults=True):
    """One order line; the price keeps its three decimals, because some prices have them."""

    product_id: str
    quantity: int
    price: float
    name: str | None = None


class Invoice(msgspec.Struct, omit_defaults=True):
    """The properties of one order or one refund."""

    order_id: str
    currency: str
    revenue: float
    country: str
    products: list[Product]


class Call(msgspec.Struct, omit_defaults=True):
    """One event in the wire contract of the import door."""

    type: str
    event: str
    messageId: str  # noqa: N815 - the wire's own name
    timestamp: str
    properties: Invoice
    userId: str | None = None  # noqa: N815 - the wire's own name
    anonymousId: str | None = None  # noqa: N815 - the wire's own name


@dataclass(frozen=True)
class Lines:
    """The order lines grouped by invoice: columns, and where each invoice begins and ends."""

    invoice: list[str]
    bounds: npt.NDArray[np.int64]  # invoice i holds lines bounds[i]:bounds[i + 1]
    stock: list[str]
    name: list[str | None]
    quantity: npt.NDArray[np.int64]
    price: npt.NDArray[np.float64]
    local: list[datetime]  # of the invoice, local time of the shop
    customer: list[int | None]  # of the invoice
    country: list[str]  # of the invoice

    def __len__(self) -> int:
        return len(self.invoice)


def shift_days(yesterday: date) -> int:
    """Whole days by which the history moves so that its last day is `yesterday` (shop's day)."""
    return (yesterday - LAST_DAY).days


def read_lines() -> Lines:
    """Read the packaged order lines (541,909 rows) and group them by invoice (25,900)."""
    with as_file(files(__package__) / "data" / "online_retail.parquet") as path:
        return group_lines(pq.read_table(path))


def group_lines(table: pa.Table) -> Lines:
    """Group order lines by invoice, in the order of first appearance; lines keep their order."""
    coded = pc.dictionary_encode(table["InvoiceNo"].combine_chunks())
    codes = coded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(sorted_codes)) + 1, [len(order)]]).astype(
        np.int64
    )
    table = table.take(pa.array(order))
    first = pa.array(bounds[:-1])
    return Lines(
        invoice=coded.dictionary.to_pylist(),
        bounds=bounds,
        stock=table["StockCode"].to_pylist(),
        name=table["Description"].to_pylist(),
        quantity=table["Quantity"].to_numpy().astype(np.int64),
        price=table["UnitPrice"].to_numpy(),
        local=table["InvoiceDate"].take(first).to_pylist(),
        customer=table["CustomerID"].take(first).to_pylist(),
        country=table["Country"].take(first).to_pylist(),
    )


def utc_text(local: datetime, days: int) -> str:
    """The wire time of a local time of the shop, moved by whole days of its calendar."""
    moved = (local + timedelta(days=days)).replace(tzinfo=ZONE)
    return moved.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def calls(lines: Lines, days: int) -> Iterator[Call]:
    """One call per invoice: a C invoice is a refund, everything else a completed order.

    A guest's invoice carries an anonymous id of its own, so that it never joins another one.
    Message ids come from the invoice number alone: loading twice adds nothing.
    """
    # Prices have at most three decimals: whole thousandths add up exactly, floats do not.
    worth = np.rint(lines.price * 1000).astype(np.int64) * lines.quantity
    totals = np.add.reduceat(worth, lines.bounds[:-1])
    quantity, price = lines.quantity.tolist(), lines.price.tolist()
    bounds = lines.bounds.tolist()
    for i, number in enumerate(lines.invoice):
        refund = number.startswith("C")
        sign = -1 if refund else 1
        customer = lines.customer[i]
        yield Call(
            type="track",
            event="Order Refunded" if refund else "Order Completed",
            messageId=f"online-retail-{number}",
            timestamp=utc_text(lines.local[i], days),
            userId=None if customer is None else str(customer),
            anonymousId=f"online-retail-guest-{number}" if customer is None else None,
            properties=Invoice(
                order_id=number,
                currency=CURRENCY,
                revenue=sign * int(totals[i]) / 1000,
                country=lines.country[i],
                products=[
                    Product(lines.stock[j], sign * quantity[j], price[j], lines.name[j])
                    for j in range(bounds[i], bounds[i + 1])
                ],
            ),
        )


def bodies(lines: Lines, days: int) -> Iterator[tuple[bytes, int]]:
    """Request bodies for `POST /v1/import` with the number of events in each."""
    encode = msgspec.json.Encoder().encode
    batch: list[bytes] = []
    size = 0
    for call in calls(lines, days):
        text = encode(call)
        if batch and (len(batch) >= EVENTS_PER_BATCH or size + len(text) > BYTES_PER_BATCH):
            yield b'{"batch":[' + b",".join(batch) + b"]}", len(batch)
            batch, size = [], 0
        batch.append(text)
        size += len(text) + 1
    if batch:
        yield b'{"batch":[' + b",".join(batch) + b"]}", len(batch)
