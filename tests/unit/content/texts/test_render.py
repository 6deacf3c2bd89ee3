"""A text is rendered in the reader's language, bounded, and with a way to refuse."""

import pytest

from kervan.content.company import Company
from kervan.content.texts.compile import compile_text
from kervan.content.texts.render import render_text
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.mails import LINKS
from tests.unit.content.texts.messages import Scene, compiled, marketing, rendered, sms

SHOP = Company("Çınar A.Ş.", "0123456789012345", email="bilgi@cinar.example")


def test_words_stay_as_they_are() -> None:
    assert sms("Hi {{ n }}\n\n\n\n<b>&amp; {{ n }} ", {"n": "<Ayşe> & \"co\""}) == (
        "Hi <Ayşe> & \"co\"\n\n<b>&amp; <Ayşe> & \"co\""
    )  # fmt: skip
    assert sms("{{ a | money('TRY') }}", {"a": 12.5}).endswith("12.50")
    assert rendered("push", {"title": "a\n {{ n }}"}, {"n": "b\nc"}).fields["title"] == "a b c"
    assert rendered("push", {"title": "x", "collapse": "{{ n }}"}, {"n": "a b"}).fields[
        "collapse"
    ] == "ab"  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "default", "workspace", "written"),
    [
        ("tr_TR", "", "", "tr"), ("az-AZ", "en", "tr", "az"), ("EN", "tr", "tr", "en"),
        ("de", "en", "tr", "en"), ("de", "", "tr", "tr"), ("de", "", "ru", "az"),
        (None, "", "", "az"), ("", "tr", "", "tr"),
    ],
)  # fmt: skip
def test_the_readers_language(
    locale: str | None, default: str, workspace: str, written: str
) -> None:
    texts = {one: {"text": one + " {{ 1.5 | number }}"} for one in ("az", "tr", "en")}
    source = {"channel": "sms", "texts": texts, "language": default, "purpose": "transactional"}
    scene: Scene = {"person": {"locale": locale}}
    found = render_text(compile_text(source), scene, LINKS, language=workspace)
    number = "1.5" if written == "en" else "1,5"
    assert (found.language, found.fields["text"]) == (written, f"{written} {number}")


def test_links_are_tracked_and_lead_only_where_they_may() -> None:
    scene: Scene = {
        "p": {"url": "https://www.shop.example/ş", "id": "1?x=2"},
        "u": "https://evil.example",
    }
    found = rendered("sms", {
        "text": "See https://b.example/x. Or https://shop.example/p/{{ p.id }}, {{ p.url | link }}",
    }, scene)  # fmt: skip
    words = found.fields["text"].split()
    assert words[1] == LINKS.click(1) + "."
    assert words[3] == LINKS.click(2) + ","
    assert words[4] == LINKS.click(3)
    assert found.dynamic_links == [
        "https://shop.example/p/1?x=2", "https://www.shop.example/%C5%9F",
    ]  # fmt: skip
    for bad in ("https://evil.example/", "javascript:alert(1)", "//evil.example", "shop.example"):
        with pytest.raises(KervanError) as caught:
            sms("{{ u | link }}", {"u": bad})
        assert caught.value.code in ("content.link_refused", "content.link_host_refused")
        assert caught.value.status == 422


@pytest.mark.parametrize("channel", ["push", "web_push"])
def test_the_address_of_a_notice(channel: str) -> None:
    fields = {
        "title": "x",
        "url": "https://shop.example/{{ id }}",
        "image": "{{ img | default('') }}",
    }
    found = rendered(channel, fields, {"id": 7})
    assert found.fields == {"title": "x", "url": LINKS.click(1)}
    assert found.dynamic_links == ["https://shop.example/7"]
    image = rendered(channel, fields, {"id": 7, "img": "https://cdn.example/ş.png"}).fields["image"]
    assert image == "https://cdn.example/%C5%9F.png"
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://a@b.example/", "x\ny"):
        with pytest.raises(KervanError) as caught:
            rendered(channel, fields, {"id": 7, "img": bad})
        assert caught.value.code == "content.link_refused"
    whole = {"title": "x", "url": "{{ u | link }}"}
    assert rendered(channel, whole, {"u": "https://shop.example/"}).fields["url"] == LINKS.click(1)
    for bad in ("javascript:alert(1)", "shop://x", "https://evil.example/"):
        for spelled in (
            "{{ u }}",
            "{% if u %}{{ u }}{% endif %}",
            "java{{ v }}:{{ u }}"[:0] + "{{ u }}",
        ):
            with pytest.raises(KervanError):
                rendered(channel, {"title": "x", "url": spelled}, {"u": bad})


def test_an_apps_own_address_is_left_to_the_app() -> None:
    fields = {"title": "x", "url": "shop://product/{{ id }}"}
    found = rendered("push", fields, {"id": "a b"})
    assert (found.fields["url"], found.dynamic_links) == ("shop://product/ab", [])
    for spelled in ("{{ s }}:alert(1)", "java{{ s }}:x", "{% if s %}javascript:{% endif %}x"):
        with pytest.raises(KervanError):
            rendered("push", {"title": "x", "url": spelled}, {"s": "script"})


def test_a_marketing_text_ends_with_a_way_out() -> None:
    for channel in ("sms", "whatsapp", "telegram"):
        said = marketing(channel, "İndirim!", SHOP)
        assert said == f"İndirim!\nMersis 0123456789012345 Ret: {LINKS.unsubscribe_url}"
    assert marketing("sms", "Sale", Company(), "en") == f"Sale\nStop: {LINKS.unsubscribe_url}"
    for own in (
        "İndirim {{ unsubscribe_url }}", "İndirim {{ preferences_url }}",
        "İndirim. RET yaz 3456'ya gönder", "3456 nömrəsinə STOP yazın", "ÇIKIŞ icin IPTAL 5555",
    ):  # fmt: skip
        assert "Ret:" not in marketing("sms", own, SHOP), own
    for none in (
        "İndirim 3456", "RET", "ret yaz 3456", "RET" + " bir" * 30 + " 3456", "STOP 12",
        "{# RET yaz 3456 #}x", "{% if person.x %}x{% endif %} Ret",
    ):  # fmt: skip
        assert "Ret: https://t.example/u/" in marketing("sms", none, SHOP), none
    assert sms("x") == "x"
    asked = "{% if person.vip %}{{ unsubscribe_url }} RET 3456{% endif %} İndirim"
    said = compile_text({"channel": "sms", "texts": {"tr": {"text": asked}}})
    for vip in (True, False):
        text = render_text(said, {"person": {"vip": vip}}, LINKS).fields["text"]
        assert text.count("https://t.example/") == 1, text
    numbered = marketing("sms", "Mersis No 0123-4567-8901-2345", SHOP)
    assert numbered.count("Mersis") == 1


def test_a_template_of_whatsapp_has_its_own_end() -> None:
    found = rendered("whatsapp", {"template": "sale", "parameter_1": "a\n b"}, purpose="marketing")
    assert found.fields == {"template": "sale", "parameter_1": "a b", "template_language": "en"}
    own = rendered("whatsapp", {"template": "sale", "template_language": "tr_TR"})
    assert own.fields["template_language"] == "tr_TR"
    assert "template_language" not in rendered("whatsapp", {"text": "x"}).fields


@pytest.mark.parametrize(
    ("template", "scene", "code"),
    [
        ("{{ n }}", {}, "content.missing_value"),
        ("{{ n | upper }}", {}, "content.missing_value"),
        ("{{ n }}", {"n": [1]}, "content.not_printable"),
        ("{{ n }}", {"n": "x" * 1_600}, "content.field_too_long"),
        ("{{ n }}", {"n": "x" * 1_000_000}, "content.value_too_long"),
        ("{{ n }}", {"n": " "}, "content.field_empty"),
        ("{% for a in l %}{% for b in l %}{{ a }}{% endfor %}{% endfor %}",
         {"l": ["x" * 100] * 400}, "content.output_too_long"),
        ("{% for a in l %}{% for b in l %}" + "y" * 100 + "{% endfor %}{% endfor %}",
         {"l": [1] * 400}, "content.output_too_long"),
        ("{% for a in l %}{% for b in l %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}",
         {"l": [1] * 500}, "content.out_of_fuel"),
        ("{{ n * 1000000000 }}", {"n": "x"}, "content.template_failed"),
        ("{{ n % 1 }}", {"n": "%999999999s"}, "content.template_failed"),
        ("{{ n.format(1) if false }}", {"n": "x"}, ""),
    ],
)  # fmt: skip
def test_it_stays_bounded(template: str, scene: Scene, code: str) -> None:
    with pytest.raises(KervanError) as caught:
        sms(template, scene)
    if code:
        assert (caught.value.code, caught.value.status) == (code, 422)
    for locale in LOCALES:
        assert caught.value.say(locale)


def test_objects_are_no_data() -> None:
    class Door:
        key = "secret"

    with pytest.raises(KervanError, match="Door"):
        sms("{{ d.key }}", {"d": Door()})


def test_a_message_never_shows_its_words_in_a_log() -> None:
    assert "Ayşe" not in repr(rendered("sms", {"text": "{{ n }}"}, {"n": "Ayşe"}))


def test_a_compiled_message_is_prepared_once_per_language() -> None:
    one = compiled("sms", {"text": "{{ n }}"})
    assert [render_text(one, {"n": n}, LINKS).fields["text"] for n in ("a", "b")] == ["a", "b"]
