"""Figures are sums of differences: the same before and after they are folded."""

from clickhouse_connect.driver.client import Client

from kervan.delivery.broadcasts import count, store
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop


def test_many_differences_become_few_and_say_the_same(
    postgres: Connection, clickhouse: Client
) -> None:
    shop = Shop(postgres, clickhouse)
    shop.message("news")
    shop.people(5)
    shop.write()
    shop.start()
    shop.run()
    shop.send()
    postgres.execute(
        "insert into broadcast_count select 1, 'all', 23, '', 1 - 2 * (n % 2)"
        " from generate_series(1, 601) as n"
    )
    before = count.progress(postgres, store.get(postgres, "news"))
    assert before.first.facts["clicked"] == -1
    count.tidy(postgres)
    rows = postgres.execute("select what, n from broadcast_count order by what").fetchall()
    assert rows == [(2, 5), (23, -1)]
    assert count.progress(postgres, store.get(postgres, "news")) == before
    count.tidy(postgres)  # few are left alone
    assert postgres.execute("select count(*) from broadcast_count").fetchone() == (2,)
