"""Each check finds what it is for, with its place, and leaves alone what is fine."""

import re
import tomllib

import pytest

from kervan.content.brand.definition import Guide, Limits, Line, Logo, Sender, Words
from kervan.content.lint.check import CODE, ERROR
from kervan.content.lint.run import NAMES, lint
from kervan.kernel import i18n
from kervan.kernel.i18n import LOCALES
from tests.house.tree import ROOT
from tests.unit.content.lint.samples import BODY, mail, mjml, names, sms, subject

WORDS = tomllib.loads((ROOT / "src/kervan/content/lint/words.toml").read_text(encoding="utf-8"))


def test_what_is_fine_is_left_alone() -> None:
    assert mail() == []
    assert sms("Palto yine stokta: https://shop.example/coats") == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_check_has_its_sentences(name: str) -> None:
    """What is wrong and what to do, in every language, and not one sentence too many."""
    for locale in LOCALES:
        said = WORDS[CODE + name][locale]
        assert len(re.findall(r"[.:?](?:\s|$)|\.$", said)) >= 2, (name, locale)
    assert i18n.say(CODE + name, "tr") != i18n.say(CODE + name, "en")


def test_no_sentence_is_left_over() -> None:
    others = {"content.lint_no_message", "content.lint_clean"}
    written = {one for one in WORDS if one.startswith(CODE)} - others
    assert written == {CODE + name for name in NAMES}


@pytest.mark.parametrize(
    ("body", "more", "name"),
    [
        ("Yeni", '<mj-image src="https://shop.example/a.png" alt="Palto" />', "pictures_only"),
        (BODY, '<mj-image src="https://shop.example/a.png" />', "alt"),
        (BODY + '<a href="#">Bak</a>', "", "link_empty"),
        (BODY + '<a href="https://10.0.0.7/x">Bak</a>', "", "link_nowhere"),
        (BODY + '<a href="https://intranet/x">Bak</a>', "", "link_nowhere"),
        (BODY + '<a href="http://shop.example/x">Bak</a>', "", "link_plain"),
        ("Lorem ipsum " + BODY, "", "leftover"),
        ("*|FNAME|* " + BODY, "", "leftover"),
        ("ŞİMDİ HEMEN GEL AL " + BODY, "", "capitals"),
        ("🎉🎉🎉🎉 " + BODY, "", "emoji"),
        ("Hemen tıklayın! " + BODY, "", "spam_word"),
        ("{% if a %}<a href='{{ unsubscribe_url }}'>Çık</a>{% endif %}" + BODY, "",
         "refusal_for_some"),
        ("Seni bekliyoruz. " + BODY, "", "address_mixed"),
    ],
)  # fmt: skip
def test_a_mail(body: str, more: str, name: str) -> None:
    (found,) = mail(mjml=mjml(body, more))
    assert names([found]) == [name]
    assert found.path == "/variants/email/tr/mjml"
    for locale in LOCALES:
        assert CODE not in found.what(locale)
        assert "{" not in found.what(locale).replace("{{", "")


_OUT = "<a href='{{ unsubscribe_url }}'>Çık</a>"


@pytest.mark.parametrize(
    ("body", "reaches_all"),
    [
        (f"{{% if a %}}{_OUT}{{% elif b %}}{_OUT}{{% else %}}{_OUT}{{% endif %}}", True),
        (f"{{% if a %}}{{% if b %}}{_OUT}{{% else %}}{_OUT}{{% endif %}}"
         f"{{% else %}}{_OUT}{{% endif %}}", True),
        (f"{{% if a %}}{_OUT}{{% endif %}}{_OUT}", True),
        (f"{{% if a %}}{_OUT}{{% elif b %}}-{{% else %}}{_OUT}{{% endif %}}", False),
        (f"{{% if a %}}{_OUT}{{% elif b %}}{_OUT}{{% endif %}}", False),
        (f"{{% for one in a %}}{_OUT}{{% else %}}{_OUT}{{% endfor %}}", False),
    ],
)  # fmt: skip
def test_a_way_out_in_every_branch_reaches_everybody(body: str, reaches_all: bool) -> None:
    found = names(mail(mjml=mjml(body + BODY)))
    assert found == ([] if reaches_all else ["refusal_for_some"])


def test_the_line_of_a_finding() -> None:
    (found,) = mail(mjml=mjml(BODY, '<mj-image src="https://shop.example/a.png" />'))
    assert found.line == 3


def test_heads() -> None:
    assert names(mail(subject="Palto " * 20)) == ["subject_long"]
    assert names(mail(preheader="")) == ["preheader"]
    assert names(mail(subject="PALTOLAR YİNE BURADA")) == ["capitals"]


def test_contrast() -> None:
    """Grey on white: by WCAG's formula #777777 has 4.48 and #767676 has 4.54."""
    (found,) = mail(mjml=mjml(attributes='color="#777777"'))
    assert (names([found]), found.params["ratio"]) == (["contrast"], "4.5")
    assert mail(mjml=mjml(attributes='color="#767676"')) == []
    assert mail(mjml=mjml(attributes='color="#777777" font-size="24px"')) == []
    (found,) = mail(mjml=mjml(attributes='color="#fff"'))
    assert (names([found]), found.severity) == (["invisible"], ERROR)
    dark = mjml().replace("<mj-section>", '<mj-section background-color="#1c1c1c">')
    assert names(mail(mjml=dark)) == ["invisible"]
    picture = mjml().replace(
        "<mj-section>", '<mj-section background-url="https://shop.example/a.png">'
    )
    assert mail(mjml=picture) == []


def test_size() -> None:
    (found,) = mail(mjml=mjml(f"{BODY} " * 1_300))
    assert names([found]) == ["size"]
    assert mail(Guide("a", limits=Limits(html_kb=500)), mjml=mjml(f"{BODY} " * 1_300)) == []


def test_an_sms() -> None:
    (found,) = sms("Palto yenidən satışda", language="az")
    assert names([found]) == ["sms_letters"]
    assert found.params["letters"] == "ə"
    long = "Palto yine stokta. " * 30
    assert names(sms(long)) == ["sms_parts"]
    assert "GSM-7" in str(sms(long)[0].params["costs"])


def test_the_end_that_is_written_for_an_author_costs_too() -> None:
    text = "Palto yine stokta, bedeniniz de var, bekleriz. " * 6
    few = Guide("Çınar", limits=Limits(sms_parts=2))
    assert names(sms(text, few)) == ["sms_parts"]
    assert sms(text + "RET yaz 3456'ya gönder", few) == []


def test_hosts_that_nobody_named() -> None:
    variants = {"sms": {"tr": {"text": "Bak: https://evil.example/a https://www.shop.example"}}}
    (found,) = lint(subject(variants, link_hosts=["shop.example"]))
    assert (names([found]), found.params["host"]) == (["link_host"], "evil.example")


def test_a_template_of_whatsapp_has_no_text_to_refuse_by() -> None:
    assert names(lint(subject({"whatsapp": {"tr": {"template": "coats"}}}))) == ["refusal_missing"]


GUIDE = Guide(
    "Çınar",
    colours={"ink": "#1c1c1c"},
    fonts=("Inter",),
    logo=Logo("https://shop.example/logo.png"),
    senders={"email": (Sender("Çınar", "a@shop.example"),)},
    address={"tr": "informal"},
    words={"tr": Words(("uygun fiyatlı",), {"ucuz": "", "fırsat": "olanak"})},
    lines=(
        Line("end", {"tr": "Çınar A.Ş. İzmir"}, "TR", ("email",), ("marketing",)),
        Line("eu", {"tr": "Berlin"}, "EU"),
    ),
)


def test_the_guide() -> None:
    found = mail(
        GUIDE, mjml=mjml("UCUZLUK: " + BODY, attributes='color="#123456"'),
        from_name="Başkası", from_email="b@shop.example",
    )  # fmt: skip
    assert sorted(names(found)) == [
        "address_form", "address_form", "colour", "font", "font", "font", "line", "logo", "sender",
        "sender", "tone_word",
    ]  # fmt: skip
    assert names(found)[0] == "line"
    tone = next(one for one in found if one.code.endswith("tone_word"))
    assert tone.params == {"found": "UCUZLUK", "instead": "uygun fiyatlı"}
    for one in found:
        for locale in LOCALES:
            assert CODE not in one.what(locale)


def test_a_workspace_weighs_its_checks() -> None:
    guide = Guide("Çınar", checks={"capitals": "error", "emoji": "off"})
    found = mail(guide, mjml=mjml("ŞİMDİ HEMEN GEL AL 🎉🎉🎉🎉 " + BODY))
    assert [(name, one.severity) for name, one in zip(names(found), found, strict=True)] == [
        ("capitals", "error")
    ]
