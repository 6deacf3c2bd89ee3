"""What a template asks of the house is found wherever it is asked."""

import pytest

from kervan.content.parse import parse
from kervan.content.references import references


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{{ coupons.a.code | upper }}", [(("coupons", "a", "code"), True)]),
        ('{{ coupons["a"].code ~ "x" }}', [(("coupons", "a", "code"), True)]),
        ("{% if segments.vip %}x{% endif %}", [(("segments", "vip"), False)]),
        ("{% if not segments.vip and x %}x{% endif %}", [(("segments", "vip"), False)]),
        ("{{ 'a' if segments.vip else coupons.a.code }}",
         [(("segments", "vip"), False), (("coupons", "a", "code"), True)]),
        ("{% for p in products.viewed[:2] %}{{ p.name }}{% endfor %}",
         [(("products", "viewed"), False)]),
        ("{% for coupons in x %}{{ coupons.a }}{% endfor %}", []),
        ("{{ products.viewed[0].name | default(coupons) }}",
         [(("products", "viewed", 0, "name"), True), (("coupons",), True)]),
        ("{{ person.coupons }}", []),
    ],
)  # fmt: skip
def test_paths(template: str, found: list[tuple[tuple[str | int, ...], bool]]) -> None:
    told = [(one.path, one.printed) for one in references(parse(template, "text"))]
    assert told == found


@pytest.mark.parametrize(
    ("expression", "cut"),
    [
        ("coupons.a.code | upper | urlencode", False),
        ("'x' ~ coupons.a.code | default('-')", False),
        ("coupons.a.code[:4]", True),
        ("coupons.a.code | truncate(5) | upper", True),
        ("(coupons.a.code | lower) | last", True),
    ],
)
def test_a_code_that_is_not_written_whole(expression: str, cut: bool) -> None:
    [found] = references(parse(f"{{{{ {expression} }}}}", "text"))
    assert found.cut == cut
