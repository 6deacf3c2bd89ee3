"""A broadcast to a segment: written, counted, started, stopped, resumed, and exactly complete."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan

pytestmark = pytest.mark.usefixtures("healthy")
_PEOPLE = 6
_SEGMENT = {
    "key": "autumn", "name": "Autumn",
    "tree": {"kind": "trait", "trait": "season",
             "test": {"kind": "text", "op": "eq", "values": ["autumn"]}},
}  # fmt: skip
_MESSAGE = {
    "key": "autumn-coats",
    "name": "Autumn coats",
    "intent": "everybody hears of the coats once",
    "variants": {"email": {"tr": {
        "subject": "{{ person.first_name | default('Merhaba') }}, paltolar geldi",
        "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>"
                '<a href="https://shop.example/coats">Paltolar</a>'
                "</mj-text></mj-column></mj-section></mj-body></mjml>",
    }}},
}  # fmt: skip
_BROADCAST = """\
broadcast:
  key: autumn
  name: Autumn coats
  segment: autumn
  message: autumn-coats
"""


def _apply(kervan: Kervan, folder: Path, text: str) -> None:
    path = folder / "text.yaml"
    path.write_text(text, encoding="utf-8")
    done = kervan.cli("apply", str(path))
    assert done.returncode == 0, done


def _watch(kervan: Kervan) -> list[dict[str, Any]]:
    """What is told while it runs; at every moment all of the audience are somewhere."""
    asked = Request(
        f"{kervan.address}/v1/broadcasts/autumn/live",
        headers={"Authorization": f"Bearer {kervan.token}"},
    )
    with urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = [line.decode() for line in answer]  # it ends when the broadcast has ended
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    for one in told:
        assert one["unplanned"] + sum(one["first"]["states"].values()) == one["audience"], one
    assert all(one != other for one, other in pairwise(told)), "only what has changed is told"
    return told


def test_a_segment_is_written_to_once(kervan: Kervan, tmp_path: Path) -> None:
    kervan.say_who_speaks()
    assert kervan.api("POST", "/v1/segments", _SEGMENT).status == 201
    put = kervan.api("PUT", "/v1/messages/autumn-coats", _MESSAGE)
    assert put.status == 200, put
    _apply(kervan, tmp_path, _BROADCAST)
    for n in range(_PEOPLE):
        kervan.send({"type": "identify", "userId": f"C-{n}", "traits": {
            "email": f"coat-{n}@ev.example", "season": "autumn", "language": "tr"}})  # fmt: skip
    for n in range(1, _PEOPLE):  # the first one never agreed
        person = kervan.person(f"C-{n}")
        said = {"channel": "email", "status": "granted"}
        answer = kervan.api("POST", f"/v1/people/{person}/consents", said)
        assert answer.status < 300, answer
    until(lambda: kervan.get("/v1/broadcasts/autumn/headcount")["count"] == _PEOPLE,
          lambda: str(kervan.get("/v1/broadcasts/autumn/headcount")), PATIENCE_SECONDS)  # fmt: skip
    until(lambda: kervan.get("/v1/broadcasts/autumn/headcount")["reach"] == {"email": _PEOPLE - 1},
          lambda: str(kervan.get("/v1/broadcasts/autumn/headcount")), PATIENCE_SECONDS)  # fmt: skip
    assert kervan.api("POST", "/v1/broadcasts/autumn/stop", {"reason": "no"}).status == 409
    started = kervan.api("POST", "/v1/broadcasts/autumn/start")
    assert started.status == 200, started
    again = kervan.api("POST", "/v1/broadcasts/autumn/start")
    assert (again.status, again.code) == (409, "delivery.broadcast_status")
    told = _watch(kervan)[-1]
    assert told["status"] == "done"
    assert kervan.get("/v1/broadcasts/autumn/progress")["first"] == told["first"]
    assert told["audience"] == told["first"]["final"] == _PEOPLE
    assert told["first"]["states"]["accepted"] == _PEOPLE - 1
    assert told["first"]["reasons"] == {"delivery.no_consent": 1}
    shown = kervan.cli("broadcast", "show", "autumn", "--json")
    assert json.loads(shown.stdout)["first"] == told["first"]
    rows = kervan.rows("select count(*), count(distinct person) from message where run < 0")
    assert rows == [(_PEOPLE, _PEOPLE)]
    names = kervan.names("C-1", 2)
    assert names.count("Message Sent") == 1
