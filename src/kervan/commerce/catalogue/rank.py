"""Counts what sells most and what is bought together, from the orders of the last months.

Best sellers are the products with the most pieces sold, in each category and in all. "Bought
together" counts, for each two products, the orders that hold both: the plain item-to-item count, no
more. Orders of very many different products say little of what goes together, and are left out.
"""

from collections import defaultdict
from datetime import timedelta

from clickhouse_connect.driver.client import Client

from kervan.commerce.catalogue import products
from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "rank.sql")
SELLERS_DAYS, TOGETHER_DAYS = 30, 180
MOST_SELLERS, MOST_TOGETHER = 20, 10
LEAST_ORDERS = 2
"""Two products that met in one order only may have done so by chance."""
MOST_LINES = 30
_MOST_PRODUCTS = 100_000


def step(conn: Connection, history: Client, at_ms: int) -> bool:
    """Make both rankings anew, in the caller's transaction; there is never more to do at once."""
    sold = history.query(
        _SQL.sold, {"since": _since(at_ms, SELLERS_DAYS), "most": _MOST_PRODUCTS}
    ).result_rows
    categories = {
        one.id: one.category for one in products.get(conn, [row[0] for row in sold]).values()
    }
    places: dict[str, list[str]] = defaultdict(list)
    for product, _ in sold:
        if product in categories:  # what nothing is known of cannot be shown
            for category in {"", categories[product]}:
                if len(places[category]) < MOST_SELLERS:
                    places[category].append(product)
    rows = [(category, place, one) for category, all_ in places.items()
            for place, one in enumerate(all_, 1)]  # fmt: skip
    conn.execute(_SQL.forget_sellers)
    conn.execute(
        _SQL.keep_sellers,
        {
            "categories": [row[0] for row in rows],
            "places": postgres.array(row[1] for row in rows),
            "products": [row[2] for row in rows],
        },
    )
    asked = {"since": _since(at_ms, TOGETHER_DAYS), "lines": MOST_LINES, "least": LEAST_ORDERS,
             "most": MOST_TOGETHER}  # fmt: skip
    pairs = history.query(_SQL.together, asked).result_rows
    conn.execute(_SQL.forget_together)
    conn.execute(
        _SQL.keep_together,
        {
            "products": [row[0] for row in pairs],
            "others": [row[1] for row in pairs],
            "orders": postgres.array(row[2] for row in pairs),
        },
    )
    return False


def _since(at_ms: int, days: int) -> str:
    return f"{clock.from_ms(at_ms) - timedelta(days=days):%Y-%m-%d %H:%M:%S}"
