"""Rendering is strict, escapes everything, leads nowhere unforeseen, and stays bounded."""

import html as html_text
import re
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.content import links, render
from kervan.kernel.errors import KervanError
from tests.unit.content.mails import KEY, LINKS, compiled, rendered, text_of

hostile = st.text(max_size=40) | st.sampled_from([
    "<script>alert(1)</script>", "{{ 7 * 7 }}", "{% for a in b %}", "\" onmouseover=\"x", "'><b>",
    "\r\nBcc: evil@example.com", "\x01{ 7 }\x01", "\x02Dhttps://evil.example\x02", "\x02S1\x02",
    "&lt;b&gt;", "]]>", "-->", "</td>", "${7*7}", "\ud800", "\u2028", "‮",
])  # fmt: skip


class Words(HTMLParser):
    """Collects the tags and the shown text of a mail."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.said = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


@given(hostile)
def test_a_hostile_name_stays_text(name: str) -> None:
    mail = compiled(
        '<mj-text><b title="{{ n }}">{{ n }}</b></mj-text><mj-image src="https://a.example/a.png"'
        ' alt="{{ n }}" />', subject="Hi {{ n | default(\"you\") }}",
    )  # fmt: skip
    plain = render.render(mail, {"n": "x"}, LINKS)
    found = render.render(mail, {"n": name}, LINKS)
    names = [[tag for tag, _ in Words(one.html).tags] for one in (plain, found)]
    assert names[0] == names[1]
    keys = [[[k for k, _ in attrs] for _, attrs in Words(one.html).tags] for one in (plain, found)]
    assert keys[0] == keys[1]
    assert "\n" not in found.subject
    assert "\r" not in found.subject
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", found.html + found.text + found.subject)
    assert found.html.count("https://t.example/") == plain.html.count("https://t.example/")
    found.html.encode()


def test_values_are_not_templates() -> None:
    assert text_of("{{ n }}", {"n": "{{ 7 * 7 }} {% if %}"}) == "{{ 7 * 7 }} {% if %}"


@pytest.mark.parametrize(
    ("body", "context", "name", "line"),
    [
        ("{{ person.first_name }}", {"person": {}}, "person.first_name", 1),
        ("\n\n{{ person.first_name }}", {}, "person", 3),
        ("{{ person.first_name }}", {"person": {"first_name": None}}, "person.first_name", 1),
        ("\n{% for l in basket.lines %}{{ l.x }}{% endfor %}", {}, "basket", 2),
        ("{% for l in lines %}\n{{ l.x }}{% endfor %}", {"lines": [{}]}, "l.x", 2),
        ("{{ person.keys }}", {"person": {"a": 1}}, "person.keys", 1),
        ("{{ person.items.pop }}", {"person": {"items": []}}, "person.items.pop", 1),
        ("{{ a.b.c | upper }}", {"a": {}}, "a.b", 1),
    ],
)
def test_what_is_missing_is_named_with_its_line(
    body: str, context: dict[str, object], name: str, line: int
) -> None:
    with pytest.raises(KervanError) as caught:
        text_of(body, context)
    assert caught.value.code == "content.missing_value"
    assert caught.value.params["name"] == name
    assert caught.value.params["line"] == line
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("body", "context", "said"),
    [
        ("{{ a.b.c | default('x') }}", {}, "x"),
        ("{{ a.b.c | default('x') }}", {"a": {"b": {"c": "  "}}}, "x"),
        ("{{ a | default('x') }}", {"a": 0}, "0"),
        ("{{ a | upper | default('x') }}", {}, "x"),
        ("{{ a | default(b) | default('x') }}", {}, "x"),
        ("{{ a | default(b) | default('x') }}", {"b": "y"}, "y"),
        ("{% if a.b %}yes{% else %}no{% endif %}", {}, "no"),
        ("{% if a.b and a.c > 3 %}yes{% else %}no{% endif %}", {"a": {"b": 1}}, "no"),
        ("{% if not a.b %}yes{% endif %}", {}, "yes"),
        ("{% if a is defined %}yes{% else %}no{% endif %}", {}, "no"),
        ("{% if a.b is undefined %}yes{% endif %}", {"a": {}}, "yes"),
        ("{% if d %}yes{% endif %}", {"d": {"x": 1}}, "yes"),
        ("{% if d %}yes{% else %}no{% endif %}", {"d": {}}, "no"),
        ("{{ l | length }}", {"l": [{"a": 1}, {"a": 2}]}, "2"),
        ("{% for k, v in d | items %}{{ k }}={{ v }};{% endfor %}", {"d": {"x": 1}}, "x=1;"),
        ("{{ a['items'] }}{{ a.keys }}", {"a": {"items": "i", "keys": "k"}}, "ik"),
        ("{{ 'a' if b else 'c' }}", {}, "c"),
        ("{{ l[0].x }}{{ l[-1].x }}", {"l": [{"x": 1}, {"x": 2}]}, "12"),
        ("{{ l[:1] | first }}", {"l": ["p", "q"]}, "p"),
        ("{% for x in l if x > 1 %}{{ x }}{% else %}none{% endfor %}", {"l": [1]}, "none"),
        ("{% for x in l | sort(reverse=true) %}{{ x }}{% endfor %}", {"l": [1, 3, 2]}, "321"),
        ("{{ 2 + 3 * 4 - 1 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ a ~ '-' ~ b }}", {"a": 1, "b": 2},
         "13 3 3 1-2"),
        ("{{ price | money('TRY') }}", {"price": 1234.5}, "TRY1,234.50"),
    ],
)  # fmt: skip
def test_the_language(body: str, context: dict[str, object], said: str) -> None:
    assert text_of(body, context) == said


def test_each_reader_gets_her_own_letters_and_numbers() -> None:
    body = "{{ 'istanbul' | upper }} {{ 1234.5 | number }}"
    for locale, said in (("tr", "İSTANBUL 1.234,5"), ("az-AZ", "İSTANBUL 1.234,5"),
                         ("en", "ISTANBUL 1,234.5"), ("de", "ISTANBUL 1,234.5")):  # fmt: skip
        found = rendered(
            f"<mj-text>{body}</mj-text>", {"person": {"locale": locale}}, language="",
            purpose="marketing",
        )  # fmt: skip
        assert found.text.startswith(said)
        assert f'lang="{locale[:2] if locale != "de" else "en"}"' in found.html
        assert found.text.count("https://t.example/u/") == 1
    assert "istemiyorum" in rendered(
        "<mj-text>a</mj-text>", {"person": {"locale": "tr"}}, language="", purpose="marketing"
    ).html  # fmt: skip


def test_a_reader_of_turkish_gets_turkish_whatever_her_locale() -> None:
    assert text_of("{{ 'iki' | upper }}", {"person": {"locale": "en"}}, language="tr") == "İKİ"


@pytest.mark.parametrize(
    ("body", "context", "codes"),
    [
        ("{% for a in l %}{% for b in l %}{{ a }}{% endfor %}{% endfor %}",
         {"l": list(range(500))}, {"out_of_fuel"}),
        ("{% for a in l %}" + "x" * 50_000 + "{% endfor %}", {"l": [1] * 500},
         {"output_too_long"}),
        ("{% for a in l %}{{ t }}{% endfor %}", {"l": [1] * 500, "t": "x" * 15_000},
         {"output_too_long"}),
        ("{{ t * 5000000 }}", {"t": "x"}, {"template_failed"}),
        ("{{ (l * 5000000) | length }}", {"l": [1]}, {"template_failed"}),
        ("{{ t % 5 }}", {"t": "%1000000000s"}, {"template_failed"}),
        ("{{ l }}", {"l": [1]}, {"not_printable"}),
        ("{{ d }}", {"d": {"a": 1}}, {"not_printable"}),
        ("{{ none }}", {}, {"not_printable"}),
        ("{{ t }}", {"t": "x" * 20_000}, {"value_too_long"}),
        ("{{ l | length }}", {"l": [1] * 501}, {"context_too_large"}),
        ("{{ t }}", {"t": object()}, {"context_type"}),
        ("{{ t | number }}", {"t": "a"}, {"not_a_number"}),
    ],
)  # fmt: skip
def test_what_would_grow_or_break_is_stopped(
    body: str, context: dict[str, object], codes: set[str]
) -> None:
    with pytest.raises(KervanError) as caught:
        text_of(body, context)
    assert caught.value.code.removeprefix("content.") in codes
    assert caught.value.status == 422


def test_what_a_template_does_not_ask_for_cannot_stop_it() -> None:
    assert text_of("{{ a.b }}", {"a": {"b": 1, "c": "x" * 10**6, "d": object()}, "e": {1}}) == "1"


@given(
    st.text(alphabet="htps:/\\@.#?&evilshop xample%\t\n\r|[]1234\u3002ⓢ", max_size=50)
    | st.sampled_from([
        "https://shop.example@evil.example/", "https://evil.example/.shop.example",
        "https://shop.example.evil.example/", "//evil.example", "https:evil.example",
        "https://evil.example\\@shop.example", "https://shop.example\\.evil.example/",
        "javascript:alert(1)//https://shop.example", "https://shop.example\t.evil.example",
        "https://shop。example/", "HTTPS://SHOP.EXAMPLE/A", "http://[::1]/", "https://shop.example:x",
        "data:text/html,hi", " https://shop.example/a b", "https://evil%2Eexample",
        "https://shop.example%2eevil.example", "https://xn--shop.example/",
    ])
)  # fmt: skip
def test_no_address_from_data_leads_elsewhere(url: str) -> None:
    mail = compiled('<mj-text><a href="{{ u }}">x</a></mj-text>')
    found = None
    with suppress(KervanError):  # refusing is fine, and any other error is a fault
        found = render.render(mail, {"u": url}, LINKS)
    if found is None:
        return
    [target] = found.dynamic_links
    split = urlsplit(target)
    assert split.scheme in ("http", "https")
    assert split.username is None
    assert links.host_allowed(str(split.hostname), frozenset({"shop.example"}))
    assert target.isascii()
    assert not re.search(r"[\s\\<>\"]", target)
    assert url not in found.html.replace(target, "") or len(url) < 4


@given(hostile)
def test_a_fixed_origin_stays(slug: str) -> None:
    mail = compiled('<mj-text><a href="https://shop.example/{{ s }}">x</a></mj-text>')
    [target] = render.render(mail, {"s": slug or "a"}, LINKS).dynamic_links
    assert target.startswith("https://shop.example/")
    assert target.isascii()


def test_dynamic_links_are_numbered_after_the_static_ones_and_shared_by_both_parts() -> None:
    mail = compiled(
        '<mj-text><a href="https://shop.example/fixed?a=1&amp;b=2">f</a>{% for l in ls %}'
        '<a href="{{ l.u }}">{{ l.n }}</a><a href="{{ l.u }}">again</a>{% endfor %}</mj-text>'
    )
    urls = [f"https://www.shop.example/p?x={n}&y=2" for n in range(3)]
    context: dict[str, object] = {"ls": [{"u": url, "n": "n"} for url in urls]}
    found = render.render(mail, context, LINKS)
    assert mail.static_links == ["https://shop.example/fixed?a=1&b=2"]
    assert found.dynamic_links == urls
    for number in (1, 2, 3, 4):
        assert LINKS.click(number) in found.html
        assert LINKS.click(number) in found.text
    assert "shop.example/p" not in found.html + found.text
    assert found.html.count(LINKS.open_url) == 1


def test_an_image_from_data_must_be_an_image_address() -> None:
    body = '<mj-image src="{{ u }}" />'
    assert 'src="https://i.example/a.png?a=1&amp;b=%20"' in rendered(
        body, {"u": "https://i.example/a.png?a=1&b= "}
    ).html.replace('&amp;b="', '&amp;b=%20"')
    for url in ("javascript:x", "file:///etc/passwd", "", "//x.example/a.png"):
        with pytest.raises(KervanError, match="address"):
            rendered(body, {"u": url})


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_letters_of_values_are_references_as_a_browser_reads_them(name: str) -> None:
    template = compiled('<mj-text><a title="{{ n }}">ı{{ n }}!</a></mj-text>')
    found = render.render(template, {"n": f"ş{name}/x"}, LINKS).html
    said = " ".join(f"ş{name}/x".split())
    assert found.isascii()
    [title] = re.findall(r'title="([^"]*)"', found)
    assert " ".join(html_text.unescape(title).split()) == said
    assert f"ı{said}!" in " ".join(html_text.unescape(found).split())


def test_renderers_are_kept_per_template_and_freed_with_it() -> None:
    mail = compiled("<mj-text>{{ n }}</mj-text>")
    one = render.render(mail, {"n": 1}, LINKS)
    two = render.render(mail, {"n": 2}, LINKS)
    assert one.text != two.text
    assert html_text.unescape(one.html).replace("1", "2") == two.html.replace("1", "2")
    assert KEY not in one.html.encode()
