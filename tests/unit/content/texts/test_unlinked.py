"""Whatever a value says, it is no address in an SMS unless its host was named."""

import pytest

from kervan.content.texts.unlinked import unlinked
from tests.unit.content.texts.messages import rendered, sms

HOSTS = frozenset(["shop.example"])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Win at evil.example", "Win at evil. example"),
        ("https://evil.example/a.b?c", "https: evil. example/a. b?c"),
        ("HTTPS://EVIL.EXAMPLE", "HTTPS: EVIL. EXAMPLE"),
        ("www.evil.example:80/x", "www. evil. example:80/x"),
        ("evil.com/x@shop.example", "evil. com/x@shop. example"),
        ("https://shop.example@evil.example/", "https: shop. example@evil. example/"),
        ("ev\u0131l.com", "ev\u0131l. com"),
        ("tg://resolve?domain=x", "tg: resolve?domain=x"),
        ("shop.example/sale", "shop.example/sale"),
        ("https://www.shop.example/sale", "https://www.shop.example/sale"),
        ("ayse@posta.example", "ayse@posta.example"),
        ("3.5 kg, No.12, 24.12.2026, 09.30", "3.5 kg, No.12, 24.12.2026, 09.30"),
        ("Ayşe", "Ayşe"), (3.5, 3.5), ("", ""),
        ("https://shop.example/" + "a." * 200 + "b", "https://shop.example/" + "a." * 200 + "b"),
        ("evil.example/" + "a" * 300, "evil. example/" + "a" * 300),
        # Each took many seconds once: time by the square of a word's length.
        ("a" * 15_999 + ".", "a" * 15_999 + "."), ("a." * 8_000, "a. " * 7_999 + "a."),
    ],
)  # fmt: skip
def test_an_address_in_a_value(value: object, shown: object) -> None:
    assert unlinked(value, HOSTS) == shown


def test_it_holds_in_texts_that_readers_can_tap_and_spares_addresses_of_the_author() -> None:
    scene: dict[str, object] = {"n": "evil.example", "url": "https://shop.example/a?b=c.example"}
    assert sms("Hi {{ n }}!", scene) == "Hi evil. example!"
    assert sms("Hi {{ 'x' if gone else n }}!", scene) == "Hi evil. example!"
    assert sms("https://shop.example/?q={{ n }}", scene).startswith("https://t.example/c/")
    found = rendered("sms", {"text": "https://shop.example/?q={{ n }} {{ url | link }}"}, scene)
    assert found.dynamic_links == [
        "https://shop.example/?q=evil.example", "https://shop.example/a?b=c.example",
    ]  # fmt: skip
    written = rendered("whatsapp", {"template": "t", "parameter_1": "{{ n }}"}, scene)
    assert written.fields["parameter_1"] == "evil. example"
