"""The last day for an answer is the law's, in the workspace's own calendar."""

from datetime import UTC, datetime

import pytest

from kervan.privacy import deadlines


@pytest.mark.parametrize(
    ("received", "jurisdiction", "zone", "due"),
    [
        ("2026-03-01T10:00", "TR", "Europe/Istanbul", "2026-04-01T00:00:00+03:00"),
        # 22:30 UTC is the next day in Istanbul and in Baku
        ("2026-03-01T22:30", "TR", "Europe/Istanbul", "2026-04-02T00:00:00+03:00"),
        ("2026-01-31T10:00", "EU", "Europe/Berlin", "2026-03-01T00:00:00+01:00"),
        ("2024-01-31T10:00", "EU", "Europe/Berlin", "2024-03-01T00:00:00+01:00"),
        ("2026-12-05T10:00", "EU", "Europe/Berlin", "2027-01-06T00:00:00+01:00"),
        ("2026-03-20T10:00", "EU", "Europe/Berlin", "2026-04-21T00:00:00+02:00"),
        ("2026-03-01T10:00", "AZ", "Asia/Baku", "2026-04-01T00:00:00+04:00"),
        ("2026-03-01T10:00", "", "UTC", "2026-03-30T00:00:00+00:00"),
    ],
)
def test_the_day_of_receipt_does_not_count(
    received: str, jurisdiction: str, zone: str, due: str
) -> None:
    at = datetime.fromisoformat(received).replace(tzinfo=UTC)
    assert deadlines.due_at(at, jurisdiction, zone).isoformat() == due


def test_every_term_says_where_it_stands_and_the_unknown_is_the_strictest() -> None:
    terms = deadlines.terms()
    assert set(terms) == {"TR", "EU", "AZ", "other"}
    assert all(one.source and one.unit in ("days", "months") for one in terms.values())
    at = datetime(2026, 2, 1, tzinfo=UTC)
    dues = [deadlines.due_at(at, key, "UTC") for key in terms]
    assert deadlines.due_at(at, "XX", "UTC") == min(dues)
