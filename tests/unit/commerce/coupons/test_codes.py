"""Codes come in as a list judged line by line, or are made so that nobody guesses them."""

import re

import pytest

from kervan.commerce.coupons import codes
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.commerce.coupons.filling import counts, fill


def test_a_list_is_judged_line_by_line(postgres: Connection) -> None:
    fill(postgres, "winter", 1)
    fill(postgres, "autumn", 0)
    lines = ["AUT-1", " aut-2 ", "x", "AUT-1", "winter-000000", "ÇÇÇÇ", "<b>bold</b>", ""]
    taken = codes.upload(postgres, "autumn", lines)
    assert (taken.added, taken.known) == (2, 0)
    refused = [(line, why.removeprefix("commerce.coupon_code_")) for line, _, why in taken.refused]
    assert refused == [
        (3, "unfit"), (4, "twice"), (5, "elsewhere"), (6, "unfit"), (7, "unfit"), (8, "unfit"),
    ]  # fmt: skip
    again = codes.upload(postgres, "autumn", lines)
    assert (again.added, again.known, again.refused) == (0, 2, taken.refused)
    assert counts(postgres) == (2, 0, 0, 0)


def test_codes_are_made(postgres: Connection) -> None:
    fill(postgres, "autumn", 0)
    assert codes.generate(postgres, "autumn", "AUT-####-######", 1000) == 1000
    assert counts(postgres) == (1000, 0, 0, 0)
    rows = postgres.execute("select code from coupon").fetchall()
    assert all(re.fullmatch(r"AUT-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{6}", one) for (one,) in rows)
    assert {sign for (one,) in rows for sign in one[4:8]} == set(codes._SIGNS)


@pytest.mark.parametrize(
    ("pattern", "count", "code"),
    [
        ("AUTUMN", 1, "coupon_pattern_short"),
        ("AUT####", 1, "coupon_pattern_short"),
        ("A B########", 1, "coupon_pattern"),
        ("########", 0, "coupon_too_many"),
        ("########", 50_001, "coupon_too_many"),
    ],
)
def test_what_could_be_guessed_is_not_made(
    postgres: Connection, pattern: str, count: int, code: str
) -> None:
    fill(postgres, "autumn", 0)
    with pytest.raises(KervanError) as caught:
        codes.generate(postgres, "autumn", pattern, count)
    assert caught.value.code == f"commerce.{code}"
