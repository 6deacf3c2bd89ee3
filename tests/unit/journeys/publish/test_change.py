"""Changes reach everybody's runs: in slices, by whoever holds her bucket, also when it changes."""

from kervan.journeys import apply
from kervan.journeys.publish import change
from kervan.journeys.publish.carry import Choice
from kervan.journeys.publish.heads import NOBODY
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.journeys.publish.test_carry import TEXT
from tests.unit.journeys.shop import ALL, START_MS, Shop


def _published(conn: Connection, people: list[int]) -> Shop:
    shop = Shop(conn)
    shop.people(people)
    shop.publish(TEXT)
    shop.happen(*((0, one, "Product Added", {}) for one in people))
    shop.work(0)
    apply.apply(conn, TEXT + "# 2\n", clock.from_ms(START_MS), choice=Choice("keep"))
    return shop


def _versions(shop: Shop) -> dict[int, int]:
    return {one[0]: one[1] for one in shop.runs()}


def test_each_bucket_is_reached_by_who_holds_it(postgres: Connection) -> None:
    shop = _published(postgres, [1, 2, 257])
    assert change.work(postgres, [1], START_MS, NOBODY) == 2
    assert _versions(shop) == {1: 2, 2: 1, 257: 2}
    assert change.work(postgres, [1], START_MS, NOBODY) == 0
    assert change.work(postgres, [2], START_MS, NOBODY) == 1
    rest = [one for one in ALL if one not in (1, 2)]
    assert change.work(postgres, rest, START_MS, NOBODY) == 0
    asked = "select count(*) from journey_change_bucket"
    assert postgres.execute(asked).fetchone() == (0,)


def test_whose_bucket_changes_on_the_way_is_reached_in_the_new_one(postgres: Connection) -> None:
    shop = _published(postgres, [1, 2])
    postgres.execute("delete from journey_change_bucket")
    postgres.execute(
        "insert into journey_change_runs (change, bucket, runs)"
        " select c.id, 1, array_agg(r.run) from journey_change c, journey_run r group by c.id"
    )
    assert change.work(postgres, [1], START_MS, NOBODY) == 1
    assert _versions(shop) == {1: 2, 2: 1}
    assert change.work(postgres, [2], START_MS, NOBODY) == 1
    assert _versions(shop) == {1: 2, 2: 2}
