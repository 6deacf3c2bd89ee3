"""A branch, an experiment and a message's outcome in the running product."""

from pathlib import Path

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
_MESSAGE = {
    "key": "steps-hello",
    "name": "Hello",
    "intent": "says hello",
    "purpose": "transactional",
    "variants": {"email": {"tr": {"subject": "Merhaba", "mjml": "<mjml><mj-body/></mjml>"}}},
}
_JOURNEY = """\
journey:
  key: steps
  name: Steps
  trigger: {event: Steps Begun}
  steps:
    - key: who
      kind: branch
      ways:
        - name: buyer
          when: {kind: event, events: [Steps Ordered]}
      next: {buyer: hello, else: try}
    - key: hello
      kind: send
      message: steps-hello
      channels: [email]
      on_blocked: exit
      on_unreachable: branch
      next: {next: sent, unreachable: nowhere}
    - {key: sent, kind: exit, reason: sent}
    - {key: nowhere, kind: exit, reason: nowhere}
    - key: try
      kind: experiment
      ways: [{name: a, share: 0}, {name: b, share: 100}]
      next: {a: wrong, b: drawn}
    - {key: wrong, kind: exit, reason: wrong}
    - {key: drawn, kind: exit, reason: drawn}
"""


def _ended(kervan: Kervan, user: str) -> list[object]:
    return [
        one["properties"].get("outcome")
        for one in kervan.timeline(user)
        if one["name"] == "Journey Exited"
    ]


def test_ways_are_taken_by_what_is_true(kervan: Kervan, tmp_path: Path) -> None:
    assert kervan.api("PUT", "/v1/messages/steps-hello", _MESSAGE).status == 200
    journey = tmp_path / "steps.yaml"
    journey.write_text(_JOURNEY, encoding="utf-8")
    done = kervan.cli("apply", str(journey))
    assert done.returncode == 0, done
    mail = {"type": "identify", "userId": "T-2", "traits": {"email": "steps@ev.example"}}
    orders = [track("Steps Ordered", user) for user in ("T-1", "T-2")]
    # The order and what begins the journey come together: the branch must know of both.
    kervan.send(mail, *orders, *(track("Steps Begun", user) for user in ("T-1", "T-2", "T-3")))
    for user, outcome in (("T-1", "nowhere"), ("T-2", "sent"), ("T-3", "drawn")):
        until(
            lambda user=user, outcome=outcome: _ended(kervan, user) == [outcome],
            lambda user=user: f"{user}: {kervan.timeline(user)}\n{kervan.log[-2000:]}",
            PATIENCE_SECONDS,
        )
    [found] = kervan.get("/v1/journeys/steps/experiments")["experiments"]
    assert [one["share_now"] for one in found["ways"]] == [0, 100]
