"""What steps intend: effects in their order with what the run carries, ghosts, the priority."""

import pytest

from kervan.journeys.effects.effect import Doings
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.journeys.steps import KINDS
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, VAULT, Shop

HOUR = 3_600_000
MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>"
    "</mj-body></mjml>"
)
TEXT = f"""
journey:
  key: gift
  name: Gift
  trigger: {{event: Came}}
  per: order
  keep: [basket]
  priority: 8
  MORE: 0
  steps:
    - {{key: gift, kind: give_points, points: 5, reason: hello}}
    - {{key: rest, kind: wait, for: 1 hour}}
    - {{key: again, kind: give_points, points: 7, reason: again}}
    - {{key: mail, kind: send_email, message: {{subject: Hello, mjml: "{MJML}"}}}}
    - {{key: end, kind: exit}}
"""


class Done:
    """An effect that only writes down what it got."""

    def __init__(self) -> None:
        self.got: list[Doings] = []

    def __call__(self, conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
        self.got.append(doings)


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people(list(range(1, 41)))
    return made


def test_effects_get_everybody_at_once_in_order(shop: Shop) -> None:
    done = Done()
    name = KINDS["give_points"].effect
    shop.journeys = Journeys(shop.conn, VAULT, Hooks(effects={name: done}))
    shop.publish(TEXT.replace("MORE: 0", "reentry: after_exit"))
    shop.happen((0, 1, "Came", {"order": "a"}), (5, 1, "Came", {"order": "b"}), (1, 2, "Came", {}))
    shop.work(5)
    (first,) = done.got
    assert sorted(zip(first.person, first.at_ms, strict=True)) == [
        (1, START_MS), (1, START_MS + 5), (2, START_MS + 1),
    ]  # fmt: skip
    assert first.journey == ["gift"] * 3
    assert first.step_key == ["gift"] * 3
    assert b'"order":"a"' in b"".join(first.context)
    shop.work(2 * HOUR)
    second = done.got[1]
    assert second.step_key == ["again"] * 3
    assert len({*first.key, *second.key}) == 6
    rows = shop.conn.execute("select priority, hold_out from message").fetchall()
    assert rows == [(8, False)] * 3


def test_an_effect_that_nobody_offers_undoes_the_turn(shop: Shop) -> None:
    shop.publish(TEXT.replace("MORE: 0", "reentry: after_exit"))
    shop.happen((0, 1, "Came", {}))
    with pytest.raises(RuntimeError, match="points"):
        shop.work(0)


def test_who_is_held_out_gets_nothing_and_goes_the_same_way(shop: Shop) -> None:
    done = Done()
    name = KINDS["give_points"].effect
    shop.journeys = Journeys(shop.conn, VAULT, Hooks(effects={name: done}))
    shop.publish(TEXT.replace("MORE: 0", "hold_out: 0.3"))
    shop.happen(*[(0, person, "Came", {}) for person in range(1, 41)])
    shop.work_all(0)
    shop.work_all(HOUR)
    found = shop.conn.execute(
        "select r.person, r.ghost, m.hold_out from journey_run r join message m on m.run = r.run"
    ).fetchall()
    ghosts = {person for person, ghost, _ in found if ghost}
    assert len(found) == 40
    assert 4 <= len(ghosts) <= 20
    assert all(ghost == held for _, ghost, held in found), "remembered from turn to turn"
    assert set(done.got[0].person) == set(done.got[1].person) == set(range(1, 41)) - ghosts
