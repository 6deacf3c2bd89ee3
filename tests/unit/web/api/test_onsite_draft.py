"""A campaign that is written: judged as it is typed, linked to the shop's own pages only."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kervan.collect import sources
from kervan.kernel import clock
from kervan.onsite import apply
from tests.unit.onsite.winter import campaign, plain
from tests.unit.web.visiting import Answer, Place, Visitor, open_place

_SITE = "https://shop.example"
_CHECK = "/v1/onsite/check"


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _source(place: Place, name: str, kind: str, *origins: str) -> str:
    with place.connect() as conn:
        workspace = place.house.config.workspace
        key = sources.create(conn, workspace, name, kind, allowed_origins=origins)
        place.house.sources.refresh(conn)
    return key


def _owner(place: Place) -> Visitor:
    return place.session(place.user(f"{clock.now_ms()}@ornek.test", "owner"))


def _ask(by: Visitor, method: str, path: str, value: Any, **more: str) -> Answer:
    body = json.dumps(value).encode()
    return by.ask(method, path, body, content_type="application/json", **more)


def _code(answer: Answer) -> str:
    return str(json.loads(answer.text)["error"]["code"])


def _see(place: Place, url: str, **changed: Any) -> Answer:
    asked = {"campaign": plain(**changed), "url": url, "language": "tr"}
    return _ask(_owner(place), "POST", "/v1/onsite/preview", asked)


def test_a_draft_is_judged_and_drawn_as_it_is_typed(place: Place) -> None:
    owner = _owner(place)
    whole = json.loads(_ask(owner, "POST", _CHECK, plain()).text)
    assert (whole["problems"], whole["change"], whole["version"]) == ([], "new", 0)
    assert list(whole["pieces"]) == ["tr"]
    given = {**plain(), "name": "", "kind": "balloon"}
    half = json.loads(_ask(owner, "POST", _CHECK, given).text)
    assert {one["path"] for one in half["problems"]} >= {"/kind"}
    assert half["pieces"]["tr"]["variant"]["blocks"], "what is there is drawn"
    for nothing in ([], 7, {}, {"blocks": {"tr": [{"type": "text", "text": "x" * 10_000}]}}):
        answer = _ask(owner, "POST", _CHECK, nothing)
        assert answer.status == 200 and json.loads(answer.text)["problems"]
    with place.connect() as conn:
        assert conn.execute("select count(*) from onsite_campaign").fetchone() == (0,)


def test_a_link_leads_to_sites_of_ours_only(place: Place) -> None:
    _source(place, "shop", "browser", _SITE)
    _source(place, "server", "server", "https://server.example")
    found = _see(place, f"{_SITE}/coats?a=1#x")
    assert found.status == 200
    assert json.loads(found.text)["url"].startswith(f"{_SITE}/coats?a=1#kervan-preview=")
    hidden = "https://shop.example@evil.example/"
    for url in ("https://evil.example/", "https://server.example/", "javascript:alert(1)",
                hidden, "http://shop.example/", "/coats", ""):  # fmt: skip
        answer = _see(place, url)
        assert (answer.status, _code(answer)) == (422, "onsite.preview_site")
    assert _code(_see(place, _SITE, blocks={"tr": []})) == "onsite.not_valid"


def test_the_page_gets_the_draft_of_its_link(place: Place) -> None:
    key = _source(place, "shop", "browser", _SITE, "https://other.example")
    url = json.loads(_see(place, f"{_SITE}/", name="Draft").text)["url"]
    token = urlsplit(url).fragment.partition("=")[2]

    def ask(given: str, origin: str) -> Answer:
        asked = {"writeKey": key, "token": given}
        return _ask(place.visitor(), "POST", "/onsite/v1/preview", asked, origin=origin)

    answer = ask(token, _SITE)
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    told = json.loads(answer.text)
    assert told["token"] == token and answer.headers["kervan-signature"]
    assert told["piece"]["variant"]["blocks"][0]["text"] == "Hediyeniz hazır"
    for given, origin in ((token, "https://other.example"), ("x" * 60, _SITE), ("", _SITE)):
        assert _code(ask(given, origin)) == "onsite.preview_refused"


def test_the_second_of_two_who_publish_is_told(place: Place) -> None:
    with place.connect() as conn:
        apply.apply(conn, campaign(), clock.now(), "ayla")
    owner = _owner(place)

    def put(match: str, **changed: Any) -> Answer:
        path = "/v1/onsite/winter"
        return _ask(owner, "PUT", path, plain(**changed), if_match=match)

    assert json.loads(put('"1"', name="Two").text)["version"] == 2
    late = put('"1"', name="Three")
    assert (late.status, _code(late)) == (409, "web.changed_meanwhile")
    assert json.loads(put('"0"', name="Two").text)["change"] == "same", (
        "what is so already is no quarrel"
    )
