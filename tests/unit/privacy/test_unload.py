"""The sample shop goes out again as it came: whole, nobody else with it, through a kill, twice."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.collect import intake, sample, sources, store
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import unload
from kervan.privacy.erase import Place
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from tests.unit.insight.conftest import tell

__all__ = ["tell"]
VAULT = Vault(b"k" * 32)
_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_AT_MS = clock.to_ms(_AT)


@dataclass
class Shop:
    """The workspace with the sample's people 1 and 2; the till knows 2 too, and 3 alone."""

    conn: Connection
    client: Client
    place: Place
    source: int
    till: int

    def step(self) -> bool:
        """What a worker does."""
        return unload.step(self.conn, self.client, self.place, clock.now())

    def count(self, table: str) -> int:
        """How many rows a table of PostgreSQL has."""
        row = self.conn.execute(f"select count(*) from {table}").fetchone()
        return int((row or [0])[0])

    def told(self) -> list[tuple[Any, ...]]:
        """(person, source) of all events."""
        found = []
        for table in ("events", "events_by_person"):
            text = f"select person, source from {table} order by all"
            found.append([tuple(row) for row in self.client.query(text).result_rows])
        assert found[0] == found[1]
        return found[0]


def _order(person: int, source: int, number: str, product: str) -> dict[str, Any]:
    lines = {"products": [{"product_id": product, "quantity": 1, "price": 1.0}]}
    return {"name": "Order Completed", "person": person, "at_ms": _AT_MS, "source": source,
            "order_id": number, "currency": "GBP", "value_minor": 100,
            "properties": lines}  # fmt: skip


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client, tell: Any, workspace: str) -> Shop:
    intake.open_days(postgres, [clock.now().date()])
    sources.ensure_own(postgres, workspace)
    own = store.own_source(postgres, store.workspace_id(postgres, workspace))
    _, till = sources.ensure_import(postgres, workspace, "Till")
    made = sample.begin(postgres, workspace, "oya", date(2026, 11, 20), clock.now())
    profiles.create_people(postgres, VAULT.workspace(workspace), [1, 2, 3], _AT_MS)
    for person, source in ((1, made.source), (2, made.source), (3, till)):
        postgres.execute(
            "insert into identifier (kind, hash, person, sealed, claimed_at, source, atom)"
            " values (%s, %s, %s, '', now(), %s, %s)",
            (identifiers.CUSTOMER, uuid.uuid4(), person, source, person),
        )
    tell(
        _order(1, made.source, "a", "mug"),
        _order(2, made.source, "b", "lamp"),
        {"name": "Segment Entered", "person": 1, "at_ms": _AT_MS, "source": own},
        _order(2, till, "c", "lamp"),
        _order(3, till, "d", "chair"),
        {**_order(0, made.source, "e", "mug"), "session": 7},
        {"name": "Page Viewed", "person": 0, "session": 8, "at_ms": _AT_MS, "source": till},
    )
    for number in (7, 8):
        postgres.execute(
            "insert into session (number, anonymous, first_at, last_at)"
            " overriding system value values (%s, %s, now(), now())",
            (number, uuid.uuid4()),
        )
    for product in ("mug", "lamp", "chair"):
        postgres.execute("insert into product (id, name, trust, changed_at)"
                         " values (%s, '', 1, now())", (product,))  # fmt: skip
    for hash_, person, source in ((1, 1, made.source), (2, 2, till), (3, 0, made.source)):
        postgres.execute(
            "insert into purchase (hash, order_id, person, placed_at, total_minor, currency,"
            " source) values (%s, 'x', %s, now(), 1, 'GBP', %s)",
            (uuid.UUID(int=hash_), person, source),
        )
    return Shop(postgres, clickhouse, Place(VAULT, workspace, 7), made.source, till)


def test_it_takes_out_what_it_brought_and_no_more(shop: Shop) -> None:
    found = sample.find(shop.conn)
    assert found is not None
    told = unload.contents(shop.conn, shop.client, found, shop.place.workspace)
    assert told == unload.Contents(people=1, staying=1, orders=3, products=1)
    assert not shop.step(), "nobody asked for it"
    assert sample.remove(shop.conn, _AT).removing_at == _AT
    assert sample.remove(shop.conn, clock.now()).removing_at == _AT, "asked twice is asked once"
    assert shop.step()
    people = shop.conn.execute("select person from profile order by 1").fetchall()
    assert people == [(2,), (3,)]
    assert shop.conn.execute("select id from product order by 1").fetchall() == [
        ("chair",), ("lamp",)]  # fmt: skip
    assert shop.conn.execute("select number from session").fetchall() == [(8,)]
    assert shop.count("purchase") == 1
    assert len(shop.told()) == 7, "history lets go of it next"
    shop.conn.commit()
    shop.step()
    shop.conn.rollback()  # killed with history done, before it was noted
    assert not shop.step()
    assert shop.told() == [(0, shop.till), (2, shop.till), (3, shop.till)]
    assert shop.conn.execute("select people from touched").fetchall()[-1] == ([2],)
    assert sample.find(shop.conn) is None
    assert not sources.exists(shop.conn, shop.place.workspace, shop.source)
    assert not shop.step()
    with pytest.raises(KervanError, match="no sample shop"):
        sample.remove(shop.conn, clock.now())


def test_it_waits_for_what_is_still_coming_in(shop: Shop) -> None:
    number = store.workspace_id(shop.conn, shop.place.workspace)
    intake.append(shop.conn, VAULT, number, shop.source, b"{}", 1, bulk=True)
    sample.remove(shop.conn, _AT)
    assert not shop.step()
    assert shop.count("profile") == 3


def test_it_may_come_again(shop: Shop) -> None:
    shop.conn.execute("delete from profile where person > 1")
    sample.remove(shop.conn, _AT)
    while shop.step():
        pass
    assert sample.may_begin(shop.conn) == (shop.count("profile") == 0)
    again = sample.begin(shop.conn, shop.place.workspace, "oya", date(2026, 11, 20), _AT)
    assert again.source != shop.source, "its invoices are new under another source"
