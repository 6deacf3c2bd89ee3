"""A template may ask only for what the house has; what ends or runs dry is told."""

from datetime import timedelta

import pytest

from kervan.content import known
from kervan.content.compile import EmailSource
from kervan.content.messages import apply, uses
from kervan.content.messages.definition import read
from kervan.content.texts.compile import TextSource
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import users
from tests.unit.commerce.coupons.filling import fill
from tests.unit.content.messages.autumn import autumn
from tests.unit.segments.definitions.test_store import made


def _judged(conn: Connection, text: str, brand: str = "") -> tuple[list[str], list[str]]:
    found = known.judge(conn, TextSource("sms", {"tr": {"text": text}}, brand=brand))
    codes = ([one.code.removeprefix("content.") for one in side] for side in
             (found.errors, found.warnings))  # fmt: skip
    errors, warnings = codes
    return errors, warnings


def test_coupons(postgres: Connection) -> None:
    fill(postgres, "autumn", 2)
    fill(postgres, "kids", 1, brand="kids")
    fill(postgres, "last", 1, valid_until=clock.now() + timedelta(days=2))
    fill(postgres, "dry", 0)
    assert _judged(postgres, "{{ coupons.autumn.code }} {{ coupons.autumn.percent }}") == ([], [])
    assert _judged(postgres, "{% if coupons.autumn %}x{% endif %}") == ([], [])
    assert _judged(postgres, "{{ coupons.spring.code }}") == (["coupon_pool_unknown"], [])
    assert _judged(postgres, "{{ coupons | length }}") == (["coupon_pool_unknown"], [])
    for wrong in ("coupons.autumn", "coupons.autumn.words", "coupons.autumn.valid_until"):
        assert _judged(postgres, f"{{{{ {wrong} }}}}") == (["coupon_field"], []), wrong
    for part in ("{{ coupons.autumn.code[:3] }}", "{% for c in coupons.autumn.code %}{% endfor %}"):
        assert _judged(postgres, part) == (["coupon_cut"], []), part
    assert _judged(postgres, "{{ coupons.kids.code }}") == (["coupon_other_brand"], [])
    assert _judged(postgres, "{{ coupons.kids.code }}", "kids") == ([], [])
    last = "{{ coupons.last.code }} {{ coupons.last.valid_until | date }}"
    assert _judged(postgres, last) == ([], ["coupon_ends_soon"])
    assert _judged(postgres, "{{ coupons.dry.code }}") == ([], ["coupon_pool_empty"])


def test_a_template_that_asks_for_more_is_not_saved(postgres: Connection) -> None:
    mail = EmailSource("{{ coupons.spring.code }}", "<mjml><mj-body></mj-body></mjml>")
    with pytest.raises(KervanError) as caught:
        known.check(postgres, mail)
    assert caught.value.params == {
        "part": "subject", "line": 1, "pool": "spring", "known": "–",
    }  # fmt: skip


def test_segments(postgres: Connection) -> None:
    made(postgres, "vip")
    assert _judged(postgres, "{% if segments.vip %}x{% endif %}") == ([], [])
    assert _judged(postgres, "{{ 'a' if segments.vip and x else 'b' }}") == ([], [])
    assert _judged(postgres, "{{ segments.vip }}") == (["segment_printed"], [])
    for unknown in ("segments.gold", "segments", "segments.vip.size"):
        found = _judged(postgres, f"{{% if {unknown} %}}x{{% endif %}}")
        assert found == (["segment_unknown"], []), unknown


def test_a_segment_in_use_is_kept(postgres: Connection) -> None:
    made(postgres, "vip")
    text = {"tr": {"text": "Merhaba{% if segments.vip %} VIP{% endif %}"}}
    wanted = read(autumn(variants={"sms": text}))
    apply.apply(postgres, wanted, clock.now(), "tests")
    assert uses.of_segment(postgres, "vip") == [users.Use("message", "autumn", wanted.name)]
    assert uses.of_segment(postgres, "gold") == []


def test_products(postgres: Connection) -> None:
    loop = "{% for p in products.viewed[:3] %}{{ p.name }}{% else %}-{% endfor %}"
    assert _judged(postgres, loop) == ([], [])
    assert _judged(postgres, "{{ products.basket[0].name | default('-') }}") == ([], [])
    assert _judged(postgres, "{{ products.wishlist[0].name }}") == (["products_unknown"], [])
    assert _judged(postgres, "{{ products | length }}") == (["products_unknown"], [])
    assert _judged(postgres, "{{ products.viewed[0].size }}") == (["product_field"], [])
