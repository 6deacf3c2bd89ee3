"""Each channel has its own fields; what is none of them, or lacks, is named."""

import pytest

from kervan.content.texts import kinds
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.texts.messages import compiled


def test_every_channel_of_the_contract_can_be_written() -> None:
    for channel, fields in (
        ("sms", {"text": "x"}),
        ("push", {"title": "x", "body": "y", "url": "shop://p/1", "image": "https://a.example/b",
                  "icon": "ic_sale", "data": '{"a": 1}', "collapse": "sale"}),
        ("web_push", {"body": "y", "url": "https://shop.example/", "icon": "https://a.example/i"}),
        ("whatsapp", {"text": "x"}),
        ("whatsapp", {"template": "sale", "template_language": "tr", "parameter_1": "x",
                      "parameter_2": "y", "button_1": "p/1",
                      "header_media_url": "https://a.example/b.jpg"}),
        ("telegram", {"text": "x"}),
        ("webhook", {"body": "[1]", "event": "order.placed"}),
        ("call", {"script": "x", "reason": "y"}),
        ("store", {"script": "x"}),
    ):  # fmt: skip
        assert compiled(channel, fields).variants[0].fields.keys() == fields.keys()


@pytest.mark.parametrize(
    ("channel", "fields", "code", "part"),
    [
        ("fax", {"text": "x"}, "content.channel_unknown", None),
        ("sms", {"text": "x", "title": "y"}, "content.field_unknown", "en.title"),
        ("sms", {}, "content.field_missing", "en.text"),
        ("sms", {"text": " \n"}, "content.field_missing", "en.text"),
        ("push", {"url": "https://a.example/"}, "content.field_missing", "en.title / body"),
        ("whatsapp", {"parameter_1": "x"}, "content.field_missing", "en.text / template"),
        ("whatsapp", {"text": "x", "parameter_2": "x"}, "content.fields_gap", "en.parameter_2"),
        ("whatsapp", {"text": "x", "button_01": "x"}, "content.field_unknown", "en.button_01"),
        ("whatsapp", {"text": "x", "button_21": "x"}, "content.field_unknown", "en.button_21"),
        ("whatsapp", {"text": "x", "button_": "x"}, "content.field_unknown", "en.button_"),
        ("whatsapp", {"text": "x", "button_²": "x"}, "content.field_unknown", "en.button_²"),
        ("sms", {"text": "x" * 1_000_000}, "content.source_too_long", "en.text"),
        ("webhook", {"body": " " * 3_000_000}, "content.source_too_long", "en.body"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_named(
    channel: str, fields: dict[str, str], code: str, part: str | None
) -> None:
    with pytest.raises(KervanError) as caught:
        compiled(channel, fields)
    assert (caught.value.code, caught.value.params.get("part")) == (code, part)
    for locale in LOCALES:
        assert "{" not in caught.value.say(locale)


def test_a_field_named_in_the_contract_is_known() -> None:
    whatsapp = kinds.channel("whatsapp")
    found = whatsapp.field("parameter_20")
    assert found is not None
    assert found.name == "parameter"
    assert whatsapp.field("parameter") is None
    assert whatsapp.field("button_0") is None
    assert "parameter_1" in whatsapp.names
