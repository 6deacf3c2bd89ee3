"""What may go live is told with what its author should look at again."""

import pytest

from kervan.content.messages.check import examine
from kervan.content.messages.definition import read
from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn


def warned(value: object) -> list[tuple[str, str]]:
    """(code, place) of each warning."""
    found = examine(read(value)).warnings
    for one in found:
        for locale in LOCALES:
            assert "content." not in one.say(locale)
    return [(one.code, one.path) for one in found]


def test_a_message_made_for_each_channel_warns_of_nothing() -> None:
    assert warned(autumn()) == []
    assert warned(autumn(intent="")) == [("content.message_intent", "/intent")]


COPY = "Sevdiğiniz palto bu hafta yüzde yirmi indirimde, kaçırmayın"
MJML = "<mjml><mj-head><mj-title>x</mj-title></mj-head><mj-body><mj-section><mj-column><mj-text>"
MJML_END = "</mj-text></mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize(
    ("one", "other", "copied"),
    [
        ({"sms": {"tr": {"text": COPY}}}, {"telegram": {"tr": {"text": COPY}}}, True),
        ({"sms": {"tr": {"text": COPY}}}, {"push": {"tr": {"body": f"  {COPY.upper()}!"}}}, True),
        ({"sms": {"tr": {"text": COPY}}}, {"push": {"tr": {"body": f"  {COPY}!"}}}, True),
        ({"sms": {"tr": {"text": COPY}}}, {"email": {"tr": {
            "subject": "x", "mjml": f"{MJML}<b>{COPY}</b>{MJML_END}"}}}, True),
        ({"sms": {"tr": {"text": COPY}}}, {"telegram": {"tr": {"text": "Palto ucuzladı"}}}, False),
        ({"sms": {"tr": {"text": COPY}}}, {"telegram": {"az": {"text": COPY}}}, False),
        ({"push": {"tr": {"body": COPY}}}, {"web_push": {"tr": {"body": COPY}}}, False),
        ({"sms": {"tr": {"text": "Palto geldi"}}}, {"telegram": {"tr": {"text": "Palto geldi"}}},
         False),
        ({"sms": {"tr": {"text": COPY * 20}}}, {"telegram": {"tr": {"text": COPY * 20}}}, True),
    ],
)  # fmt: skip
def test_a_text_that_was_copied(
    one: dict[str, object], other: dict[str, object], copied: bool
) -> None:
    (second,) = other
    wanted = [("content.message_copied", f"/variants/{second}/tr")] if copied else []
    assert warned(autumn(variants={**one, **other}, language="")) == wanted


def test_what_data_may_lack_is_warned_of() -> None:
    text = {"tr": {"text": "{{ order.total | number }} {% for l in lines %}{{ l.x }}{% endfor %}"}}
    found = examine(read(autumn(variants={"sms": text}))).warnings
    assert [(one.code, one.params["name"]) for one in found] == [
        ("content.fallback_needed", "order.total"), ("content.fallback_needed", "lines"),
    ]  # fmt: skip


def test_who_gets_an_email_has_an_address() -> None:
    mail = {"subject": "{{ person.email }}", "mjml": f"{MJML}x{MJML_END}"}
    assert warned(autumn(variants={"email": {"tr": mail}})) == []
