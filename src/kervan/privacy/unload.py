"""Takes the sample shop out again: its people, orders, products and visits, and nobody else's.

Who is known by other sources too stays, without what the shop told of them. Each step is one
transaction of the worker's: rows of PostgreSQL first, noted with whom they were of, then history
until that says nothing more; cut off anywhere, the next call goes on.
"""

from datetime import datetime
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.collect import erase as collected
from kervan.collect import sample
from kervan.collect import store as intake
from kervan.collect.sample import Sample
from kervan.commerce.catalogue import forget as catalogue
from kervan.history import erase as history
from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection
from kervan.privacy import erase
from kervan.privacy.erase import Place
from kervan.segments.live import store as membership
from kervan.segments.mirror import erase as mirror

_SQL = sql.load(__package__, "unload.sql")
_PATIENCE_SECONDS = 5.0


class Contents(NamedTuple):
    """What goes with the sample shop: people, orders and products that only it told of.

    `staying` are the people it knows that another source knows as well.
    """

    people: int
    staying: int
    orders: int
    products: int


def contents(conn: Connection, client: Client, found: Sample, workspace: str) -> Contents:
    """What would go if it were taken out now."""
    number = intake.workspace_id(conn, workspace)
    heads, staying = _whose(conn, client, found.source, intake.own_source(conn, number))
    (orders,) = client.query(_SQL.orders, parameters={"source": found.source}).result_rows[0]
    products = catalogue.count_of_source(conn, client, found.source)
    return Contents(len(heads), len(staying), int(orders), products)


def step(conn: Connection, client: Client, place: Place, at: datetime) -> bool:
    """Do the next step where somebody asked for it; True when there is more to do at once."""
    found = sample.find(conn)
    if found is None or found.removing_at is None:
        return False
    number = intake.workspace_id(conn, place.workspace)
    if found.gone is None:
        return _rows(conn, client, place, found, number, at)
    history.remove(client, found.source, found.gone)
    membership.erase(conn, found.gone)
    mirror.erase(conn, client, found.gone)
    if found.staying:  # what is kept of them is counted anew
        conn.execute(_SQL.touch, {"people": postgres.array(found.staying)})
    sample.end(conn, found)
    return False


def _rows(
    conn: Connection, client: Client, place: Place, found: Sample, number: int, at: datetime
) -> bool:
    """Everything PostgreSQL knows, in one transaction: nobody ever sees half of it."""
    assert found.removing_at is not None
    # What is still coming in would make them anew.
    if sample.waiting(conn) or collected.waits(conn, number, found.removing_at):
        return False
    intake.lock_resolving(conn, number)
    if not _is_told(conn, number):
        return False
    own = intake.own_source(conn, number)
    heads, staying = _whose(conn, client, found.source, own)
    people = [row[0] for row in conn.execute(_SQL.atoms, {"heads": postgres.array(heads)})]
    hashes = conn.execute(_SQL.hashes, {"people": postgres.array(people)}).fetchall()
    catalogue.of_source(conn, client, found.source)
    erase.forget(
        conn, place.vault.workspace(place.workspace), people, [one.bytes for one, _ in hashes],
        [one.bytes for one, is_contact in hashes if is_contact], at,
    )  # fmt: skip
    conn.execute(_SQL.forget_purchases, {"source": found.source})
    asked = {"source": found.source}
    visits = [row[0] for row in client.query(_SQL.visits, parameters=asked).result_rows]
    conn.execute(_SQL.forget_visits, {"visits": postgres.array(visits)})
    sample.keep_gone(conn, people, staying)
    return True


def _is_told(conn: Connection, number: int) -> bool:
    """Wait, while nothing new is resolved, until history has what was: only then it can be asked
    who else knows somebody."""
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while collected.is_on_its_way(conn, number):
        if clock.monotonic() > deadline:
            return False
        clock.sleep(0.05)
    return True


def _whose(conn: Connection, client: Client, source: int, own: int) -> tuple[list[int], list[int]]:
    """The people (heads) that only this source knows, and those that another knows as well."""
    heads = {row[0] for row in conn.execute(_SQL.heads, {"source": source})}
    asked = {"heads": postgres.array(sorted(heads)), "source": source}
    others = {row[0] for row in conn.execute(_SQL.named_by_others, asked)}
    known = {"heads": sorted(heads - others), "source": source, "own": own}
    others |= {row[0] for row in client.query(_SQL.told_by_others, parameters=known).result_rows}
    return sorted(heads - others), sorted(heads & others)
