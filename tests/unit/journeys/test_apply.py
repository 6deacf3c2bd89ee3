"""Applying a journey text: planned first, live once, versions kept, people pinned."""

from datetime import timedelta

import pytest
import yaml

from kervan.consent import preferences
from kervan.content import choice, company
from kervan.content.company import Company
from kervan.content.messages import apply as messages
from kervan.content.messages import definition
from kervan.journeys import apply, parse
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import state
from kervan.journeys.publish.state import How
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.journeys.test_parse import EXAMPLE
from tests.unit.journeys.test_run import BASKET, CUP, HOUR

AT = clock.from_ms(START_MS)


def test_the_example_can_be_applied_and_applying_it_again_changes_nothing(
    postgres: Connection,
) -> None:
    planned = apply.plan(postgres, EXAMPLE)
    assert (planned.change, planned.number, planned.inside) == ("new", 1, 0)
    assert postgres.execute("select count(*) from journey_version").fetchone() == (0,)
    assert apply.apply(postgres, EXAMPLE, AT) == planned
    again = apply.apply(postgres, EXAMPLE, AT)
    assert (again.change, again.number) == ("same", 1)
    assert postgres.execute("select count(*) from journey_version").fetchone() == (1,)
    for locale in LOCALES:
        said = apply.plan(postgres, EXAMPLE, locale).say(locale)
        assert "journeys." not in said
        assert len(said.splitlines()) == 7


def test_a_new_version_takes_newcomers_and_those_inside_stay(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2])
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    changed = BASKET.replace("timeout: 1 hour", "timeout: 5 hours")
    planned = apply.plan(postgres, changed)
    assert (planned.change, planned.before, planned.number, planned.inside) == ("changed", 1, 2, 1)
    shop.publish(changed)
    shop.happen((1, 2, "Product Added", CUP))
    shop.work(1)
    assert [run[5] for run in shop.runs()] == [HOUR, 5 * HOUR + 1]
    shop.publish(BASKET)
    assert apply.plan(postgres, BASKET).number == 3, "going back is a version too"
    shop.work(HOUR)
    assert len(shop.messages()) == 1


def test_a_stopped_journey_is_left_by_everybody_in_the_next_turn(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2])
    shop.publish(BASKET)
    shop.happen((0, 1, "Product Added", CUP), (0, 2, "Product Added", CUP))
    shop.work(0)
    at = clock.from_ms(START_MS + 10)
    assert state.do(postgres, "basket", "stop", How(), at, "x").inside == 2
    shop.work(10)
    assert shop.left() == {"stopped": 2}
    shop.happen((20, 1, "Product Added", CUP))
    assert shop.work(20).signals == 0
    assert shop.publish(BASKET).change == "changed", "the same text again is a new version"
    shop.happen((30, 1, "Product Added", CUP))
    assert shop.work(30).entered == 1


def test_a_bad_template_is_told_with_its_line_in_the_journey(postgres: Connection) -> None:
    broken = EXAMPLE.replace("{% endfor %}", "{% endfro %}")
    line = 1 + next(i for i, one in enumerate(broken.splitlines()) if "endfro" in one)
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, broken, AT)
    problem = caught.value.problems[0]
    assert problem.code.startswith("content.")
    assert problem.line == line, problem


def test_an_unknown_topic_is_told_with_its_line_and_the_known_ones(postgres: Connection) -> None:
    line = 1 + next(i for i, one in enumerate(EXAMPLE.splitlines()) if "subject:" in one)
    indent = EXAMPLE.splitlines()[line - 1].partition("subject:")[0]
    lines = EXAMPLE.splitlines()
    lines.insert(line, f"{indent}topic: tee")
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    preferences.set_topics(postgres, [preferences.Topic("tea", names)])
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, "\n".join(lines), AT)
    [problem] = caught.value.problems
    assert (problem.code, problem.line) == ("content.topic_unknown", line + 1)
    assert problem.params["known"] == "tea"


def test_a_message_takes_its_topic_and_brand_to_the_outbox(postgres: Connection) -> None:
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    preferences.set_topics(postgres, [preferences.Topic("tea", names)])
    company.save(postgres, "kids", Company("Kids"), AT)
    shop = Shop(postgres)
    shop.people([1])
    shop.publish(BASKET.replace("subject:", "topic: tea, brand: kids, subject:"))
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    shop.work(HOUR)
    rows = postgres.execute("select topic, brand from message").fetchall()
    assert rows == [("tea", "kids")]


def test_an_unknown_journey_is_said(postgres: Connection) -> None:
    with pytest.raises(KervanError) as caught:
        state.do(postgres, "x", "stop", How(), AT, "x")
    assert (caught.value.code, caught.value.status) == ("journeys.unknown_journey", 404)


def test_a_commercial_message_without_what_the_law_wants_does_not_go_live(
    postgres: Connection,
) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, EXAMPLE, AT, law="TR")
    [problem] = caught.value.problems
    assert problem.code == "content.required_missing"
    assert "--mersis" in str(problem.params["missing"])
    assert "message:" in EXAMPLE.splitlines()[problem.line - 2]
    company.save(postgres, "", Company("Çınar A.Ş.", "0" * 16, "İzmir"), AT)
    assert apply.apply(postgres, EXAMPLE, AT, law="TR").change == "new"


MESSAGE = """
message:
  key: basket-reminder
  name: Basket reminder
  intent: come back to the basket
  purpose: transactional
  language: tr
  variants:
    sms:
      tr: {text: "Sepetinizde {{ basket.items }} ürün var"}
      en: {text: "{{ basket.items }} items are waiting"}
    email:
      tr: {subject: "Sepetiniz", mjml: "TOP{{ basket.items }} ürünEND"}
      en: {subject: "Your basket", mjml: "TOP{{ basket.items }} itemsEND"}
""".replace("TOP", "<mjml><mj-body><mj-section><mj-column><mj-text>").replace(
    "END", "</mj-text></mj-column></mj-section></mj-body></mjml>"
)
SENDS = """
journey:
  key: basket
  name: Basket
  trigger: {event: Product Added}
  keep: [basket]
  steps:
    - key: remind
      kind: send
      message: basket-reminder
      channels: [sms, email]
      expires: 2 hours
      priority: 7
    - key: end
      kind: exit
"""


def test_a_step_sends_a_kept_message_by_an_order_of_channels(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1])
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, SENDS, AT)
    [problem] = caught.value.problems
    assert problem.code == "journeys.message_unknown"
    assert SENDS.splitlines()[problem.line - 1].strip() == "message: basket-reminder"
    message = definition.read(yaml.safe_load(MESSAGE)["message"])
    messages.apply(postgres, message, AT, "oya")
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, SENDS.replace("basket-reminder", "basket-remind"), AT)
    [problem] = caught.value.problems
    assert problem.code == "journeys.message_unknown_near"
    assert "Did you mean “basket-reminder”?" in caught.value.say()
    with pytest.raises(JourneyNotValid) as caught:
        apply.apply(postgres, SENDS.replace("[sms, email]", "[sms, push]"), AT)
    assert caught.value.problems[0].code == "journeys.channel_not_written"
    shop.publish(SENDS)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    [(channel, cls, priority, routes, template)] = postgres.execute(
        "select channel, class, priority, routes, template_version from message"
    ).fetchall()
    assert (channel, cls, priority) == ("sms", "transactional", 7)
    assert [one[0] for one in routes] == ["sms", "email"]
    assert routes[0][1] == template
    both = choice.load(postgres, [routes[1][1]])[routes[1][1]]
    assert set(both.by) == {"tr", "en"}
    assert both.of("en-GB") == both.by["en"]
    assert both.of("az") == both.by["tr"], "the message's own language for all others"


def test_a_step_sends_by_the_best_channel_at_the_best_hour(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1])
    messages.apply(postgres, definition.read(yaml.safe_load(MESSAGE)["message"]), AT, "oya")
    best = SENDS.replace(
        "channels: [sms, email]",
        "channels: best\n      order: [email, sms]\n      explore: 0\n      time: best\n"
        '      window: {from: "03:00", until: "03:30"}',
    )
    shop.publish(best)
    shop.happen((0, 1, "Product Added", CUP))
    shop.work(0)
    [(channel, routes, chosen, waits, lives)] = postgres.execute(
        "select channel, routes, choice, not_before > intended_at, expires_at - not_before"
        " from message"
    ).fetchall()
    assert (channel, [one[0] for one in routes]) == ("email", ["email", "sms"])
    assert chosen["channel"]["best"] == "email"
    assert (chosen["time"]["hour"], waits, lives) == (3, True, timedelta(hours=2))


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("channels: [best, sms]", "journeys.best_alone"),
        ("order: [sms]", "journeys.order_needs_best"),
        ("channels: best\n      explore: 0.9", "journeys.explore_range"),
        ('time: best\n      window: {from: "9"}', "journeys.window_clock"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said(setting: str, code: str) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        parse.parse(SENDS.replace("channels: [sms, email]", setting))
    assert [one.code for one in caught.value.problems] == [code]
