"""Link parameters are added where there are none, and change nothing else of an address."""

import pytest

from kervan.content.links import MAX_URL_CHARS, check_utm, tagged
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.mails import compiled, rendered

UTM = {"campaign": "güz & kış", "source": "kervan"}
SAID = "utm_campaign=g%C3%BCz%20%26%20k%C4%B1%C5%9F&utm_source=kervan"

OWN = "https://a.example/?utm_campaign=&utm_source=x"
LONG = "https://a.example/" + "x" * (MAX_URL_CHARS - 20)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://a.example/", f"https://a.example/?{SAID}"),
        ("https://a.example", f"https://a.example?{SAID}"),
        ("https://a.example/?b=1#c?d", f"https://a.example/?b=1&{SAID}#c?d"),
        ("https://a.example/?", f"https://a.example/?{SAID}"),
        ("https://a.example/?b&", f"https://a.example/?b&{SAID}"),
        (OWN, OWN),
        ("https://a.example/?utm_source=x", f"https://a.example/?utm_source=x&{SAID[:43]}"),
        (LONG, LONG),
    ],
)  # fmt: skip
def test_parameters(url: str, whole: str) -> None:
    assert tagged(url, UTM) == whole
    assert tagged(url, {}) == url


def test_links_of_mails_have_them_and_our_own_do_not() -> None:
    body = (
        '<mj-text><a href="https://shop.example/a">a</a><a href="https://shop.example/{{ n }}">b'
        '</a><a href="{{ unsubscribe_url }}">c</a></mj-text>'
    )
    utm = {"campaign": "x"}
    assert compiled(body, utm=utm).static_links == ["https://shop.example/a?utm_campaign=x"]
    found = rendered(body, {"n": "n?utm_campaign=own"}, utm=utm)
    assert found.dynamic_links == ["https://shop.example/n?utm_campaign=own"]
    assert "utm" not in found.html + found.text


@pytest.mark.parametrize("utm", [{"": "x"}, {"A": "x"}, {"a b": "x"}, {"a": ""}, {"a": "x" * 201},
                                 {"a": "{{ b }}"}, {"a": "{% if %}"}, {"a": "b\nc"}])  # fmt: skip
def test_what_is_no_parameter(utm: dict[str, str]) -> None:
    with pytest.raises(KervanError) as caught:
        check_utm(utm)
    for locale in LOCALES:
        assert "content." not in caught.value.say(locale)
