"""A free answer goes within a day of her last word; an approved template at any time."""

from datetime import datetime, timedelta

import pytest

from kervan.content import store
from kervan.content.texts.compile import TextSource
from kervan.delivery import books, inbound, why
from kervan.delivery.channels.channel import Inbound
from kervan.delivery.decide import Reason
from kervan.delivery.inbound import BLOCKED, Ground
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, ended, judge
from tests.unit.delivery.world import VAULT, add_phones, intend, intents

PHONES = ["+905321112233", "+905321112234"]
DAY = timedelta(hours=24)
GROUND = Ground("TR", "Europe/Istanbul")
FREE = {"text": "Siparişiniz hazır."}
APPROVED = {"template": "order_ready", "template_language": "tr"}


def writes(conn: Connection, at: datetime, *, kind: str = "text") -> None:
    """The first of them writes to us."""
    said = Inbound("m1", PHONES[0], at, "Hazır mı?", kind=kind)
    assert inbound.take(conn, VAULT, "wa", "whatsapp", [said], GROUND, at) == 1


def want(conn: Connection, people: list[int], fields: dict[str, str], *, then: int = 0) -> None:
    """A message to each by WhatsApp, then by SMS with the version `then`."""
    version = store.save(conn, TextSource("whatsapp", {"tr": fields}, purpose="transactional"))
    wanted = intents(people, at=NOON, message_class="transactional")
    wanted.channel = ["whatsapp"] * len(people)
    wanted.template_version = [version] * len(people)
    wanted.routes = [[("sms", then)] if then else []] * len(people)
    intend(conn, wanted)


def test_only_who_wrote_within_a_day_gets_a_free_answer(postgres: Connection) -> None:
    people = add_phones(postgres, PHONES)
    writes(postgres, NOON - DAY + timedelta(seconds=1))
    want(postgres, people, FREE)
    going, results = judge(postgres, channel="whatsapp")
    assert [one.subject.person for one in going] == people[:1]
    assert ended(results) == [("suppressed", "window_closed")]
    message = results[0].claim.subject.message
    said = why.say(why.why(postgres, message), "tr")
    assert "Kişi son bir gün içinde" in said and "onaylı bir şablon" in said


@pytest.mark.parametrize(
    ("ago", "kind"), [(DAY, "text"), (timedelta(minutes=1), BLOCKED)], ids=["late", "blocked"]
)
def test_a_day_is_a_day_and_to_block_us_is_no_word(
    postgres: Connection, ago: timedelta, kind: str
) -> None:
    [person] = add_phones(postgres, PHONES[:1])
    writes(postgres, NOON - ago, kind=kind)
    want(postgres, [person], FREE)
    going, results = judge(postgres, channel="whatsapp")
    assert not going
    assert ended(results) == [("suppressed", "window_closed")]


def test_an_approved_template_goes_at_any_time(postgres: Connection) -> None:
    people = add_phones(postgres, PHONES)
    want(postgres, people, APPROVED)
    going, results = judge(postgres, channel="whatsapp")
    assert len(going) == 2 and not results


def test_where_the_window_is_shut_the_next_channel_is_taken(postgres: Connection) -> None:
    [person] = add_phones(postgres, PHONES[:1])
    text = TextSource("sms", {"tr": FREE}, purpose="transactional")
    want(postgres, [person], FREE, then=store.save(postgres, text))
    going, [result] = judge(postgres, channel="whatsapp")
    assert not going and isinstance(result, books.Reroute)
    assert (result.route, result.reason) == (1, Reason.WINDOW_CLOSED.code)
    going, _ = judge(postgres, channel="sms")
    assert [one.subject.channel for one in going] == ["sms"]
