"""The page of keys: made with few rights, shown once, used, revoked; all is written down."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import i18n
from kervan.web import roles
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_key_is_made_used_seen_and_revoked_without_a_script(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    assert "No keys yet" in owner.get("/keys").text
    made = owner.post(
        "/keys",
        [("name", "till <3"), ("days", "30"), ("scope", "people.read"), ("scope", "live.read")],
    )
    assert made.status == 200 and "<script" not in made.text
    (key,) = set(re.findall(r"kvt_[\w-]{30,}", made.text))
    listed = owner.get("/keys").text
    assert key not in listed, "shown once"
    assert "till &lt;3" in listed and "not used yet" in listed and "owner@shop.test" in listed
    stranger = place.visitor()
    assert stranger.get("/v1/live", **_bearer(key)).status == 200
    assert stranger.get("/v1/sources", **_bearer(key)).status == 403, "beyond its scopes"
    assert stranger.get("/keys", **_bearer(key)).status == 403
    listed = owner.get("/keys").text
    assert "not used yet" not in listed and "last used" in listed
    (address,) = re.findall(r'action="(/keys/[\w-]+/revoke)"', listed)
    gone = owner.post(address, {})
    assert (gone.status, gone.headers["location"]) == (303, "/keys")
    assert stranger.get("/v1/live", **_bearer(key)).status == 401
    assert owner.post(address, {}).status == 404, "revoked already"
    assert "No keys yet" in owner.get("/keys").text
    told = [(what, facts) for what, _, _, facts in place.audit() if what.startswith("key_")]
    assert [what for what, _ in told] == ["key_made", "key_revoked"]
    assert key not in str(told) and told[0][1]["days"] == 30


def test_nobody_makes_a_key_that_can_do_more_than_herself(place: Place) -> None:
    developer = place.session(place.user("dev@shop.test", "developer"))
    page = developer.get("/keys").text
    assert 'value="sources.manage"' in page and 'value="people.reveal"' not in page
    refused = developer.post("/keys", [("name", "x"), ("days", "1"), ("scope", "people.reveal")])
    assert refused.status == 400 and "people.reveal" in refused.text
    assert "kvt_" not in refused.text
    marketer = place.session(place.user("m@shop.test", "marketer"))
    assert marketer.get("/keys").status == 403
    assert 'href="/keys"' in unescape(page)
    assert 'href="/keys"' not in unescape(marketer.get("/account").text)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "", "days": "1", "scope": "live.read"},
        {"name": "   ", "days": "1", "scope": "live.read"},
        {"name": "x" * 101, "days": "1", "scope": "live.read"},
        {"name": "x", "days": "0", "scope": "live.read"},
        {"name": "x", "days": "3651", "scope": "live.read"},
        {"name": "x", "days": "1e999", "scope": "live.read"},
        {"name": "x", "days": "9" * 5000, "scope": "live.read"},
        {"name": "x", "days": "1"},
    ],
)
def test_what_is_no_key_says_what_one_needs(place: Place, fields: dict[str, str]) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    answer = owner.post("/keys", fields)
    assert answer.status == 400
    assert i18n.say("web.key_not_good", "en") in unescape(answer.text)
    assert "key_made" not in [line[0] for line in place.audit()]
    assert "No keys yet" in owner.get("/keys").text


def test_a_key_past_its_day_is_marked(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    owner.post("/keys", {"name": "old", "days": "1", "scope": "live.read"})
    assert "expired" not in owner.get("/keys").text
    with place.connect() as conn:
        conn.execute("update kervan.api_token set expires_at = now() - interval '1 second'")
    assert "expired" in owner.get("/keys").text


@pytest.mark.parametrize("locale", ["en", "tr", "az"])
def test_the_page_speaks_the_readers_language(place: Place, locale: str) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    page = unescape(owner.get(f"/keys?lang={locale}").text)
    for one in roles.rights():
        word = "web.right_" + one.replace(".", "_")
        assert i18n.say(word, locale) != word and i18n.say(word, locale) in page
    assert i18n.say("web.keys_title", locale) in page and "web.keys" not in page
