"""Through the running product: why somebody is in a journey, why another is not, the numbers."""

from pathlib import Path

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
JOURNEY = """
journey:
  key: why-story
  name: Why
  trigger: {event: Why Asked, where: [{property: price, gte: 100}]}
  goal: {event: Why Answered, within: 1 day}
  steps:
    - {key: rest, kind: wait, for: 1 second}
    - {key: stay, kind: wait, for: 1 day}
    - {key: end, kind: exit, reason: no answer}
"""


def test_why_and_why_not(kervan: Kervan, tmp_path: Path) -> None:
    text = tmp_path / "why.yaml"
    text.write_text(JOURNEY, encoding="utf-8")
    done = kervan.cli("apply", str(text))
    assert done.returncode == 0, done
    kervan.send(track("Why Asked", "W-1", properties={"price": 120}))
    kervan.send(track("Why Asked", "W-2", properties={"price": 20}))
    numbers = "/v1/journeys/why-story/numbers"

    def step() -> dict[str, object]:
        return dict(kervan.get(numbers)["versions"][0]["steps"][0])

    until(lambda: step()["passed"] == {"next": 1}, lambda: f"{kervan.get(numbers)}",
          PATIENCE_SECONDS)  # fmt: skip
    said = kervan.get(f"/v1/journeys/why-story/people/{kervan.person('W-1')}/why?language=tr")
    assert "“Why Asked” geldiği için girdi (sürüm 1) (price: 120)." in said["said"]
    assert said["runs"][0]["story"][-1]["code"] == "journeys.why_stands_until"
    (there,) = kervan.get("/v1/journeys/why-story/people?figure=waiting&step=stay")["people"]
    assert there["person"] == kervan.person("W-1")
    told = kervan.cli("why", "why-story", "W-2", "--language", "az")
    assert "amma bu şərt ödənmədi: price ≥ 100." in told.stdout, told
