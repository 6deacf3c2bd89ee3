"""A text message is compiled with all its languages, and what could hurt is refused then."""

import pytest

from kervan.content.texts.compile import compile_text
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.texts.messages import compiled


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{% for a in range(10) %}{% endfor %}", "content.name_reserved"),
        ("{% include 'x' %}", "content.statement_unknown"),
        ("{% include 'https://evil.example/' %}", "content.statement_unknown"),
        ("{% import '/etc/passwd' as x %}", "content.statement_unknown"),
        ("{% set x = 1 %}", "content.statement_unknown"),
        ("{% macro m() %}{% endmacro %}", "content.statement_unknown"),
        ("{{ person.__class__ }}", "content.name_private"),
        ("{{ person['__class__'] }}", "content.name_private"),
        ("{{ person.keys() }}", "content.call"),
        ("{{ 'a' | json_value }}", "content.filter_unknown"),
        ("{{ 'a' | unlinked }}", "content.filter_unknown"),
        ("{{ 'a' | safe }}", "content.filter_unknown"),
        ("{% for a in b %}{% for c in d %}{% for e in f %}{% endfor %}{% endfor %}{% endfor %}",
         "content.too_deep"),
        ("a\x02b", "content.control_character"),
        ("{{ a", "content.unclosed"),
        ("{{ unsubscribe_url | upper }}", "content.unsubscribe_place"),
        ("{{ url | link }}", "content.link_hosts_missing"),
        ("http://{{ host }}/", "content.link_hosts_missing"),
        ("https://a.example@c.example/", "content.link_refused"),
    ],
)  # fmt: skip
def test_the_allow_list_is_that_of_mails(template: str, code: str) -> None:
    with pytest.raises(KervanError) as caught:
        compiled("sms", {"text": template}, link_hosts=[])
    assert caught.value.code == code
    for locale in LOCALES:
        assert caught.value.say(locale)


@pytest.mark.parametrize(
    ("channel", "name", "address"),
    [
        ("web_push", "url", "javascript:alert(1)"),
        ("web_push", "url", "JavaScript:alert(1)"),
        ("web_push", "url", " java\nscript:alert(1)"),
        ("web_push", "url", "data:text/html,x"),
        ("web_push", "url", "shop://product/1"),
        ("web_push", "url", "/relative"),
        ("web_push", "url", "#top"),
        ("web_push", "url", "https://user@shop.example/"),
        ("web_push", "url", "java{{ x }}:alert(1)"),
        ("push", "url", "javascript:alert(1)"),
        ("push", "url", "vbscript:x"),
        ("push", "url", "file:///etc/passwd"),
        ("web_push", "image", "file:///etc/passwd"),
        ("web_push", "image", "data:image/png;base64,xx"),
        ("whatsapp", "header_media_url", "javascript:1"),
        ("web_push", "image", "{{ unsubscribe_url }}"),
    ],
)
def test_addresses_that_may_not_be(channel: str, name: str, address: str) -> None:
    with pytest.raises(KervanError) as caught:
        compiled(channel, {"title" if channel != "whatsapp" else "text": "x", name: address})
    assert caught.value.code in (
        "content.link_refused", "content.image_refused", "content.unsubscribe_place",
    )  # fmt: skip
    assert caught.value.params["part"] == f"en.{name}"


def test_languages() -> None:
    texts = {"az": {"text": "b"}, "tr": {"text": "a"}}
    found = compile_text({"channel": "sms", "texts": texts, "language": "tr"})
    assert [one.language for one in found.variants] == ["az", "tr"]
    for bad in ({"texts": texts, "language": "en"}, {"texts": {}}):
        with pytest.raises(KervanError, match="no text"):
            compile_text({"channel": "sms", **bad})
    for worse in ({"texts": {"xx": {"text": "a"}}}, {}, {"texts": {"en": {"text": 3}}}):
        with pytest.raises(KervanError, match="not complete"):
            compile_text({"channel": "sms", **worse})


def test_links_of_all_languages_are_numbered_together() -> None:
    found = compile_text({
        "channel": "sms",
        "texts": {"en": {"text": "https://a.example/"}, "tr": {"text": "https://b.example/?a&copy=1"}},
    })  # fmt: skip
    assert found.static_links == ["https://a.example/", "https://b.example/?a&copy=1"]
    assert "S2" in found.variants[1].fields["text"]


def test_only_wanted_data_is_asked_for() -> None:
    found = compile_text({
        "channel": "sms", "link_hosts": ["a.example"],
        "texts": {"en": {"text": "{{ person.first_name }} {{ unsubscribe_url }}"},
                  "tr": {"text": "{{ basket.total }} https://a.example/{{ basket.id }}"}},
    })  # fmt: skip
    assert found.wants == {"person": {"first_name": {}}, "basket": {"total": {}, "id": {}}}
