"""Who sees which workspaces, and how somebody goes from one to another."""

import json
from datetime import timedelta

from kervan.kernel import clock, workspaces
from kervan.web import access, users
from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]


def _code(answer_text: str) -> str:
    return str(json.loads(answer_text)["error"]["code"])


def _sandbox(place: Place, *, closed: bool = False) -> str:
    key = "z" + place.house.config.workspace.replace("_", "")[-20:]
    with place.connect() as conn:
        workspaces.add(conn, place.house.config, workspaces.New(key, "Deneme"), clock.now())
        if not closed:
            workspaces.close(conn, key, None)
    return key


def _seen(visitor: Visitor) -> dict[str, bool]:
    answer = visitor.get("/v1/workspaces")
    assert answer.status == 200, answer.text
    return {one["key"]: one["member"] for one in json.loads(answer.text)}


def test_a_member_sees_hers_and_an_owner_all(place: Place) -> None:
    here, key = place.house.config.workspace, _sandbox(place)
    analyst = place.session(place.user("ana@shop.example", "analyst"))
    assert _seen(analyst) == {here: True}
    with place.connect() as conn:
        users.set_roles(conn, key, place.user("both@shop.example", "analyst"), ["analyst"])
    owner = place.session(place.user("oya@shop.example", "owner"))
    assert _seen(owner)[key] is False
    for path, body in (("", {"key": "x"}), (f"/{key}/close", {}), (f"/{key}/reopen", {})):
        assert send(analyst, "POST", f"/v1/workspaces{path}", body).status == 403


def test_going_there_takes_a_link_that_is_good_once_and_soon_over(place: Place) -> None:
    key = _sandbox(place)
    user = place.user("both@shop.example", "analyst")
    visitor = place.session(user)
    stranger = send(visitor, "POST", f"/v1/workspaces/{key}/visit", {})
    assert (stranger.status, _code(stranger.text)) == (404, "kernel.workspace_unknown")
    with place.connect() as conn:
        users.set_roles(conn, key, user, ["analyst"])
    way = send(visitor, "POST", f"/v1/workspaces/{key}/visit", {})
    assert way.status == 200, way.text
    address = json.loads(way.text)["address"]
    assert address.startswith(f"http://{key}.localhost:")
    secret = address.partition("token=")[2]
    with place.connect() as conn:
        ((expires,),) = conn.execute(
            "select expires_at from kervan.sign_in_link where owner = %s", (user,)
        ).fetchall()
        assert expires - clock.now() <= timedelta(minutes=1)
        session = access.use_link(conn, secret)
        assert session is not None and access.use_link(conn, secret) is None
        held = access.by_session(conn, session, key)
        assert held is not None and held.roles == ("analyst",)
        workspaces.close(conn, key, clock.now())
    gone = send(visitor, "POST", f"/v1/workspaces/{key}/visit", {})
    assert (gone.status, _code(gone.text)) == (410, "kernel.workspace_closed")


def test_no_owner_takes_the_account_of_somebody_who_works_elsewhere_too(place: Place) -> None:
    key = _sandbox(place)
    shared = place.user("both@shop.example", "analyst")
    with place.connect() as conn:
        users.set_roles(conn, key, shared, ["owner"])
    owner = place.session(place.user("oya@shop.example", "owner"))
    link = send(owner, "POST", f"/v1/users/{shared}/password-link", {})
    assert (link.status, _code(link.text)) == (409, "web.user_shared")
    factor = send(owner, "PATCH", f"/v1/users/{shared}", {"second_factor": False})
    assert (factor.status, _code(factor.text)) == (409, "web.user_shared")
    for path in ("link", "second-factor/remove"):
        assert owner.post(f"/users/{shared}/{path}", {}).status == 409
    # She can be kept out of here; there she stays what she is.
    assert send(owner, "PATCH", f"/v1/users/{shared}", {"disabled": True}).status == 204
    with place.connect() as conn:
        assert users.places(conn, shared) == {key}
        assert users.by_id(conn, shared).disabled_at is None
    foreign = send(owner, "POST", f"/v1/users/{shared}/password-link", {})
    assert (foreign.status, _code(foreign.text)) == (404, "web.user_unknown")
    again = send(owner, "POST", "/v1/users", {"email": "both@shop.example", "roles": ["agent"]})
    assert again.status == 201 and json.loads(again.text)["password_link"] is None


def test_what_is_opened_only_where_the_installation_began(place: Place) -> None:
    owner = place.session(place.user("oya@shop.example", "owner"))
    here = place.house.config.workspace
    # This place was given nothing to open workspaces with, as one beside the first is not.
    refused = send(owner, "POST", "/v1/workspaces", {"key": "x"})
    assert (refused.status, _code(refused.text)) == (409, "web.workspaces_elsewhere")
    assert send(owner, "PATCH", f"/v1/workspaces/{here}", {"name": ""}).status == 422
