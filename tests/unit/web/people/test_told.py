"""A person's timeline in sentences, whole and by kind, page by page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from tests.unit.insight.conftest import tell
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.visiting import Place, open_place

__all__ = ["tell"]


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_sentences_by_kind(place: Place, tell: Any) -> None:
    number, person = meet(place, "C-1", firstName="Ali")
    now = clock.now_ms()
    tell(
        *({"name": "Page Viewed", "person": number, "at_ms": now - i} for i in range(5)),
        {"name": "Order Completed", "person": number, "at_ms": now - 9, "order_id": "A-1",
         "currency": "TRY", "value_minor": 12_000},
        {"name": "Survey Answered", "person": number, "at_ms": now - 10,
         "properties": {"answer": "+90 532 123 45 67"}},
    )  # fmt: skip
    agent = place.session(place.user("agent@shop.test", "agent"))
    send(agent, "POST", f"/v1/people/{person}/notes", {"text": "asked for size 38"})

    def told(**more: Any) -> Any:
        asked = "&".join(f"{name}={value}" for name, value in more.items())
        answer = agent.get(f"/v1/people/{person}/told?lang=tr&{asked}")
        assert answer.status == 200, answer.text
        return json.loads(answer.text)

    orders = told(of="orders")
    (order,) = orders["lines"]
    assert "A-1" in order["text"] and order["sign"] == "good" and orders["cursor"] is None
    assert [one["detail"] for one in told(of="notes")["lines"]] == ["asked for size 38"]
    assert "532 123" not in json.dumps(told())
    seen, cursor = [], ""
    for _ in range(9):
        page = told(of="events", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += page["lines"]
        cursor = page["cursor"]
        if not cursor:
            break
    assert len(seen) == len({one["id"] for one in seen}) == 6
