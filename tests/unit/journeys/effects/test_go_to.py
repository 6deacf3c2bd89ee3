"""A call into another journey carries what it is given, and journeys in a circle end."""

import numpy as np

from kervan.journeys.effects import found
from kervan.journeys.hooks import Hooks
from kervan.journeys.run import Journeys
from kervan.journeys.steps.go_to import GoTo
from kervan.journeys.steps.step import LEAVE, Arrivals, NoFacts
from kervan.kernel import i18n
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import VAULT, Shop

_CALLED = """
journey:
  key: winback
  name: Win back
  trigger: {called: true}
  steps: [{key: end, kind: exit}]
"""


def test_the_call_says_where_it_came_from_and_what_it_brings(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    step = GoTo(journey="winback", pass_={"sku": "{{ event.sku }}", "price": "{{ event.price }}"})
    context = {"event": {"sku": "c-1", "price": 4}}
    doing.do(postgres, doing.passing(step, [1], context=context))
    [event] = doing.told(postgres)
    assert event["event"] == "Journey Called"
    assert event["properties"] == {
        "journey": "winback", "hops": 1, "from": "welcome", "from_run": 1, "from_step": "here",
        "sku": "c-1", "price": 4,
    }  # fmt: skip


def test_who_was_led_on_too_often_is_led_no_further(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    some = doing.passing(GoTo(journey="winback"), [1, 2])
    some.context = [b'{"event":{"hops":9}}', b'{"event":{"hops":10}}']
    doing.do(postgres, some)
    calls = doing.told(postgres, "Journey Called")
    assert [(one["person"], one["properties"]["hops"]) for one in calls] == [(1, 10)]
    assert doing.failures(postgres) == [(2, "journeys.call_too_deep")]


def test_the_journey_must_be_live_and_begin_when_it_is_called(postgres: Connection) -> None:
    shop = Shop(postgres)

    def codes() -> list[str]:
        return [code for _, code, _ in found.problems(postgres, GoTo(journey="winback"))]

    assert codes() == ["journeys.call_unknown"]
    shop.publish(_CALLED)
    assert codes() == []
    [(_, code, facts)] = found.problems(postgres, GoTo(journey="win-bak"))
    assert (code, facts["near"]) == ("journeys.call_unknown_near", "winback")
    for locale, word in (("en", "mean"), ("tr", "istediniz"), ("az", "istəyirdiniz")):
        said = i18n.say(code, locale, **facts)
        assert "“win-bak”" in said
        assert "“winback”" in said
        assert word in said
    shop.publish(_CALLED.replace("called: true", "event: Product Added"))
    assert codes() == ["journeys.call_not_called"]


def test_who_goes_on_leaves_unless_she_stays() -> None:
    none = np.zeros(1, np.int64)
    people = Arrivals(
        none, none.astype(np.int8), none.astype(np.int16), none, none, "a/b", NoFacts()
    )
    assert GoTo(journey="a").advance(people).exit.tolist() == [LEAVE]
    assert GoTo(journey="a", stay=True).advance(people).exit.tolist() == [0]
    assert (GoTo(journey="a").exits(), GoTo(journey="a", stay=True).exits()) == ((), ("next",))
    wrong = GoTo(journey="a", pass_={"from_run": 1, "sku": "c"}).problems()
    assert [(code, facts["name"]) for _, code, facts in wrong] == [
        ("journeys.call_with", "from_run")
    ]


def test_two_journeys_that_lead_into_each_other_end(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1])
    shop.journeys = Journeys(postgres, VAULT, Hooks(effects=found.effects()))
    shop.publish(_CALLED)
    shop.publish(_circle("there", "winback"))
    shop.publish(_circle("winback", "there"))
    shop.happen((0, 1, "Journey Called", {"journey": "there"}))
    for turn in range(30):
        shop.work_all(turn * 1_000)
        calls = doing.told(postgres, "Journey Called")
        if len(calls) == turn:
            break
        last = max(calls, key=lambda one: int(one["properties"]["hops"]))
        shop.happen(((turn + 1) * 1_000, 1, "Journey Called", last["properties"]))
    assert [one["properties"]["hops"] for one in calls] == [*range(1, 11)]
    assert shop.counts()["Journey Entered"] == 11
    assert doing.failures(postgres) == [(1, "journeys.call_too_deep")]


def _circle(key: str, other: str) -> str:
    on = f"{{key: on, kind: go_to, journey: {other}}}"
    return _CALLED.replace("winback", key).replace("{key: end, kind: exit}", on)
