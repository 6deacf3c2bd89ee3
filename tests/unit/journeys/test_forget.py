"""Runs that were over long ago go in batches; the last one of everybody in each journey stays."""

from datetime import timedelta

from kervan.journeys import forget
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, Shop

_DAY_MS = 86_400_000
_TEXT = """
journey:
  key: {key}
  name: Any
  trigger: {{event: Seen}}
  reentry: {reentry}
  {more}
  steps:
    - key: mail
      kind: send_email
      message: {{subject: Hi, mjml: "<mjml><mj-body></mj-body></mjml>"}}
    - {{key: end, kind: exit}}
"""


def _shop(postgres: Connection, *journeys: tuple[str, str, str]) -> Shop:
    shop = Shop(postgres)
    shop.people([1, 2])
    for key, reentry, more in journeys:
        shop.publish(_TEXT.format(key=key, reentry=reentry, more=more))
    return shop


def _left(postgres: Connection) -> list[tuple[str, int, int]]:
    rows = postgres.execute(
        "select j.key, r.person, extract(epoch from r.entered_at) * 1000 from journey_run r"
        " join journey_version v on v.id = r.version join journey j on j.id = v.journey"
        " order by 1, 2, 3"
    ).fetchall()
    return [(key, person, int(at_ms - START_MS) // _DAY_MS) for key, person, at_ms in rows]


def test_only_the_last_run_of_each_lane_is_kept(postgres: Connection) -> None:
    per = "per: order"
    shop = _shop(postgres, ("again", "after_exit", ""), ("per", "after_exit", per))
    for day, person, order in ((0, 1, "a"), (1, 1, "b"), (2, 1, "b"), (3, 2, "a"), (9, 1, "b")):
        shop.happen((day * _DAY_MS, person, "Seen", {"order": order}))
        shop.work_all(day * _DAY_MS)
    before = clock.from_ms(START_MS) + timedelta(days=5)
    assert [forget.expire(postgres, before, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert _left(postgres) == [
        ("again", 1, 9), ("again", 2, 3), ("per", 1, 0), ("per", 1, 9), ("per", 2, 3),
    ]  # fmt: skip
    contexts = postgres.execute("select count(*) from journey_context").fetchone()
    assert contexts == (5,), "what forgotten runs carried along goes with them"


def test_who_may_enter_once_is_never_let_in_again(postgres: Connection) -> None:
    shop = _shop(postgres, ("once", "never", ""))
    shop.happen((0, 1, "Seen", {}))
    shop.work_all(0)
    assert forget.expire(postgres, clock.from_ms(START_MS) + timedelta(days=900), 10) == 0
    shop.happen((901 * _DAY_MS, 1, "Seen", {}))
    shop.work_all(901 * _DAY_MS)
    assert _left(postgres) == [("once", 1, 0)]


def test_runs_of_their_own_all_go_once_their_goals_are_out_of_reach(postgres: Connection) -> None:
    goal = "goal: {event: Bought, within: 3 days}"
    shop = _shop(postgres, ("each", "always", goal))
    for day in (0, 1, 5):
        shop.happen((day * _DAY_MS, 1, "Seen", {"day": day}))
        shop.work_all(day * _DAY_MS)
    assert forget.expire(postgres, clock.from_ms(START_MS) + timedelta(days=4), 10) == 1
    assert _left(postgres) == [("each", 1, 1), ("each", 1, 5)]
