"""A value that may be missing is found wherever nothing stands in for it."""

import pytest

from kervan.content.messages.fallbacks import bare
from kervan.content.parse import parse


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ a.b }}", "a.b"), ("{{ a['b c'][0] }}", "a.b c[0]"), ("{{ a | upper }}", "a"),
        ("{{ a | default('x') }}", ""), ("{{ a | default(b) }}", "b"),
        ("{{ a | upper | default('x') }}", ""), ("{{ (a | default(1)) + b }}", "b"),
        ("{% if a.b %}{{ a.b }}{{ a.c }}{% endif %}", "a.c"),
        ("{% if a %}{{ a.b }}{% endif %}", "a.b"),
        ("{% if a and b %}{{ a }}{{ b }}{% else %}{{ a }}{% endif %}", "a"),
        ("{% if a or b %}{{ a }}{% endif %}", "a"),
        ("{% if not a %}x{% else %}{{ a }}{% endif %}", "a"),
        ("{% if a is defined %}{{ a }}{% endif %}", ""),
        ("{% if a > 3 %}{{ a }}{% elif b %}{{ b }}{{ a }}{% endif %}", "a"),
        ("{% if a == 'x' %}{% if b %}{{ a }}{{ b }}{% endif %}{{ b }}{% endif %}", "b"),
        ("{{ a if a else b }}", "b"), ("{{ a if b }}", "a"), ("{{ 'x' if a else 'y' }}", ""),
        ("{% for l in a.b %}{{ l.x }}{{ loop.index }}{{ c }}{% endfor %}{{ l }}", "a.b c l"),
        ("{% for l in a | default([]) %}{{ l }}{% endfor %}", ""),
        ("{{ unsubscribe_url }}", ""), ("plain", ""), ("{{ 1 + 2 }}", ""),
        ("{{ [a, b] | join }}", "a b"), ("{{ a[0:2] }}", "a"),
    ],
)  # fmt: skip
def test_what_is_bare(template: str, names: str) -> None:
    assert " ".join(one.name for one in bare(parse(template, "text"))) == names


def test_each_is_told_once_with_its_first_line() -> None:
    assert bare(parse("\n{{ a }}\n{{ a }}", "text"))[0] == ("a", 2)


def test_a_coupon_is_there_as_a_whole() -> None:
    guarded = "{% if coupons.a %}{{ coupons.a.code }} {{ coupons.b.code }}{% endif %}"
    assert [one.name for one in bare(parse(guarded, "text"))] == ["coupons.b.code"]


def test_a_loop_over_products_says_what_stands_for_none() -> None:
    loop = "{% for p in products.viewed[:3] %}{% if p.brand %}b{% else %}n{% endif %}"
    assert [one.name for one in bare(parse(loop + "{% endfor %}", "text"))] == ["products.viewed"]
    assert bare(parse(loop + "{% else %}none{% endfor %}", "text")) == []
    asked = "{% if products.viewed %}" + loop + "{% endfor %}{% endif %}"
    assert bare(parse(asked, "text")) == []
    assert bare(parse("{% for p in other %}{% else %}{% endfor %}", "text")) != []
