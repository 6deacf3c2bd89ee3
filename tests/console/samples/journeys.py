"""A journey that is live, with two people inside and one who came to its end."""

from pathlib import Path

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

JOURNEY = """\
# Somebody looks at a coat.
journey:
  key: console-coat
  name: Palto bakanlar
  trigger: {event: Coat Viewed}
  goal: {event: Coat Bought, within: 2 days, value: properties.total}
  steps:
    - key: look
      kind: wait
      until: {event: Coat Bought}
      timeout: 1 day
      next: {matched: bought, timed_out: ask}
    - {key: ask, kind: notify, role: marketer, subject: Palto}
    - {key: quiet, kind: exit, reason: no answer}
    - {key: bought, kind: exit, reason: bought}
"""


def prepare(kervan: Kervan) -> dict[str, str]:
    """The address of the journey, once its people are where they belong."""
    text = Path(kervan.config.data) / "console-coat.yaml"
    text.write_text(JOURNEY, encoding="utf-8")
    done = kervan.cli("apply", str(text))
    assert done.returncode == 0, done
    kervan.send(*(track("Coat Viewed", f"coat-{one}") for one in range(3)))

    def inside() -> int:
        return int(kervan.get("/v1/journeys/console-coat/numbers")["versions"][0]["inside"])

    until(lambda: inside() == 3, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    bought = {"total": 42, "currency": "TRY"}
    kervan.send(track("Coat Bought", "coat-0", properties=bought))
    until(lambda: inside() == 2, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    return {"/journeys/$journey": "/journeys/console-coat"}
