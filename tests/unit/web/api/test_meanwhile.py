"""The second of two who change the same thing is told, and nothing of the first is lost."""

import json
from typing import Any

import pytest

from kervan.kernel.errors import KervanError
from kervan.web.api import meanwhile
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Place, Visitor

__all__ = ["place"]
TOPIC = {"key": "tea", "names": {"tr": "Çay", "az": "Çay", "en": "Tea"}}
NETGSM = {"provider": "netgsm", "settings": {"username": "u", "password": "p", "sender": "S"}}


@pytest.fixture
def owner(place: Place) -> Visitor:
    return place.session(place.user("oya@shop.example", "owner"))


def put(visitor: Visitor, path: str, body: Any, edition: str, method: str = "PUT") -> int:
    raw, kind = json.dumps(body).encode(), "application/json"
    answer = visitor.ask(method, path, raw, content_type=kind, if_match=edition)
    if answer.status == 409:
        assert "meanwhile" in json.loads(answer.text)["error"]["code"]
    return answer.status


def test_an_edition_is_another_as_soon_as_anything_is() -> None:
    assert meanwhile.edition({"a": 1, "b": 2}) == meanwhile.edition({"b": 2, "a": 1})
    assert meanwhile.edition({"a": 1}) != meanwhile.edition({"a": 2})
    for given in ("", "*", "abc", '"abc"', 'W/"abc"'):
        meanwhile.expect(given, "abc")
    with pytest.raises(KervanError, match="meanwhile"):
        meanwhile.expect('"abd"', "abc")


def test_company(owner: Visitor) -> None:
    facts = {"title": "Çınar A.Ş."}
    assert put(owner, "/v1/company", facts, "0") == 200
    assert put(owner, "/v1/company", facts, "0") == 409
    edition = json.loads(owner.get("/v1/company").text)[""]["edition"]
    assert put(owner, "/v1/company", {"title": "Çınar"}, edition) == 200
    assert put(owner, "/v1/company", {"title": "Meşe"}, edition) == 409
    assert json.loads(owner.get("/v1/company").text)[""]["title"] == "Çınar"
    assert put(owner, "/v1/company", {"title": "Meşe"}, "*") == 200


def test_topics(owner: Visitor) -> None:
    edition = owner.get("/v1/topics").headers["etag"]
    assert put(owner, "/v1/topics", [TOPIC], edition) == 204
    assert put(owner, "/v1/topics", [], edition) == 409
    assert [one["key"] for one in json.loads(owner.get("/v1/topics").text)] == ["tea"]


def test_a_guide(owner: Visitor) -> None:
    assert put(owner, "/v1/brand", {"name": "Çınar"}, "0") == 200
    assert put(owner, "/v1/brand", {"name": "Meşe"}, "0") == 409
    assert put(owner, "/v1/brand", {"name": "Meşe"}, "1") == 200


def test_a_users_roles(place: Place, owner: Visitor) -> None:
    user = place.user("ana@shop.example", "agent")

    def edition() -> str:
        known = json.loads(owner.get("/v1/users").text)
        return str(next(one["edition"] for one in known if one["id"] == str(user)))

    first = edition()
    place.session(user).get("/v1/me")  # that she comes changes nothing
    assert edition() == first
    path = f"/v1/users/{user}"
    assert put(owner, path, {"roles": ["analyst"]}, first, "PATCH") == 204
    assert put(owner, path, {"roles": ["owner"]}, first, "PATCH") == 409
    assert put(owner, path, {"disabled": True}, edition(), "PATCH") == 204


def test_an_account(owner: Visitor) -> None:
    path = "/v1/accounts/sms"
    assert put(owner, path, NETGSM, "0") == 200
    assert put(owner, path, NETGSM, "0") == 409
    (one,) = json.loads(owner.get("/v1/accounts").text)
    assert put(owner, path, NETGSM, one["edition"]) == 200
    assert put(owner, path, NETGSM, one["edition"]) == 409  # a secret may have changed


def test_how_long_data_is_kept(owner: Visitor) -> None:
    path = "/v1/privacy/retention/visits"
    edition = json.loads(owner.get("/v1/privacy/retention").text)["visits"]["edition"]
    assert put(owner, path, {"days": 60, "source": "ours"}, edition) == 200
    assert put(owner, path, {"days": 9, "source": "ours"}, edition) == 409


def test_a_budget(owner: Visitor) -> None:
    path, dear = "/v1/spend/budget", {"currency": "TRY", "rates": {"USD": "41.1"}}
    assert owner.get(path).headers["etag"] == '"0"'
    assert put(owner, path, {"currency": "TRY"}, "0") == 200
    assert put(owner, path, dear, "0") == 409
    assert put(owner, f"{path}?plan=true", dear, "0") == 200  # which changes nothing
    edition = owner.get(path).headers["etag"]
    assert put(owner, path, dear, edition) == 200
    assert put(owner, path, {"currency": "AZN"}, edition) == 409
    assert json.loads(owner.get(path).text) == {"version": 2, "definition": dear}
    assert put(owner, path, {"currency": "AZN"}, "*") == 200
