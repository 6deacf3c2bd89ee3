"""The second of two who turn a campaign off or on is told; archived ones have their own list."""

import json
from typing import Any

from kervan.kernel import clock
from kervan.onsite import apply
from tests.unit.onsite.winter import campaign
from tests.unit.web.api.test_messages import ece, place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
PATH = "/v1/onsite"


def turned(by: Visitor, deed: str, match: str = "", status: int = 200) -> Any:
    answer = by.ask("POST", f"{PATH}/winter/{deed}", b"", if_match=match)
    assert answer.status == status, answer.text
    return json.loads(answer.text)


def test_two_who_turn_it_and_the_list_of_archived_ones(place: Place, ece: Visitor) -> None:
    with place.connect() as conn:
        apply.apply(conn, campaign(), clock.now(), "ayla")
    before = len(place.audit())
    read = json.loads(ece.get(f"{PATH}/winter").text)["edition"]
    paused = turned(ece, "pause", f'"{read}"')
    assert paused["paused"] and paused["edition"] != read
    late = turned(ece, "archive", f'"{read}"', 409)
    assert late["error"]["code"] == "web.changed_meanwhile"
    assert turned(ece, "archive", f'"{paused["edition"]}"')["archived_at"]
    assert json.loads(ece.get(PATH).text) == []
    (listed,) = json.loads(ece.get(f"{PATH}?archived=true").text)
    assert (listed["key"], listed["archived_at"] is None) == ("winter", False)
    assert turned(ece, "resume", "", 409)["error"]["code"] == "onsite.is_archived"
    back = turned(ece, "restore")
    assert (back["archived_at"], back["paused"]) == (None, True)
    assert not turned(ece, "resume")["paused"]
    turned(ece, "resume")
    done = [one[0] for one in place.audit()][before:]
    assert [one for one in done if one.startswith("onsite")] == [
        "onsite.paused", "onsite.archived", "onsite.restored", "onsite.resumed",
    ]  # fmt: skip
