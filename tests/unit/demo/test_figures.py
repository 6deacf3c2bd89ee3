"""Our figures stand beside the published ones, and a wrong one is seen."""

import dataclasses
from decimal import Decimal

from kervan.demo import figures

_OURS = dataclasses.replace(
    figures.PUBLISHED, repeat_share=Decimal(2845) / 4338, cohort=(*figures.PUBLISHED.cohort, 352)
)


def test_the_same_figures_are_the_same_at_the_published_precision() -> None:
    rows = figures.compare(_OURS, "en")
    assert len(rows) == 10
    assert all(row.same for row in rows)
    assert {row.key: row.ours for row in rows}["revenue"] == "8,911,407.904"
    assert {row.key: row.ours for row in figures.compare(_OURS, "az")}["revenue"] == (
        "8.911.407,904"
    )


def test_a_penny_more_is_seen() -> None:
    wrong = dataclasses.replace(_OURS, revenue=_OURS.revenue + Decimal("0.01"))
    assert [row.key for row in figures.compare(wrong, "tr") if not row.same] == ["revenue"]
