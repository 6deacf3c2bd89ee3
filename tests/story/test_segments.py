"""A marketer previews, saves and lists a segment over the API; a text makes another, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
_EVENT = "Lesson Opened"
_OPENED: dict[str, Any] = {
    "kind": "event",
    "events": [_EVENT],
    "window": {"kind": "last", "span": {"amount": 1}},
    "test": {"kind": "number", "op": "gte", "value": 2},
}
_TEXT = """\
segment:
  key: pupils-of-baku
  name: Bakı’dan öğrenciler
  tree:
    kind: all
    of:
      - {kind: member, segment: pupils}
      - {kind: trait, trait: city, test: {kind: text, op: eq, values: [Bakı]}}
"""


def _people(kervan: Kervan) -> None:
    """Three people: two opened two lessons, of whom one lives in Bakı."""
    for user, city, lessons in (("S-1", "Bakı", 2), ("S-2", "İzmir", 2), ("S-3", "Bakı", 1)):
        kervan.send(
            {"type": "identify", "userId": user, "traits": {"city": city, "firstName": user}},
            *(track(_EVENT, user, messageId=f"{user}-{lesson}") for lesson in range(lessons)),
        )


def _preview(kervan: Kervan, question: dict[str, Any]) -> dict[str, Any]:
    answer = kervan.api("POST", "/v1/segments/preview", question)
    assert answer.status == 200, answer
    return dict(answer.json)


def _counted(kervan: Kervan, question: dict[str, Any], count: int) -> dict[str, Any]:
    """The preview once it has so many people: events and the mirror arrive within seconds."""
    found: dict[str, Any] = {}

    def arrived() -> bool:
        found.update(_preview(kervan, question))
        return bool(found["count"] == count)

    until(arrived, lambda: f"{found}\n{kervan.log[-2000:]}", PATIENCE_SECONDS)
    return found


def test_a_segment_is_previewed_saved_listed_and_applied(kervan: Kervan, tmp_path: Path) -> None:
    _people(kervan)
    told = _counted(kervan, {"tree": _OPENED}, 2)
    assert _EVENT in told["sentence"] and len(told["sample"]) == 2
    assert {one["id"] for one in told["sample"]} == {kervan.person("S-1"), kervan.person("S-2")}
    new = {"key": "pupils", "name": "Öğrenciler", "tree": _OPENED}
    assert kervan.api("POST", "/v1/segments", new).status == 201
    assert kervan.api("POST", "/v1/segments", new).status == 200

    path = tmp_path / "baku.yaml"
    path.write_text(_TEXT, encoding="utf-8")
    planned = kervan.cli("apply", str(path), "--plan")
    assert planned.returncode == 0 and "Members now: 1" in planned.stdout, planned
    assert "pupils-of-baku" not in str(kervan.get("/v1/segments"))
    first = kervan.cli("apply", str(path))
    assert first.returncode == 0 and "is new" in first.stdout, first
    again = kervan.cli("apply", str(path))
    assert again.returncode == 0 and "Nothing changes" in again.stdout, again
    assert kervan.cli("segment", "count", "pupils-of-baku").stdout.strip() == "1"
    listed = {one["key"]: one for one in kervan.get("/v1/segments")}
    assert {"pupils", "pupils-of-baku"} <= set(listed)
    assert listed["pupils-of-baku"]["version"] == 1 and "Bakı" in str(listed["pupils-of-baku"])
    users = kervan.get("/v1/segments/pupils/uses")
    assert [one["key"] for one in users] == ["pupils-of-baku"]
    assert kervan.api("POST", "/v1/segments/pupils/archive").code == "segments.in_use"
    path.write_text(_TEXT.replace("segment: pupils", "segment: nobody"), encoding="utf-8")
    refused = kervan.cli("apply", str(path))
    assert refused.returncode == 1 and "line 7, column" in refused.stderr, refused


def test_a_list_comes_in_and_goes_out(kervan: Kervan) -> None:
    kervan.send({"type": "identify", "userId": "F-1", "traits": {"email": "f1@ornek.test"}})
    person = kervan.person("F-1")
    new = {"key": "friends", "name": "Friends", "sort": "list"}
    assert kervan.api("POST", "/v1/segments", new).status in (200, 201)
    wanted = {"add": {"email": ["f1@ornek.test", "nobody"]}}
    for _ in range(2):
        taken = kervan.api("POST", "/v1/segments/friends/members", wanted).json
        assert (taken["added"], taken["waiting"]) == (1, 0)
        assert [one["path"] for one in taken["refused"]] == ["add.email[1]"]
    _counted(kervan, {"segment": "friends"}, 1)
    answer = kervan.api("GET", "/v1/segments/friends/members?form=ndjson&contacts=true")
    assert [json.loads(line) for line in answer.body.splitlines()] == [
        {"person": person, "email": "f1@ornek.test", "phone": ""}
    ]
