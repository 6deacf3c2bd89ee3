"""A passage has one code, good at her own time; who gets none is told why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from kervan.commerce.coupons import reserve
from kervan.journeys.effects import found
from kervan.journeys.steps.give_coupon import GiveCoupon
from kervan.kernel import clock
from kervan.kernel.postgres import Connection, connect
from tests.unit.commerce.coupons.filling import counts, fill
from tests.unit.journeys.effects import doing

_WAITING = """
select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))
"""


def test_each_has_a_code_of_her_run_and_who_has_none_is_told(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2, 3])
    fill(postgres, count=2)
    doing.do(postgres, doing.passing(GiveCoupon(pool="autumn"), [1, 2, 3]))
    had = reserve.of_runs(postgres, [1, 2, 3])
    assert len({one.code for one in had.values()}) == len(had) == 2
    given = doing.told(postgres, "Coupon Given")
    assert {(one["person"], "autumn") for one in given} == set(had)
    assert not any(one.code in str(given) for one in had.values()), "a code is money"
    [(person, code)] = doing.failures(postgres)
    assert (person, "autumn") not in had and code == "delivery.coupon_exhausted"
    assert counts(postgres) == (0, 0, 2, 0)


def test_another_passage_of_the_run_gives_another_and_the_last_is_said(
    postgres: Connection,
) -> None:
    doing.begin(postgres, [1])
    fill(postgres, count=2)
    step = GiveCoupon(pool="autumn")
    doing.do(postgres, doing.passing(step, [1]))
    first = reserve.of_runs(postgres, [1])
    doing.do(postgres, doing.passing(step, [1]))
    assert reserve.of_runs(postgres, [1]) == first
    doing.do(postgres, doing.passing(step, [1], turn=2))
    assert reserve.of_runs(postgres, [1]) != first


def test_a_code_that_is_no_longer_good_is_said_by_no_message(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    until = clock.now() + timedelta(days=2)
    fill(postgres, count=1, valid_until=until)
    doing.do(postgres, doing.passing(GiveCoupon(pool="autumn"), [1]))
    assert len(reserve.of_runs(postgres, [1], until - timedelta(seconds=1))) == 1
    assert reserve.of_runs(postgres, [1], until) == {}


def test_a_pool_that_is_not_there_or_another_brands_is_a_problem(postgres: Connection) -> None:
    fill(postgres, count=1)
    postgres.execute("update coupon_pool set brand = 'kids'")

    def codes(step: GiveCoupon) -> list[str]:
        return [code for _, code, _ in found.problems(postgres, step)]

    assert codes(GiveCoupon(pool="gone")) == ["commerce.coupon_pool_unknown"]
    assert codes(GiveCoupon(pool="autumn")) == ["journeys.coupon_other_brand"]
    assert codes(GiveCoupon(pool="autumn", brand="kids")) == []


def test_pools_of_a_crowd_are_held_in_the_order_in_which_senders_hold_them(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    """Else a turn of two pools and a sender of both would wait for each other."""
    doing.begin(postgres, [1])
    for key in ("first", "second"):
        fill(postgres, key, count=1, most_per_person=1)
    crowd = doing.passing(GiveCoupon(pool="second"), [*range(1, 502)])
    crowd.step[-1] = GiveCoupon(pool="first")
    postgres.commit()
    hold = "select from coupon_pool where key = %s for no key update nowait"
    with connect(postgres_url, workspace=workspace) as sender, ThreadPoolExecutor(1) as beside:
        sender.execute(hold, ["first"])
        done = beside.submit(doing.do, postgres, crowd)
        while sender.execute(_WAITING).fetchone() == (0,):
            assert not done.done()
        sender.execute(hold, ["second"])
        sender.rollback()
        done.result()
    assert counts(postgres, "first") == counts(postgres, "second") == (0, 0, 1, 0)
