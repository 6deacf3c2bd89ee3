"""A guide is read whole, and all that is wrong with it is said with its place."""

import pytest

from kervan.content.brand.definition import NONE, Guide, of
from kervan.content.brand.read import read
from kervan.content.lint.run import NAMES
from kervan.kernel.i18n import LOCALES
from kervan.kernel.shaped import NotValid

WHOLE = {
    "name": "Çınar", "colours": {"ink": "#1c1c1c"}, "fonts": ["Inter"],
    "senders": {"email": [{"name": "Çınar", "address": "a@shop.example"}]},
    "address": {"tr": "formal"}, "words": {"tr": {"avoid": {"ucuz": "uygun"}}},
    "lines": [{"name": "end", "law": "TR", "channels": ["sms"], "says": {"tr": "B001"}}],
    "checks": {"capitals": "off"},
}  # fmt: skip


def test_a_whole_guide() -> None:
    guide = read(WHOLE, NAMES)
    assert (guide.name, guide.key, guide.limits.html_kb) == ("Çınar", "", 102)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colours": {"ink": "red"}}, "/colours"),
        ({"colour": {}}, ""),
        ({"checks": {"colorr": "off"}}, "/checks"),
        ({"checks": {"capitals": "fatal"}}, "/checks"),
        ({"senders": {"pigeon": []}}, "/senders"),
        ({"logo": {"url": "javascript:alert(1)"}}, "/logo/url"),
        ({"lines": [{"name": "a", "law": "XX", "says": {"tr": "b"}}]}, "/lines/0/law"),
        ({"lines": [{"name": "a", "says": {}}]}, "/lines/0/says"),
        ({"words": {"tr": {"avoid": {"!": ""}}}}, "/words/tr"),
        ({"limits": {"html_kb": 0}}, "/limits/html_kb"),
        ({"key": " a,b"}, "/key"),
    ],
)
def test_what_is_wrong_has_a_place(change: dict[str, object], path: str) -> None:
    with pytest.raises(NotValid) as caught:
        read({**WHOLE, **change}, NAMES)
    assert caught.value.problems[0].path.startswith(path)
    for locale in LOCALES:
        assert "content.brand" not in caught.value.say(locale)


def test_no_guide_at_all() -> None:
    for value in (None, [], "x"):
        with pytest.raises(NotValid):
            read(value, NAMES)


def test_a_brand_stands_over_its_workspace() -> None:
    whole = read(WHOLE, NAMES)
    kids = Guide("Kids", "kids", fonts=("Comic",), checks={"emoji": "off"})
    found = of({"": whole, "kids": kids}, "kids")
    assert (found.fonts, found.colours) == (("Comic",), whole.colours)
    assert found.checks == {"capitals": "off", "emoji": "off"}
    assert found.lines == whole.lines
    assert of({"": whole}, "other") == whole
    assert of({}, "kids") is NONE
