"""The facts of who speaks: tidied, checked, and filled from the company where a brand has none."""

from datetime import UTC, datetime

import pytest

from kervan.content import company
from kervan.content.company import Company
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

AT = datetime(2026, 11, 22, tzinfo=UTC)
WHOLE = Company("Çınar Ticaret A.Ş.", "0123 4567-8901.2345", "İzmir", "bilgi@cinar.example")


def test_facts_are_kept_tidy_and_a_brand_is_filled_from_the_company(postgres: Connection) -> None:
    assert company.every(postgres) == {}
    kept = company.save(postgres, "", WHOLE, AT)
    assert kept.mersis == "0123456789012345"
    company.save(postgres, "Küçük Çınar", Company("  Küçük  Çınar ", phone="+90 232 123 45 67"), AT)
    known = company.every(postgres)
    assert known[""] == kept
    brand = company.of(known, "Küçük Çınar")
    assert (brand.title, brand.phone) == ("Küçük Çınar", "+90 232 123 45 67")
    assert (brand.mersis, brand.email) == (kept.mersis, kept.email)
    assert company.of(known, "unknown") == kept
    assert company.of({}, "") == Company()
    assert kept.reachable
    assert not Company("x", website="https://x.example").reachable


@pytest.mark.parametrize(
    ("brand", "facts"),
    [
        ("", {"title": " "}),
        ("", {"mersis": "123"}),
        ("", {"mersis": "٠" * 16}),
        ("", {"email": "a b@x"}),
        ("", {"phone": "call me"}),
        ("", {"website": "javascript:alert(1)"}),
        ("", {"address": "x" * 201}),
        ("", {"title": "a\u202eb"}),
        ("a,b", {}),
        (" a", {}),
        ("x" * 61, {}),
    ],
)
def test_what_no_fact_may_be(postgres: Connection, brand: str, facts: dict[str, str]) -> None:
    with pytest.raises(KervanError) as caught:
        company.save(postgres, brand, Company(**{"title": "T", **facts}), AT)
    assert (caught.value.code, caught.value.status) == ("content.company_unfit", 422)
    assert company.every(postgres) == {}
