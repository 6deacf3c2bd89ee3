"""Who is meant, who has had enough, and which variant she always gets."""

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.onsite.decide import Deed, choose, decide, is_meant, often_enough, share
from kervan.onsite.definition import Variant
from kervan.onsite.store import Version
from kervan.segments.columns import NEVER
from kervan.segments.definitions import store as segments
from kervan.segments.live import store as membership
from tests.house.tree import ROOT
from tests.unit.onsite.people import VAULT, meet
from tests.unit.onsite.winter import campaign

_AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _deed(name: str, days: float) -> Deed:
    return Deed(f"Onsite {name}", clock.to_ms(_AT - timedelta(days=days)))


def test_who_is_meant() -> None:
    vip = campaign(audience="vip")
    assert is_meant(vip, {"vip", "others"}, _AT)
    assert not is_meant(vip, {"others"}, _AT)
    timed = campaign(**{"from": _AT.isoformat(), "until": (_AT + timedelta(days=1)).isoformat()})
    assert [is_meant(timed, set(), _AT + timedelta(days=day)) for day in (-0.01, 0, 0.99, 1)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_how_often_is_often_enough() -> None:
    twice = campaign(frequency={"person": {"times": 2, "days": 30}, "after_close_days": 7})
    assert not often_enough(twice, [_deed("Shown", 1)], _AT)
    assert often_enough(twice, [_deed("Shown", 1), _deed("Held Out", 2)], _AT)
    assert not often_enough(twice, [_deed("Shown", 1), _deed("Shown", 30)], _AT)
    assert often_enough(twice, [_deed("Closed", 6.9)], _AT)
    assert not often_enough(twice, [_deed("Closed", 7)], _AT)
    assert often_enough(twice, [_deed("Converted", 400)], _AT)
    again = campaign(frequency={"after_conversion": True, "after_close_days": 0})
    assert not often_enough(again, [_deed("Converted", 1), _deed("Closed", 0)], _AT)


def test_a_person_keeps_her_variant_and_the_weights_hold() -> None:
    variants = [Variant("a", 3), Variant("b", 1)]
    met = [choose(variants, f"{number}:winter").key for number in range(4_000)]
    assert met == [choose(variants, f"{number}:winter").key for number in range(4_000)]
    assert met.count("a") == pytest.approx(3_000, abs=120)


@pytest.mark.peer("node")
def test_a_page_counts_the_same_share() -> None:
    written = (ROOT / "snippet" / "src" / "5-triggers.js").read_text("utf-8")
    function = re.search(r"^const share = .*?^};", written, re.MULTILINE | re.DOTALL)
    assert function is not None
    asked = ["", "a", "kervan", "0199-7f:winter", "şğıİəö:kış", "x" * 300]
    script = f"{function[0]} console.log(JSON.stringify({json.dumps(asked)}.map(share)))"
    said = subprocess.run(["node", "-e", script], capture_output=True, check=True, timeout=30)
    assert json.loads(said.stdout) == [share(one) for one in asked]


def test_a_member_gets_the_words_and_nobody_else(postgres: Connection, clickhouse: Client) -> None:
    for number in (7, 9):
        meet(postgres, number)
    vip, _ = segments.create(postgres, "vip", "VIP", None, segments.Author("ayla", _AT))
    membership.filled(postgres, {vip.number: bytes(16)})
    inside = np.zeros((1, vip.number // 8 + 1), np.uint8)
    inside[0, vip.number // 8] = 1 << vip.number % 8
    membership.keep(postgres, np.array([7], np.uint32), inside, np.array([NEVER], np.int64))
    one = campaign(audience="vip", frequency={"person": {"times": 1}})
    asked = [Version("winter", False, 3, one, [], _AT, "ayla")]
    found = decide(postgres, clickhouse, VAULT, 7, asked, "tr", _AT)
    assert found["winter"]["variant"]["blocks"][0]["text"] == "Hediyeniz hazır"
    assert found["winter"]["version"] == 3
    assert decide(postgres, clickhouse, VAULT, 9, asked, "tr", _AT) == {}
    clickhouse.command(
        "INSERT INTO events_in (name, person, at, event_id, batch, properties, context) SELECT"
        " 'Onsite Shown', 7, now64(3), randomFixedString(16), 1,"
        ' \'{"campaign": "winter", "variant": "a"}\', \'{}\''
    )
    assert decide(postgres, clickhouse, VAULT, 7, asked, "tr", _AT) == {}
