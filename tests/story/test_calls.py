"""A journey's message is called: an agent dials, says what came of it, and it is delivered."""

import json
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from tests.sdk.door import until
from tests.simulators.verimor_switch.server import Switch
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
_TEXTS = """\
message:
  key: warranty-call
  name: Warranty call
  intent: the customer knows that her warranty ends
  purpose: transactional
  language: tr
  variants:
    call:
      tr:
        reason: "Garanti: {{ event.product }}"
        script: "Merhaba {{ person.first_name | default('') }}, garantiniz bitiyor."
---
journey:
  key: warranty
  name: Warranty
  trigger: {event: Warranty Ending}
  exit_on:
    - {event: Warranty Extended}
  steps:
    - {key: tell, kind: send, message: warranty-call, channels: [call]}
    - {key: wait, kind: wait, for: 3 days}
    - {key: end, kind: exit}
"""


def _rows(kervan: Kervan) -> list[tuple[Any, ...]]:
    return kervan.rows(
        "select m.id::text, m.state, t.state from message m join task t on t.message = m.id"
        " where m.journey = 'warranty' order by m.id"
    )


def test_a_journey_is_called_over_the_switch(kervan: Kervan, tmp_path: Path) -> None:
    with Switch() as switch:
        assert isinstance(switch, Switch)
        secret = tmp_path / "switch.json"
        anytime = {"calls_from": "00:00", "calls_until": "00:00"}
        settings = {"key": switch.key, "base_url": switch.url, **anytime}
        secret.write_text(json.dumps(settings), encoding="utf-8")
        made = kervan.cli(
            "channel", "add", "switch", "verimor_switch", "--file", str(secret), "--private"
        )
        assert made.returncode == 0 and switch.key not in made.stdout, made
        door = next(line for line in made.stdout.splitlines() if line.startswith("Webhook"))
        for number, text in enumerate(_TEXTS.split("---\n")):
            path = tmp_path / f"calls{number}.yaml"
            path.write_text(text, encoding="utf-8")
            done = kervan.cli("apply", str(path))
            assert done.returncode == 0, done
        kervan.send(
            *({"type": "identify", "userId": f"W-{one}", "traits": {
                "phone": f"+9053299988{one}{one}", "firstName": "Nigar"}} for one in (1, 2)),
            *(track("Warranty Ending", f"W-{one}", properties={"product": "Kombi"})
              for one in (1, 2)),
        )  # fmt: skip
        until(lambda: len(_rows(kervan)) == 2, lambda: kervan.log[-3000:], PATIENCE_SECONDS)
        kervan.send(track("Warranty Extended", "W-2"))
        until(lambda: sorted(one[1:] for one in _rows(kervan)) == [(7, 5), (10, 0)],
              lambda: str(_rows(kervan)), PATIENCE_SECONDS)  # fmt: skip
        task = kervan.api("POST", "/v1/calls/next").json
        assert (task["first_name"], task["reason"]) == ("Nigar", "Garanti: Kombi")
        place = f"/v1/calls/{task['id']}"
        dialled = kervan.api("POST", f"{place}/dial", {"extension": "1001"}).json
        assert dialled["over_switch"] and switch.made[0].destination == "905329998811"
        said = door.split(maxsplit=1)[1].partition("/hooks")
        heard = kervan.ask(
            "POST", "/hooks" + said[2], switch.hangup(switch.made[0], clock.now(), 25),
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert heard.status == 200, heard
        assert kervan.get(place)["suggested"] == "reached"
        done_ = kervan.api("POST", f"{place}/finish", {"outcome": "interested"}).json
    assert (done_["state"], done_["attempts"][0]["seconds"]) == ("done", 25)
    assert sorted(one[1:] for one in _rows(kervan)) == [(3, 3), (7, 5)]
    assert kervan.names("W-1", 5).count("Call Made") == 1
