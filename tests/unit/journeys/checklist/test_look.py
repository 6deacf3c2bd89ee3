"""The checklist tells what is doubtful of a journey and a message, and errors keep it back."""

import tomllib
from datetime import UTC, datetime

import pytest

from kervan.content.brand import store as brands
from kervan.content.brand.definition import Guide, Words
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import Definition, read
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Cap, Policy, Quiet
from kervan.journeys import apply, parse
from kervan.journeys.checklist import look
from kervan.journeys.checklist.item import ERROR, OK, WARNING, Item
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from tests.house.tree import ROOT
from tests.unit.journeys.test_parse import EXAMPLE

AVOID = Words(avoid={"stok": ""})
AT = datetime(2026, 11, 22, tzinfo=UTC)
JOURNEY = """
journey:
  key: coats
  name: Coats
  trigger: {event: Product Viewed}
  GOAL
  steps:
    - {key: tell, kind: send, message: coats, SETTINGS}
    - {key: done, kind: exit}
"""
FINE = JOURNEY.replace("GOAL", "goal: {event: Order Completed, within: 2 days}").replace(
    "SETTINGS", "channels: [push, sms], expires: 4 hours"
)
POOR = JOURNEY.replace("GOAL", "").replace("SETTINGS", "expires: 9 days")


def _message(**changes: object) -> Definition:
    variants = {
        "sms": {"tr": {"text": "{{ person.first_name | default('Merhaba') }}, palto stokta"}},
        "push": {"tr": {"title": "Palto", "body": "Bedeniniz şu an var"}},
    }
    whole = {"key": "coats", "name": "Coats", "intent": "Sell coats", "variants": variants,
             "utm": {"campaign": "coats"}}  # fmt: skip
    return read({**whole, **changes})


def _states(items: list[Item]) -> dict[str, str]:
    return {one.name: one.state for one in items}


def test_a_journey(postgres: Connection) -> None:
    assert _states(look.of_journey(postgres, parse.parse(FINE), "TR"))["message"] == ERROR
    messages.apply(postgres, _message(), AT, "oya")
    policy = Policy(
        caps=(Cap(name="a", most=2, per="day"),),
        quiet=(Quiet(name="night", from_="22:00", until="09:00"),),
    )
    policies.apply(postgres, policy, "oya", AT)
    fine = look.of_journey(postgres, parse.parse(FINE), "TR")
    assert {one.name for one in fine if one.state != OK} == set()
    assert {*_states(fine)} == {
        "trigger", "channels", "texts", "personal", "order", "utm", "lint", "goal", "caps",
        "quiet", "expiry",
    }  # fmt: skip
    poor = look.of_journey(postgres, parse.parse(POOR), "TR")
    assert {one.name for one in poor if one.state == WARNING} == {"goal", "order", "expiry"}
    for locale in LOCALES:
        for one in [*fine, *poor]:
            assert "journeys." not in one.say(locale)
            assert "{" not in one.say(locale)


def test_a_message(postgres: Connection) -> None:
    same = {"text": "Palto yine stokta, bekleriz hemen"}
    message = _message(
        variants={"sms": {"tr": same}, "telegram": {"tr": same}, "push": {"tr": {"title": "A"}}},
        utm={},
    )
    found = _states(look.of_message(postgres, message, "TR"))
    assert {name for name, state in found.items() if state == WARNING} == {
        "texts", "personal", "order", "utm", "caps", "quiet",
    }  # fmt: skip
    one = _states(look.of_message(postgres, _message(
        variants={"call": {"tr": {"script": "{{ person.first_name | default('') }} merhaba"}}},
        purpose="transactional",
    ), "TR"))  # fmt: skip
    assert (one["channels"], one["utm"], "caps" in one) == (WARNING, OK, False)


def test_errors_keep_a_journey_back(postgres: Connection) -> None:
    messages.apply(postgres, _message(), AT, "oya")
    brands.apply(postgres, Guide("Çınar", words={"tr": AVOID}), AT, "oya")
    apply.apply(postgres, FINE, AT)  # a warning keeps nothing back
    guide = Guide("Çınar", words={"tr": AVOID}, checks={"tone_word": "error"})
    brands.apply(postgres, guide, AT, "oya")
    with pytest.raises(KervanError) as caught:
        apply.apply(postgres, POOR, AT)
    assert caught.value.code == "journeys.checklist_refuses"
    assert "coats" in caught.value.say("az")
    assert apply.live_text(postgres, "coats") == FINE


def test_the_example_passes(postgres: Connection) -> None:
    found = _states(look.of_journey(postgres, parse.parse(EXAMPLE), "TR"))
    assert ERROR not in found.values()
    assert found["goal"] == OK


def test_every_point_has_its_words() -> None:
    text = (ROOT / "src/kervan/journeys/checklist/words.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(text)) == 38
