"""Two rehearsals side by side: exact counts of who gets what else, both stories, the same bytes."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from clickhouse_connect.driver.client import Client

from kervan.journeys.rehearse import report, tell_both, version
from kervan.journeys.rehearse.compare import KINDS, compare
from kervan.journeys.rehearse.report import Event
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.rehearse.test_rehearse import (
    BASKET,
    crowd,
    give_addresses,
    remember,
    wanted,
)
from tests.unit.journeys.shop import Shop

SLOWER = BASKET.replace("gt: 3", "gt: 4").replace("timeout: 1 hour", "timeout: 3 hours")


def _why(event: Event) -> str:
    """An exit step gives a reason of its own; stories tell of the step."""
    return event.step if event.detail == "finished" else event.detail


def test_a_version_beside_another(postgres: Connection, clickhouse: Client, workspace: str) -> None:
    shop = Shop(postgres)
    shop.people(list(range(1, 41)))
    give_addresses(postgres, range(1, 41))
    shop.publish(SLOWER)
    remember(clickhouse, crowd(random.Random(5), 300))
    this = replace(wanted(workspace), zone="Europe/Istanbul")
    other = version.against(postgres, this, "live")
    assert version.against(postgres, this, "1") == other
    both = compare(postgres, clickhouse, this, other, 40)
    again = compare(postgres, clickhouse, this, other, 40)
    assert report.encode(both) == report.encode(again)
    # Everybody's differences counted the slow way, from the whole stories of all.
    sides = [{one.person: one.events for one in each.sample} for each in (both.this, both.other)]
    people = sorted(sides[0].keys() | sides[1].keys())
    counts: Counter[str] = Counter()
    for person in people:
        told = [each.get(person) for each in sides]
        sent = [[(e.step, e.detail, e.at) for e in one or () if e.what == "sent"] for one in told]
        left = [sorted(_why(e) for e in one or () if e.what == "left") for one in told]
        kinds = {
            "only_this": told[1] is None, "only_other": told[0] is None,
            "more": len(sent[0]) > len(sent[1]), "fewer": len(sent[0]) < len(sent[1]),
            "other_times": len(sent[0]) == len(sent[1]) and sorted(sent[0]) != sorted(sent[1]),
            "other_exit": None not in told and left[0] != left[1],
        }  # fmt: skip
        counts.update(kind for kind, yes in kinds.items() if yes)
        counts["same"] += not any(kinds.values())
    found = {one.kind: one.people for one in both.differences}
    assert found == {one: counts[one] for one in KINDS}
    assert (both.people, both.same) == (len(people), counts["same"])
    assert min(counts[one] for one in ("only_this", "more", "other_times", "other_exit")) > 0
    figures = {(one.name, one.of): one for one in both.figures}
    assert figures["sent", ""].difference == figures["sent", ""].this - figures["sent", ""].other
    [lost, *_] = both.differences
    assert lost.kind == "only_this" and len(lost.sample) == lost.people
    assert all(pair.this.events and not pair.other.events for pair in lost.sample)
    for locale in ("tr", "az", "en"):
        text = tell_both.tell(both, locale)
        assert "journeys." not in text and "delivery." not in text


def test_a_text_beside_itself_changes_nothing(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    Shop(postgres).people(list(range(1, 41)))
    give_addresses(postgres, range(1, 41))
    remember(clickhouse, crowd(random.Random(5), 100))
    this = wanted(workspace)
    both = compare(postgres, clickhouse, this, version.against(postgres, this, BASKET))
    assert both.people == both.same > 10
    assert all(one.people == 0 and not one.sample for one in both.differences)
    assert all(one.difference == 0 for one in both.figures)
    for name in ("live", "3", "0"):
        with pytest.raises(KervanError) as refused:
            version.against(postgres, this, name)
        assert refused.value.code == "journeys.rehearsal_no_version"
