"""A journey that somebody is in is paused, changed under her and stopped, while Kervan runs."""

from typing import Any

import pytest

from tests.story.running import PATIENCE_SECONDS, Kervan, until

pytestmark = pytest.mark.usefixtures("healthy")
PATH = "/v1/journeys/kiln"
TEXT = """
journey:
  key: kiln
  name: Kiln
  trigger: {event: Kiln Lit}
  steps:
    - {key: heat, kind: wait, for: 10 hours}
    - {key: cool, kind: wait, for: 10 hours}
    - {key: end, kind: exit}
"""
WITHOUT = TEXT.replace("    - {key: heat, kind: wait, for: 10 hours}\n", "")


def test_a_journey_changes_under_the_people_in_it(kervan: Kervan) -> None:
    def post(word: str, asked: dict[str, Any], status: int = 200, **headers: str) -> Any:
        answer = kervan.api("POST", f"{PATH}/{word}", asked, **headers)
        assert answer.status == status, answer
        return answer.json

    def standing() -> dict[str, int]:
        asked = {"text": TEXT + "# another\n"}
        return {one["step"]: one["standing"] for one in post("plan", asked)["heads"]}

    assert post("publish", {"text": TEXT})["version"] == 1
    kervan.send({"type": "track", "userId": "fire", "event": "Kiln Lit"})
    until(lambda: standing() == {"heat": 1}, PATIENCE_SECONDS)
    refused = post("publish", {"text": WITHOUT, "people": "keep"}, 422)
    assert refused["error"]["code"] == "journeys.gone_unanswered"
    assert post("pause", {"timers": "stop"})["inside"] == 1
    moved = {"text": WITHOUT, "people": "keep", "gone": {"heat": "cool"}}
    assert post("publish", moved, if_match='"1"')["version"] == 2
    post("publish", {"text": TEXT}, 409, if_match='"1"')
    until(lambda: standing() == {"cool": 1}, PATIENCE_SECONDS)
    post("resume", {"spread_seconds": 0})
    assert post("stop", {"plan": True})["inside"] == 1
    post("stop", {})
    until(lambda: kervan.api("DELETE", PATH).status == 204, PATIENCE_SECONDS)
