"""A commercial mail says at its end who speaks, in the reader's language, in both parts."""

import html

import pytest

from kervan.content.company import Company
from kervan.content.imprint import imprint
from kervan.content.render import render
from tests.unit.content.mails import LINKS, compiled

SHOP = Company("Çınar & Oğul A.Ş.", "0123456789012345", "İzmir", phone="+90 232 123 45 67")


@pytest.mark.parametrize(
    ("language", "kind"),
    [
        ("tr", "Ticari elektronik ileti"),
        ("az", "Kommersiya məqsədli elektron mesaj"),
        ("en", "Commercial message"),
    ],
)
def test_both_parts_say_who_speaks_before_the_ways_out(language: str, kind: str) -> None:
    template = compiled("<mj-text>x</mj-text>", purpose="marketing", language=language)
    mail = render(template, {}, LINKS, SHOP)
    assert imprint(SHOP, language).html.isascii()
    assert "&amp;" in imprint(SHOP, language).html
    title = "Çınar & Oğul A.Ş."
    for part in (html.unescape(mail.html), mail.text):
        assert kind in part
        assert title in part
        assert "0123456789012345" in part
        assert "İzmir · +90 232 123 45 67" in part
        assert part.index(title) < part.rindex("/u/")


def test_who_is_nobody_says_nothing_and_a_receipt_is_no_commercial_message() -> None:
    assert imprint(Company(email="a@b.example"), "tr") == ("", "")
    body = "<mj-text>x</mj-text>"
    plain = render(compiled(body, purpose="marketing"), {}, LINKS)
    assert "Commercial" not in plain.html + plain.text
    receipt = render(compiled(body), {}, LINKS, SHOP)
    assert SHOP.mersis not in receipt.html + receipt.text


def test_only_what_was_set_is_said() -> None:
    written = imprint(Company("Kids", website="https://kids.example"), "en")
    assert written.text.splitlines() == ["Commercial message", "Kids", "https://kids.example"]
