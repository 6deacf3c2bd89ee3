"""Signing in at a real OpenID provider: who is let in, who is not, and what cannot be replayed."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kervan.web import users
from kervan.web.reader import COOKIE
from tests.sdk.door import free_port
from tests.story.openid import provider
from tests.unit.web.visiting import Answer, Place, Visitor, open_place

pytestmark = [pytest.mark.peer("node", "npm"), pytest.mark.timeout(300)]
_SECRET = "a secret of two"


@dataclass
class Scene:
    """Kervan and the provider, which know each other."""

    place: Place
    issuer: str

    def begin(self, visitor: Visitor) -> str:
        """Where a visitor is sent who wants to sign in there."""
        answer = visitor.get("/sign-in/provider")
        assert answer.status == 303, answer
        return answer.headers["location"]

    def come_back(self, visitor: Visitor, address: str) -> Answer:
        """The visitor's browser follows the address the provider sent it to."""
        parts = urlsplit(address)
        return visitor.get(f"{parts.path}?{parts.query}")

    def sign_in(self, account: str) -> tuple[Visitor, Answer]:
        """The whole way."""
        visitor = self.place.visitor()
        there = self.begin(visitor)
        return visitor, self.come_back(visitor, provider.Browser().sign_in(there, account))


@pytest.fixture
def scene(engines_urls: Any, tmp_path: Path) -> Iterator[Scene]:
    ours, theirs = free_port(), free_port()
    address = f"http://127.0.0.1:{ours}"
    with (
        provider.running(theirs, _SECRET, f"{address}/sign-in/provider/back") as issuer,
        open_place(
            engines_urls,
            tmp_path,
            port=ours,
            oidc_issuer=issuer,
            oidc_client_id="kervan",
            oidc_client_secret=_SECRET,
            oidc_name="Our company",
        ) as place,
    ):
        yield Scene(place, issuer)


def test_who_is_known_by_a_verified_address_comes_in(scene: Scene) -> None:
    user = scene.place.user("ayse@shop.test", "analyst")
    page = scene.place.visitor().get("/sign-in?lang=en")
    assert "Sign in with Our company" in page.text
    asked = parse_qs(urlsplit(scene.begin(scene.place.visitor())).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert asked["state"] != asked["nonce"]
    visitor, answer = scene.sign_in("ayse")
    assert answer.status == 303, answer.text
    assert answer.headers["location"] in ("/", "/console/")
    assert visitor.get("/").status == 200
    last = scene.place.audit()[-1]
    assert last[0] == "signed_in" and last[2] == str(user) and last[3] == {"way": "provider"}
    # The link is to the provider's account from now on, whatever happens to the address.
    with scene.place.connect() as conn:
        conn.execute("update kervan.app_user set email = 'new@shop.test' where id = %s", (user,))
    assert scene.sign_in("ayse")[1].status == 303
    with scene.place.connect() as conn:
        workspace = scene.place.house.config.workspace
        users.add(conn, workspace, "owner@shop.test", ["owner"])
        users.disable(conn, workspace, user)
    assert scene.sign_in("ayse")[1].status == 403


def test_who_is_unknown_or_not_verified_needs_an_invitation(scene: Scene) -> None:
    scene.place.user("ayse@shop.test", "analyst")
    for account in ("stranger", "unverified-ayse"):
        visitor, answer = scene.sign_in(account)
        assert answer.status == 403 and "invite" in answer.text, account
        assert COOKIE not in visitor.cookies
    with scene.place.connect() as conn:
        users.add(conn, scene.place.house.config.workspace, "stranger@shop.test", ["agent"])
    assert scene.sign_in("stranger")[1].status == 303


def test_nothing_that_comes_back_is_good_twice_or_elsewhere(scene: Scene) -> None:
    scene.place.user("ayse@shop.test", "analyst")
    visitor, thief = scene.place.visitor(), scene.place.visitor()
    back = provider.Browser().sign_in(scene.begin(visitor), "ayse")
    assert scene.come_back(thief, back).status == 401, "another browser, without the cookie"
    scene.begin(thief)
    assert scene.come_back(thief, back).status == 401, "another browser on a trip of its own"
    for wrong in (
        back.replace("state=", "state=x"),
        back.replace("code=", "code=x"),
        back.replace("iss=http", "iss=https"),
    ):
        trip = scene.place.visitor()
        mine = provider.Browser().sign_in(scene.begin(trip), "ayse")
        assert mine != back
        said = scene.come_back(trip, wrong)
        assert said.status == 401 and COOKIE not in trip.cookies, wrong
    assert scene.come_back(visitor, back).status == 303
    assert scene.come_back(visitor, back).status == 401, "the trip is over"
    for odd in ("", "?", "?state=&code=", "?error=access_denied&state=x", "?state=%00&code=%00"):
        assert scene.place.visitor().get(f"/sign-in/provider/back{odd}").status == 401


def test_a_code_that_is_not_ours_or_an_answer_without_a_name_is_refused(scene: Scene) -> None:
    scene.place.user("ayse@shop.test", "analyst")
    for take_away in ("code", "iss"):
        visitor = scene.place.visitor()
        back = provider.Browser().sign_in(scene.begin(visitor), "ayse")
        parts = parse_qs(urlsplit(back).query)
        left = "&".join(f"{n}={v[0]}" for n, v in parts.items() if n != take_away)
        assert visitor.get(f"/sign-in/provider/back?{left}").status == 401, take_away


def test_a_second_factor_is_asked_after_the_provider_too(scene: Scene) -> None:
    user = scene.place.user("ayse@shop.test", "analyst")
    with scene.place.connect() as conn:
        one = users.by_id(conn, user)
        users.draft_second_factor(conn, scene.place.house.vault, one)
        conn.execute("update kervan.app_user set totp_sealed = totp_draft")
    visitor, answer = scene.sign_in("ayse")
    assert answer.headers["location"] == "/sign-in/code"
    assert visitor.get("/").status == 401


def test_a_provider_that_is_away_is_said_in_a_sentence(engines_urls: Any, tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with open_place(engines_urls, tmp_path, oidc_issuer=away, oidc_client_id="kervan") as place:
        answer = place.visitor().get("/sign-in/provider?lang=en")
        assert answer.status == 503 and "did not succeed" in unescape(answer.text)
    with open_place(engines_urls, tmp_path) as place:
        assert place.visitor().get("/sign-in/provider").status == 404
