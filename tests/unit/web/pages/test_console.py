"""The way to the console leads through the way in and back; its files are its own and no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kervan.web import access
from tests.unit.web.visiting import HOME, PASSWORD, Place, open_place

_EMAIL = "ece@shop.test"
_ELSEWHERE = (
    "https://evil.test/console",
    "//evil.test/console",
    "/console\\..\\evil",
    "/consolation",
    "/console/\r\nSet-Cookie: a=b",
    "/console/" + "a" * 1_000,
    "/sign-out",
)


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_signing_in_leads_back_to_where_one_was_going(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    visitor = place.visitor()
    first = visitor.get("/console/people?q=irem")
    assert first.status == 303
    assert visitor.get(first.headers["location"]).status == 200
    answer = visitor.sign_in(_EMAIL, PASSWORD)
    assert (answer.status, answer.headers["location"]) == (303, "/console/people?q=irem")
    assert "kervan_to" not in visitor.cookies, "and no more than once"
    assert visitor.get("/console/people").status in (200, 503), "503: it has not been built"


def test_nobody_is_led_elsewhere(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    for to in _ELSEWHERE:
        visitor = place.visitor()
        assert visitor.get(f"/sign-in?to={quote(to)}").status == 200
        assert "kervan_to" not in visitor.cookies, to
    visitor.cookies["kervan_to"] = "%2F%2Fevil.test%2Fconsole"
    assert visitor.sign_in(_EMAIL, PASSWORD).headers["location"] == HOME


def test_a_link_may_lead_to_the_live_page(place: Place) -> None:
    for to, led in (("/", "/"), ("/console/people", "/console/people"), ("//evil.test", HOME)):
        with place.connect() as conn:
            secret = access.make_link(conn)
        answer = place.visitor().get(f"/sign-in?token={secret}&to={to}")
        assert answer.headers["location"] == led


def test_only_built_files_are_given(place: Place) -> None:
    visitor = place.visitor()
    for name in ("..%2Findex.html", "%2e%2e%2fmanifest.json", "nothing.js", ".sources", "a.js.gz"):
        assert visitor.get(f"/console/assets/{name}").status in (303, 404), name


def test_the_desk_knows_who_sits_there(place: Place) -> None:
    user = place.user(_EMAIL, "analyst", "approver")
    visitor = place.session(user)
    told = visitor.get("/v1/me")
    assert told.status == 200
    for word in (_EMAIL, '"analyst"', '"approver"', '"people.read"', '"TRY"', "Europe/Istanbul"):
        assert word in told.text
    assert '"users.manage"' not in told.text
    said = visitor.ask("PATCH", "/v1/me", b'{"locale": "az"}', content_type="application/json")
    assert said.status == 204
    assert '"locale":"az"' in visitor.get("/v1/me").text
    assert visitor.ask("PATCH", "/v1/me", b'{"locale": "de"}').status == 422


def test_what_is_watched_takes_its_right(place: Place) -> None:
    visitor = place.session(place.user(_EMAIL, "analyst"))
    assert visitor.get("/v1/stream?topics=sources").status == 403
    assert visitor.get("/v1/stream?topics=live,nothing").status == 404
    assert place.visitor().get("/v1/stream?topics=live").status == 401
