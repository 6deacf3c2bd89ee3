"""What keeps a campaign from going live, and what is only worth a second look."""

from typing import Any

import pytest

from kervan.kernel.shaped import NotValid
from kervan.onsite.check import contrast, examine
from tests.unit.onsite.winter import WORDS, campaign

_FORM = {
    "type": "form",
    "field": "email",
    "label": "E-posta",
    "button": "Kaydol",
    "thanks": "Sağ olun",
}
_TWO = [{"key": "a", "blocks": {"tr": WORDS}}, {"key": "b", "blocks": {"tr": WORDS}}]


def _errors(**changed: Any) -> list[tuple[str, str]]:
    with pytest.raises(NotValid) as caught:
        examine(campaign(**changed))
    return [(one.path, one.code.rpartition(".")[2]) for one in caught.value.problems]


def _with(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"tr": [WORDS[0], *blocks]}


def test_a_sound_one_has_nothing_to_be_said_about() -> None:
    assert examine(campaign()) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"variants": _TWO}, ("/blocks", "text_blocks")),
        ({"blocks": None}, ("/blocks", "text_blocks")),
        ({"blocks": None, "variants": [{"key": "a"}]}, ("/variants", "text_nothing_shown")),
        ({"blocks": None, "variants": [_TWO[0]] * 2}, ("/variants/1/key", "text_variant_twice")),
        ({"blocks": None, "variants": [_TWO[0], {"key": "b", "blocks": {"az": WORDS}}]},
         ("/variants", "text_languages")),
        ({"language": "az"}, ("/language", "text_unfit")),
        ({"place": "left"}, ("/place", "text_unfit")),
        ({"kind": "embedded"}, ("/slot", "text_slot")),
        ({"slot": "home"}, ("/slot", "text_slot")),
        ({"from": "2026-11-27T09:00:00"}, ("/from", "text_no_zone")),
        ({"from": "2026-11-27T09:00:00Z", "until": "2026-11-27T09:00:00Z"},
         ("/until", "text_never")),
        ({"triggers": {"basket_min": 2, "basket_max": 1}},
         ("/triggers/basket_max", "text_basket")),
        ({"triggers": {"urls": ["javascript:"]}}, ("/triggers/urls/0", "text_unfit")),
        ({"blocks": {"tr": []}}, ("/blocks/tr", "text_empty")),
        ({"blocks": {"tr": WORDS[1:]}}, ("/blocks/tr", "text_heading")),
        ({"blocks": _with({**_FORM, "consent": "Evet"})}, ("/blocks/tr/1", "text_form")),
        ({"blocks": _with({**_FORM, "consent": "Evet", "channel": "sms"})},
         ("/blocks/tr/1/channel", "text_unfit")),
        ({"blocks": _with({"type": "image", "url": "http://shop.example/a.png", "alt": ""})},
         ("/blocks/tr/1/url", "text_image_plain")),
        ({"blocks": _with({"type": "image", "url": "mailto:a@b.example", "alt": ""})},
         ("/blocks/tr/1/url", "text_link")),
        ({"blocks": _with({"type": "button", "text": "x", "url": "javascript:alert(1)"})},
         ("/blocks/tr/1/url", "text_link")),
        ({"blocks": _with({"type": "text", "text": "{{ person.first_name }}"})},
         ("/blocks/tr/1/text", "fallback_needed")),
        ({"blocks": _with({"type": "text", "text": "{% include 'x' %}"})},
         ("/blocks/tr/1/text", "statement_unknown")),
    ],
)  # fmt: skip
def test_each_of_these_keeps_it_back(changed: dict[str, Any], error: tuple[str, str]) -> None:
    assert error in _errors(**changed)


def test_warnings_keep_nothing_back() -> None:
    found = examine(
        campaign(
            blocks=None, look={"text": "#999999"},
            variants=[{"key": "a", "blocks": _with(_FORM)}, {"key": "nothing"}],
        )
    )  # fmt: skip
    assert [(one.path, one.code) for one in found] == [
        ("/look/text", "onsite.text_contrast"), ("/goal", "onsite.text_no_goal"),
        ("/variants/0/blocks/tr/1", "onsite.text_no_consent"),
    ]  # fmt: skip


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1f4fd8", "#1f4fd8") == 1
