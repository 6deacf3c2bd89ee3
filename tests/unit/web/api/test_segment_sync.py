"""A segment's receiver is set, shown and ended over the API; its secret is shown once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place, Visitor, open_place

PATH = "/v1/segments/baku/sync"
URL = "https://receiver.example/members"


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def ece(place: Place) -> Visitor:
    visitor = place.session(place.user("ece@shop.test", "marketer"))
    new = {"key": "baku", "name": "Bakı", "tree": CITY}
    assert send(visitor, "POST", "/v1/segments", new).status == 201
    return visitor


def test_a_receiver_from_its_first_batch_to_its_end(place: Place, ece: Visitor) -> None:
    assert code(ece.get(PATH)) == (404, "segments.sync_none")
    made = json.loads(send(ece, "PUT", PATH, {"url": URL}).text)
    assert made.pop("secret").startswith("whsec_")
    assert (made["url"], made["state"], made["known"], made["sequence"]) == (URL, "filling", 0, 0)
    assert json.loads(ece.get(PATH).text) == made
    again = json.loads(send(ece, "PUT", PATH, {"url": URL}).text)
    assert again == {**made, "secret": None}
    renewed = json.loads(send(ece, "PUT", PATH, {"url": URL, "new_secret": True}).text)
    assert renewed["secret"].startswith("whsec_")
    assert ece.ask("DELETE", PATH).status == 204
    assert code(ece.ask("DELETE", PATH)) == (404, "segments.sync_none")
    deeds = [(one[0], one[3]) for one in place.audit() if "sync" in one[0]]
    assert deeds == [
        ("segment.synced", {"key": "baku", "new_secret": True}),
        ("segment.synced", {"key": "baku", "new_secret": False}),
        ("segment.synced", {"key": "baku", "new_secret": True}),
        ("segment.sync_ended", {"key": "baku"}),
    ]


def test_one_stops_on_purpose_and_goes_on_with_the_same_secret(place: Place, ece: Visitor) -> None:
    assert code(send(ece, "POST", f"{PATH}/pause", {})) == (404, "segments.sync_none")
    send(ece, "PUT", PATH, {"url": URL})
    for _ in range(2):
        assert send(ece, "POST", f"{PATH}/pause", {}).status == 204
        stopped = json.loads(ece.get(PATH).text)
        assert (stopped["state"], stopped["problem"]) == ("stopped", "")
    (use,) = json.loads(ece.get("/v1/segments/baku/uses").text)
    assert use == {"kind": "sync", "key": "baku", "name": "receiver.example", "holds": False}
    going = json.loads(send(ece, "PUT", PATH, {"url": URL}).text)
    assert (going["state"], going["secret"]) == ("filling", None)
    deeds = [one[0] for one in place.audit() if "sync" in one[0]]
    assert deeds == ["segment.synced", "segment.sync_paused", "segment.synced"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"url": "http://receiver.example/"}, (400, "segments.sync_https")),
        ({"url": "https://receiver.example:8443/"}, (400, "kernel.url_not_allowed")),
        ({"url": "https://me:secret@receiver.example/"}, (400, "kernel.url_not_allowed")),
        ({"url": "file:///etc/passwd"}, (400, "kernel.url_not_allowed")),
        ({"url": "https://[::1"}, (400, "kernel.url_not_allowed")),
        ({"url": URL, "is_private": True}, (422, "web.not_valid")),
        ({}, (422, "web.not_valid")),
    ],
)
def test_what_cannot_be_a_receiver(ece: Visitor, body: Any, said: tuple[int, str]) -> None:
    assert code(send(ece, "PUT", PATH, body)) == said
    assert code(ece.get(PATH)) == (404, "segments.sync_none")


def test_who_may(place: Place, ece: Visitor) -> None:
    reader = place.session(place.user("ana@shop.test", "approver"))
    assert send(ece, "PUT", PATH, {"url": URL}).status == 200
    assert reader.get(PATH).status == 200
    assert send(reader, "PUT", PATH, {"url": URL}).status == 403
    assert reader.ask("DELETE", PATH).status == 403
    assert place.visitor().get(PATH).status == 401
    assert code(ece.get("/v1/segments/nowhere/sync")) == (404, "segments.not_found")
    assert send(ece, "POST", "/v1/segments/baku/archive", {}).status == 204
    assert code(send(ece, "PUT", PATH, {"url": URL})) == (409, "segments.is_archived")
