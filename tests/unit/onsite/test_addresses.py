"""Which addresses a piece may lead to: everything else is refused, whatever its spelling."""

import pytest

from kervan.onsite.addresses import sound

_HOSTS = frozenset({"shop.example"})


@pytest.mark.parametrize(
    "url",
    ["/", "/coats?page=2#top", "https://shop.example/a", "https://www.shop.example/ç",
     "mailto:a.b@shop.example?subject=x", "tel:+902123334455"],
)  # fmt: skip
def test_these_are_followed(url: str) -> None:
    assert sound(url, _HOSTS)


@pytest.mark.parametrize(
    "url",
    ["", "coats", "//evil.example", "/\\evil.example", "/%5cevil.example", "/a%0d%0ab", "/a b",
     "https://evil.example/", "https://shop.example@evil.example/", "https://shop.example.evil.example",
     "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
     "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "https:/evil.example",
     "mailto:a@b.example%0abcc:x@y.example", "tel:javascript"],
)  # fmt: skip
def test_these_are_not(url: str) -> None:
    assert not sound(url, _HOSTS)


def test_a_picture_is_fetched_and_no_address_of_mail() -> None:
    assert sound("/coat.svg", _HOSTS, fetched=True)
    assert not sound("mailto:a@shop.example", _HOSTS, fetched=True)
    assert not sound("tel:123", _HOSTS, fetched=True)
