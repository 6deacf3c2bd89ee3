"""People come into journeys by a program's call and by a schedule, through the running product."""

from datetime import timedelta
from pathlib import Path

import pytest

from kervan.kernel import clock
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
TEXT = """\
journey:
  key: KEY
  name: Entry
  trigger: TRIGGER
  steps:
    - {key: rest, kind: wait, for: 10 days}
    - {key: end, kind: exit}
"""


def _apply(kervan: Kervan, folder: Path, key: str, trigger: str) -> None:
    path = folder / f"{key}.yaml"
    path.write_text(TEXT.replace("KEY", key).replace("TRIGGER", trigger), encoding="utf-8")
    done = kervan.cli("apply", str(path))
    assert done.returncode == 0, done


def _inside(kervan: Kervan, key: str) -> int:
    rows = kervan.rows(
        "select count(*) from journey_run r join journey_version v on v.id = r.version"
        " join journey j on j.id = v.journey where j.key = %s and r.state = 1",
        key,
    )
    return int(rows[0][0])


def _arrive(kervan: Kervan, key: str) -> None:
    until(lambda: _inside(kervan, key) == 1, lambda: kervan.log[-2000:], PATIENCE_SECONDS)


def test_a_call_and_a_schedule_let_people_in(kervan: Kervan, tmp_path: Path) -> None:
    kervan.send(track("Order Completed", "entry-1", properties={"order_id": "entry-1"}))
    kervan.person("entry-1")
    _apply(kervan, tmp_path, "entry-called", "{called: true}")
    wanted = {"people": [{"customer_id": "entry-1"}, {"customer_id": "entry-nobody"}]}
    for repeated in (False, True):
        path = "/v1/journeys/entry-called/enter"
        answer = kervan.api("POST", path, wanted, idempotency_key="entry")
        assert answer.status == 202, answer
        assert (answer.json["called"], answer.json["repeated"]) == (1, repeated)
    where = {"property": "order_id", "test": {"kind": "text", "op": "eq", "values": ["entry-1"]}}
    tree = {"kind": "event", "events": ["Order Completed"], "where": [where]}
    buyers = {"key": "entry-buyers", "name": "Buyers", "tree": tree}
    assert kervan.api("POST", "/v1/segments", buyers).status == 201

    def found() -> bool:
        asked = kervan.api("GET", "/v1/segments/entry-buyers/members?form=ndjson")
        return len(asked.body.splitlines()) == 1

    until(found, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    for seconds in (3, 10, 30):  # a busy machine may need longer than that to apply it
        soon, key = clock.now() + timedelta(seconds=seconds), f"entry-once-{seconds}"
        at = f"{soon:%Y-%m-%d %H:%M:%SZ}"
        _apply(kervan, tmp_path, key, f'{{schedule: {{segment: entry-buyers, once: "{at}"}}}}')
        if kervan.get(f"/v1/journeys/{key}/times"):
            break
    for one in ("entry-called", key):
        _arrive(kervan, one)
    times = kervan.get(f"/v1/journeys/{key}/times")
    assert [(one["state"], one["people"]) for one in times] == [("done", 1)]
