"""Every route states its right, and every role meets exactly what roles.toml says of it."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from kervan.kernel import clock
from kervan.web import access, roles
from kervan.web.auth import Right
from tests.unit.web.visiting import Place, Visitor, open_place

# What answers everybody, each with its reason. A new route is not here: it states a right.
PUBLIC = {
    "/health": "a load balancer asks",
    "/sign-in": "the way in",
    "/sign-in/code": "the way in: asks for the half session itself",
    "/sign-in/provider": "the way in",
    "/sign-in/provider/back": "the way in",
    "/sign-in/password": "the way in: the link is the proof",
    "/sign-out": "the way out",
    "/static/{name}": "style sheets of the way in",
    "/c/{token}": "a link in a mail: the token is the proof",
    "/o/{token}.gif": "a picture in a mail: the token is the proof",
    "/u/{token}": "unsubscribing: the token is the proof",
    "/p/{token}": "the preferences of one address: the token is the proof",
    "/confirm/{token}": "the button of an opt-in mail: the token is the proof",
    "/hooks/sms": "an SMS provider calls: the secret in a header is the proof",
    "/hooks/sms/{given}": "the same for providers that know no headers",
    "/hooks/mail/{secret}": "a mail server pipes: the secret and the return path are the proof",
    "/hooks/in/{account}/{secret}": "a provider calls: secret and signature are the proof",
    "/console": "asks for a session itself, and leads to the way in",
    "/console/{place:path}": "the same",
    "/console/assets/{name}": "built files, the same for everybody: the source is open",
    "/mail-frame": "an empty frame, the same for everybody; the page around it puts a mail into it",
    "/m/{token}/{file}": "a picture in a mail: the token is the proof",
    "/onsite-frame": "the same for a piece on the site: the snippet draws what it is given",
    "/docs": "what the API can do is no secret: the source is open",
    "/analytics.js/v1/{key}/analytics.min.js": "a shop's pages load it",
    "/analytics-next/bundles/{name}": "a shop's pages load it",
    "/onsite/{name}": "a shop's pages load it: the snippet",
    "/onsite/v1/rules": "a shop's pages ask: the write key is the proof",
    "/onsite/v1/inbox": "her own messages: the shop's signature is the proof",
    "/onsite/v1/inbox{rest:path}": "browsers ask whether a page may ask",
    "/onsite/v1/inbox/stream": "her own messages: the shop's signature is the proof",
    "/onsite/v1/inbox/{message}/{state}": "her own messages: the shop's signature is the proof",
    "/onsite/v1/preview": "a shop's pages ask: the link's signature is the proof",
    "/onsite/v1/decide": "a shop's pages ask: the shop's signature is the proof",
}
# Parts of addresses that are words; all others are numbers or UUIDs.
_WORDS = {"key", "figure", "hint", "name", "reason", "kind"}
_DESCRIBED = {"/openapi.json"}


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _is_ours(route: RouteContext) -> bool:
    return isinstance(route.original_route, APIRoute)


def _routes(place: Place) -> list[RouteContext]:
    found = [one for one in iter_route_contexts(place.app.routes) if _is_ours(one)]
    assert len(found) > 30
    return found


def _right_of(route: RouteContext) -> set[str]:
    pending, found = list(route.dependant.dependencies), set()
    while pending:
        one = pending.pop()
        if isinstance(one.call, Right):
            found.add(one.call.name)
        pending += one.dependencies
    return found


def test_every_route_states_one_right_or_is_listed_as_public(place: Place) -> None:
    for route in _routes(place):
        named = _right_of(route)
        if route.path in PUBLIC:
            assert not named, f"{route.path} is public and asks for {named}"
        else:
            assert len(named) == 1, f"{route.path} states {named or 'no right'}: right(...)"
    every = iter_route_contexts(place.app.routes)
    others = {str(one.path) for one in every if not _is_ours(one)}
    assert others <= _DESCRIBED
    assert set(PUBLIC) <= {one.path for one in _routes(place)}, "a public route has gone"


def asked_of(place: Place, **known: str) -> list[tuple[str, str, str]]:
    """(method, address, right) of every guarded route; but for `known`, of what is not there."""
    asked = []
    for route in _routes(place):
        if route.path in PUBLIC:
            continue
        path = route.path
        for name in re.findall(r"\{(\w+)", path):
            is_number = name in ("number", "source", "id")
            unknown = "7" if is_number else "x" if name in _WORDS else str(uuid.UUID(int=7))
            value = known.get(name, unknown)
            path = path.replace("{" + name + "}", value)
        (named,) = _right_of(route)
        asked += [(method, path, named) for method in sorted(route.methods or ())]
    return asked


def _try(visitor: Visitor, method: str, path: str, **more: str) -> int:
    body = b"{}" if path.startswith("/v1/") else b"x=1"
    kind = "application/json" if path.startswith("/v1/") else "application/x-www-form-urlencoded"
    answer = visitor.ask(method, path, None if method == "GET" else body, content_type=kind, **more)
    assert answer.status != 500, (method, path, answer.text[:300])
    return answer.status


class _Signed:
    """Somebody who signs in again when what she asked for has ended her session."""

    def __init__(self, place: Place, user: uuid.UUID) -> None:
        self._renew = lambda: place.session(user)
        self._visitor = self._renew()

    def try_(self, method: str, path: str) -> int:
        """The status of an answer to somebody who is signed in."""
        status = _try(self._visitor, method, path)
        if status == 401:
            self._visitor = self._renew()
            status = _try(self._visitor, method, path)
        return status


def test_nobody_known_gets_nowhere(place: Place) -> None:
    for method, path, _ in asked_of(place):
        assert _try(place.visitor(), method, path) == 401, (method, path)
        wrong = {"authorization": "Bearer kvt_wrong"}
        assert _try(place.visitor(), method, path, **wrong) == 401, (method, path)


def test_each_role_meets_what_it_may_and_nothing_else(place: Place) -> None:
    place.user("another@shop.test", "owner")
    wrong = []
    for role in roles.names():
        who = _Signed(place, place.user(f"{role.replace('_', '-')}@shop.test", role))
        for method, path, named in asked_of(place):
            status = who.try_(method, path)
            allowed = status not in (401, 403)
            if allowed != (named in roles.of(role)) or (not allowed and status != 403):
                wrong.append((role, method, path, named, status))
    assert not wrong


def test_a_user_of_no_role_here_may_do_nothing(place: Place) -> None:
    user = place.user("guest@shop.test", "analyst")
    with place.connect() as conn:
        conn.execute("update kervan.membership set workspace = 'another'")
    who = _Signed(place, user)
    for method, path, _ in asked_of(place):
        assert who.try_(method, path) == 403, (method, path)


def test_a_key_may_what_its_scopes_and_its_maker_allow(place: Place) -> None:
    user = place.user("developer@shop.test", "developer")
    with place.connect() as conn:
        _, secret = access.make_key(
            conn, "reader", user, scopes=["live.read", "people.reveal", "sources.manage"]
        )
    bearer = {"authorization": f"Bearer {secret}"}
    for method, path, named in asked_of(place):
        may = named in ("live.read", "sources.manage")  # the maker may not reveal people
        status = _try(place.visitor(), method, path, **bearer)
        assert (status not in (401, 403)) if may else status == 403, (method, path, status)
    with place.connect() as conn:
        conn.execute(
            "update kervan.app_user set disabled_at = %s where id = %s", (clock.now(), user)
        )
    assert place.visitor().get("/v1/live", **bearer).status == 401


def test_a_key_of_before_there_were_users_keeps_all_its_rights(place: Place) -> None:
    with place.connect() as conn:
        secret = access.make_token(conn, "old")
    bearer = {"authorization": f"Bearer {secret}"}
    for path in ("/v1/live", "/v1/users", "/v1/audit", "/v1/sources"):
        assert place.visitor().get(path, **bearer).status == 200, path
    with place.connect() as conn:
        assert access.revoke_keys_called(conn, place.house.config.workspace, "old") == 1
    assert place.visitor().get("/v1/live", **bearer).status == 401


def test_an_expired_and_a_foreign_key_open_nothing(place: Place) -> None:
    with place.connect() as conn:
        _, old = access.make_key(conn, "old", expires=clock.from_ms(clock.now_ms() - 1))
        _, foreign = access.make_key(conn, "foreign", workspace="another")
    for secret in (old, foreign):
        assert place.visitor().get("/v1/live", authorization=f"Bearer {secret}").status == 401


def test_every_page_and_answer_has_safe_headers(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    for method, path, _ in [("GET", "/sign-in", ""), ("GET", "/nowhere", ""), *asked_of(place)]:
        if method != "GET":
            continue
        answer = owner.get(path)
        told = answer.headers
        assert told["x-content-type-options"] == "nosniff", path
        assert "no-store" in told["cache-control"] or path.startswith("/mails"), path
        assert "frame-ancestors" in told["content-security-policy"], path
        assert "default-src 'none'" in told["content-security-policy"], path
        assert told["referrer-policy"] in ("same-origin", "no-referrer"), path
