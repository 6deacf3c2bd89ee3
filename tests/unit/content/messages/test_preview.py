"""A preview shows each channel as the reader would get it, and where one would fail."""

import psycopg

from kervan.content.messages.check import examine
from kervan.content.messages.definition import read
from kervan.content.messages.preview import Reader, Shown, preview
from kervan.kernel.gsm import Mode
from tests.unit.content.messages.autumn import autumn


def shown(
    conn: psycopg.Connection, person: dict[str, object], **changes: object
) -> dict[str, Shown]:
    """The message by channel, as `person` would get it."""
    message = read(autumn(**changes))
    reader = Reader({"person": person}, "https://t.example", "tr")
    return {one.channel: one for one in preview(conn, message, examine(message).sources, reader)}


def test_every_channel_is_shown(postgres: psycopg.Connection) -> None:
    found = shown(postgres, {"first_name": "Ayşe", "locale": "en", "id": 7})
    assert {name: one.language for name, one in found.items()} == {
        "email": "en", "sms": "en", "web_push": "tr", "webhook": "tr", "call": "tr",
    }  # fmt: skip
    assert found["email"].fields["subject"] == "Warm again"
    assert "Ayşe" in found["email"].fields["text"]
    assert found["webhook"].fields == {"body": '{"id": 7}'}
    assert found["call"].fields == {"script": "Ayşe"}
    assert found["web_push"].links == ["https://shop.example/coats?utm_campaign=autumn"]
    assert "Ayşe" not in repr(found)


def test_one_that_fails_says_why_and_the_others_stay(postgres: psycopg.Connection) -> None:
    found = shown(postgres, {"locale": "tr"})
    error = found["call"].error
    assert error is not None
    assert error.code == "content.field_empty"
    assert found["sms"].fields["text"].startswith("Paltolar geldi: https://t.example/c/")
    assert found["sms"].links[-1] == "https://shop.example/p/all?utm_campaign=autumn"


def test_an_sms_says_what_it_costs(postgres: psycopg.Connection) -> None:
    texts = {"tr": {"text": "ş" * 100}, "az": {"text": "ə"}}
    (one,) = shown(postgres, {"locale": "tr"}, variants={"sms": texts}).values()
    parts = {count.mode: (count.parts, len(count.unsendable)) for count in one.costs}
    assert parts[Mode.UCS2] == (2, 0)
    assert parts[Mode.SINGLE] == (2, 0)
    assert parts[Mode.LOCKING] == (1, 0)
    assert parts[Mode.GSM] == (1, 1)
    (other,) = shown(postgres, {"locale": "az"}, variants={"sms": texts}).values()
    assert [count.mode for count in other.costs if not count.unsendable] == [Mode.UCS2]
    assert shown(postgres, {})["web_push"].costs == []
