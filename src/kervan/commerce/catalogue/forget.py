"""Lets go of products that only erased people, or only one source, told of."""

from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue.products import Trust
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "forget.sql")
_TOLD = _SQL.told
NAMES = ("Product Viewed", "Product Clicked", "Product Added", "Order Completed")
"""The events that tell of products (learn.py)."""


def forget(conn: Connection, client: Client, people: list[int]) -> int:
    """Delete them in the caller's transaction, before the history of `people` goes; what the API
    told stays. Gives how many."""
    asked = {"names": list(NAMES), "people": people}
    found = client.query(_SQL.only_theirs.replace("{told}", _TOLD), parameters=asked).result_rows
    return _forget(conn, [row[0] for row in found])


def count_of_source(conn: Connection, client: Client, source: int) -> int:
    """How many products only this source told of."""
    values = {"products": _only_of(client, source), "api": int(Trust.API)}
    row = conn.execute(_SQL.count, values).fetchone()
    return int(row[0]) if row else 0


def of_source(conn: Connection, client: Client, source: int) -> int:
    """Delete the products that only this source told of, before its history goes; how many."""
    return _forget(conn, _only_of(client, source))


def _only_of(client: Client, source: int) -> list[str]:
    asked = {"names": list(NAMES), "source": source}
    text = _SQL.only_of_source.replace("{told}", _TOLD)
    return [row[0] for row in client.query(text, parameters=asked).result_rows]


def _forget(conn: Connection, products: list[str]) -> int:
    if not products:
        return 0
    values = {"products": products, "api": int(Trust.API)}
    # What sells most is ranked anew by the hour only; what is gone is not to be offered till then.
    conn.execute(_SQL.forget_sellers, values)
    conn.execute(_SQL.forget_together, values)
    return conn.execute(_SQL.forget, values).rowcount
