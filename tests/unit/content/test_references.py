"""What a template asks of the house is found wherever it is asked."""

import pytest

from kervan.content.parse import parse
from kervan.content.references import Reference, references


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
    wanted = [Reference(path, 1, printed) for path, printed in found]
    assert references(parse(template, "text")) == wanted
