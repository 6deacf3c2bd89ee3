"""All effects in one journey, through turns of work: undone, done, and repeated, each once."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from kervan.delivery import accounts
from kervan.journeys.effects import found
from kervan.journeys.effects.effect import Doings, Effect
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.journeys.steps import KINDS
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store
from tests.unit.commerce.coupons.filling import counts, fill
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import VAULT, Shop

_WINBACK = """
journey:
  key: winback
  name: Win back
  trigger: {called: true}
  steps: [{key: end, kind: exit}]
"""
_ALL = """
journey:
  key: vip
  name: VIP
  trigger: {event: Order Completed}
  steps:
    - key: profile
      kind: update_profile
      set: {tier: gold, last_sku: "{{ event.sku }}"}
      remove: [trial]
    - {key: list, kind: segment_member, add: [vip]}
    - {key: coupon, kind: give_coupon, pool: autumn}
    - {key: points, kind: give_points, points: 50}
    - {key: call, kind: task, list: call, script: "Thank her for {{ event.sku }}"}
    - {key: desk, kind: task, list: desk, script: Look after her, role: agent}
    - {key: crm, kind: webhook, account: crm, body: {sku: "{{ event.sku }}"}}
    - {key: ads, kind: ad_audience, add: [lookalike]}
    - {key: tell, kind: notify, to: [ece@shop.example], subject: "VIP {{ event.sku }}"}
    - {key: on, kind: go_to, journey: winback}
"""


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people([1, 2, 300])
    fill(postgres, count=2)
    for key in ("vip", "seen"):
        store.create(postgres, key, key, None, doing.ECE)
    postgres.execute(
        "insert into audience (key, name, account, target, segment, state, next_at, created_at,"
        " created_by) select 'lookalike', '', '', '', number, 'active', now(), now(), ''"
        " from segment where key = 'seen'"
    )
    settings = {"url": "https://crm.shop.example/in", "secret": "whsec_" + "a" * 32}
    accounts.save(postgres, VAULT, "crm", "webhook", settings, doing.AT)
    accounts.save(postgres, VAULT, "agents", "call_list", {}, doing.AT)
    made.publish(_WINBACK)
    made.publish(_ALL)
    postgres.commit()
    return made


def _world(conn: Connection) -> dict[str, Any]:
    """All that the effects of the journey left."""

    def rows(query: str) -> list[Any]:
        return [tuple(row) for row in conn.execute(query).fetchall()]

    return {
        "told": Counter((one["person"], one["event"]) for one in doing.told(conn)),
        "messages": rows("select person, step, channel from message order by 1, 2"),
        "codes": counts(conn),
        "points": rows("select person, points from points_wish order by 1"),
        "lists": rows("select list, people, gone from segment_list_word order by 1"),
        "notices": rows("select person, step from journey_notice order by 1, 2"),
    }


def test_every_effect_is_called_by_a_step_of_its_name() -> None:
    assert set(found.effects()) == {one.effect for one in KINDS.values()} - {""}


def test_all_effects_once_though_their_turn_is_undone_and_repeated(
    postgres: Connection, shop: Shop
) -> None:
    passed: list[tuple[str, Doings]] = []

    def noted(name: str, effect: Effect) -> Effect:
        def noting(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
            passed.append((name, doings))
            effect(conn, vault, doings)

        return noting

    hooks = Hooks(effects={name: noted(name, one) for name, one in found.effects().items()})
    shop.journeys = Journeys(postgres, VAULT, hooks)
    shop.happen(*((0, person, "Order Completed", {"sku": "c-1"}) for person in (1, 2, 300)))
    postgres.commit()
    before = _world(postgres)
    shop.work(0)
    postgres.rollback()
    assert _world(postgres) == before
    passed.clear()
    shop.work_all(0)
    postgres.commit()
    after = _world(postgres)
    assert {name for name, _ in passed} == set(found.effects())
    everybody = {
        name: {person for person, event in after["told"] if event == name}
        for _, name in after["told"]
    }
    assert everybody.pop("Coupon Given") | everybody.pop("Step Failed") == {1, 2, 300}
    assert set(everybody) == {
        "Journey Entered", "Journey Exited", "Journey Called", "Points Promised",
        "Profile Updated", "Task Created",
    }  # fmt: skip
    assert all(people == {1, 2, 300} for people in everybody.values())
    assert doing.failures(postgres)[0][1] == "delivery.coupon_exhausted"
    assert set(after["told"].values()) == {1}
    assert [(step, channel) for _, step, channel in after["messages"]] == [
        ("call", "call"), ("crm", "webhook"),
    ] * 3  # fmt: skip
    assert after["codes"] == (0, 0, 2, 0) and len(after["lists"]) == 2
    assert [step for _, step in after["notices"]] == ["desk", "tell"] * 3
    for name, doings in passed:
        found.effects()[name](postgres, VAULT, doings)
    assert _world(postgres) == after, "the same passages again do nothing"


def test_what_no_database_keeps_is_a_problem_and_no_failure(postgres: Connection) -> None:
    settings: list[tuple[str, dict[str, object]]] = [
        ("ad_audience", {"add": ["a\0b"]}),
        ("segment_member", {"add": ["a\0b"]}),
        ("go_to", {"journey": "a\0b"}),
        ("notify", {"role": "a\0b", "subject": "x"}),
        ("webhook", {"body": {"deep": [{"a\0b": None}]}}),
        ("update_profile", {"set": {"plan": "a\0b"}}),
    ]
    for kind, said in settings:
        step = msgspec.convert(said, KINDS[kind])
        assert [code for _, code, _ in found.problems(postgres, step)] == [
            "content.control_character"
        ], kind
    endless = msgspec.convert({"set": {"n": float("inf"), "m": 10**400}}, KINDS["update_profile"])
    [(place, code, _)] = found.problems(postgres, endless)
    assert (place, code) == ("set", "journeys.number_endless")
