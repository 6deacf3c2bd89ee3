"""Lets go of products that only erased people told of: what they were called may be hers alone."""

from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue.products import Trust
from kervan.kernel import sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "forget.sql")
NAMES = ("Product Viewed", "Product Clicked", "Product Added", "Order Completed")
"""The events that tell of products (learn.py)."""


def forget(conn: Connection, client: Client, people: list[int]) -> int:
    """Delete them in the caller's transaction, before the history of `people` goes; what the API
    told stays. Gives how many."""
    asked = {"names": list(NAMES), "people": people}
    found = client.query(_SQL.only_theirs, parameters=asked).result_rows
    if not found:
        return 0
    values = {"products": [row[0] for row in found], "api": int(Trust.API)}
    return conn.execute(_SQL.forget, values).rowcount
