"""A forecast is the sample's mean times the most messages there can be, with its interval."""

from datetime import timedelta

from kervan.delivery.spend import read, store
from kervan.delivery.spend.forecast import Line, Plan, Route, forecast, together
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.gate import NOON
from tests.unit.delivery.world import VAULT, add_people, add_phones

PRICES = [
    {"channel": "sms", "countries": ["TR"], "per": "part", "price": "0.1"},
    {"channel": "sms", "countries": ["AZ"], "per": "part", "price": "0.5"},
    {"channel": "email", "price": "0.001"},
]


def test_a_forecast_of_texts_and_mails(postgres: Connection) -> None:
    phones = add_phones(postgres, ["+905321112233", "+905321112244", "+994501112233"])
    mails = add_people(postgres, ["f@ev.example"])
    sample = [*profiles.contacts(postgres, VAULT, phones + mails).values()]
    ceiling = {"name": "texts", "most": "500", "per": "month", "channels": ["sms"]}
    wanted = read.read({"currency": "TRY", "prices": PRICES, "ceilings": [ceiling]})
    store.apply(postgres, wanted, "test", NOON - timedelta(days=1))
    routes = [Route("sms", "main", lambda _: 2), Route("email", "smtp", lambda _: 1)]
    plan = Plan("spring", "", "marketing", routes)
    texts, letters = forecast(
        postgres, wanted, plan, sample, 2_000, {"sms": 1_500, "email": 900}, NOON.date()
    )
    assert (texts.messages, texts.sampled, texts.parts) == (1_500, 3, 2.0)
    assert texts.likely == "700.00", "1,500 texts of two parts, a third of them to Azerbaijan"
    assert float(texts.low) < 700 < float(texts.high)
    assert texts.passes == ["texts"]
    assert (letters.messages, letters.likely, letters.passes) == (500, "0.50", [])
    assert texts.is_priced and letters.is_priced


def test_what_has_no_price_is_said(postgres: Connection) -> None:
    people = add_phones(postgres, ["+4915112345678"])
    sample = [*profiles.contacts(postgres, VAULT, people).values()]
    wanted = read.read({"currency": "TRY", "prices": PRICES})
    store.apply(postgres, wanted, "test", NOON)
    plan = Plan("spring", "", "marketing", [Route("sms", "main", lambda _: 1)])
    [line] = forecast(postgres, wanted, plan, sample, 10, {"sms": 10}, NOON.date())
    assert (line.is_priced, line.likely) == (False, "0.00")


def test_what_wins_is_not_known_yet() -> None:
    def line(messages: int, cost: str, channel: str = "sms", passes: str = "") -> Line:
        named = [passes] if passes else []
        return Line(channel, "main", messages, 9, 1.0, cost, cost, cost, True, named)

    tried = [[line(10, "1")], [line(10, "3", passes="texts"), line(5, "0.5", "email")]]
    rest = [(3, [line(80, "8")]), (1, [line(60, "24", passes="month"), line(20, "2", "email")])]
    texts, mails = together(tried, rest)
    assert (texts.messages, texts.low, texts.high) == (100, "12.00", "28.00")
    assert texts.likely == "16.00", "4 are sure, and three times 8 and once 24 are 12 each"
    assert texts.passes == ["texts", "month"]
    assert (mails.messages, mails.low, mails.likely, mails.high) == (25, "0.50", "1.00", "2.50")
