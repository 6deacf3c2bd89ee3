"""Who writes a keyword, in whatever spelling, comes into the journey that waits for it."""

import pytest

from kervan.delivery import inbound
from kervan.delivery.channels.channel import Inbound
from kervan.delivery.inbound import Ground
from kervan.journeys.entry.keywords import Keywords
from kervan.kernel import clock
from tests.unit.collect.processing import VAULT
from tests.unit.journeys.entry.conftest import publish
from tests.unit.segments.shop import Shop

PHONE = "+905321112233"


def test_a_keyword_is_heard_in_any_spelling(shop: Shop) -> None:
    shop.happen(
        {"type": "identify", "userId": "ayşe", "messageId": "1", "traits": {"phone": PHONE}}
    )
    vault = VAULT.workspace(shop.house.workspace)
    texts = [
        "merhaba",
        "Katılıyorum",
        "KATIL",
        "katil lütfen!",
        "İndirim",
        "ındırım 50",
        "indirimli",
    ]
    said = [Inbound(f"m-{i}", PHONE, clock.now(), text, "own") for i, text in enumerate(texts)]
    publish(shop, "{message: {keywords: [katıl, indirim, indirim yok], channels: sms}}")
    Keywords().step(shop.conn, 0)
    took = inbound.take(
        shop.conn, vault, "acc", "sms", said, Ground("TR", "Europe/Istanbul"), clock.now()
    )
    assert took == len(texts)
    shop.conn.commit()
    shop.settle()
    rows = shop.house.history.query(
        "SELECT properties.keyword.:String AS keyword, count() FROM events"
        " WHERE name = 'Message Received' GROUP BY keyword ORDER BY keyword"
    ).result_rows
    assert dict(rows) == {"katil": 2, "indirim": 2, None: 3}


@pytest.mark.parametrize(("text", "keyword"), [
    ("indirim yok", "indirim yok"), ("indirim yok mu", "indirim yok"), ("İNDİRİM", "indirim"),
    ("indirimler", ""), ("", ""), ("bir indirim", ""), ("indirim!", "indirim"),
])  # fmt: skip
def test_the_longest_word_counts(text: str, keyword: str) -> None:
    assert inbound.keyword_in(text, {"indirim", "indirim yok"}) == keyword
