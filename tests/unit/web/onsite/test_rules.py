"""The rules' door: whose key, from which site, in which language, and what a stop takes off."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kervan.collect import sources
from kervan.delivery import accounts, outbox
from kervan.kernel import clock
from kervan.onsite import apply, sign, snippet
from tests.unit.onsite.winter import campaign
from tests.unit.web.visiting import Answer, Place, open_place

_SITE = "https://shop.example"


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _key(place: Place, kind: str = "browser", *origins: str) -> str:
    with place.connect() as conn:
        workspace = place.house.config.workspace
        name = f"{kind} {len(origins)}"
        key = sources.create(conn, workspace, name, kind, allowed_origins=origins)
        place.house.sources.refresh(conn)
    return key


def _ask(place: Place, key: str, more: str = "", **headers: str) -> Answer:
    return place.visitor().get(f"/onsite/v1/rules?key={key}{more}", **headers)


def _keys(answer: Answer) -> list[str]:
    return [one["key"] for one in json.loads(answer.text)["campaigns"]]


def test_rules_are_signed_tagged_and_readable_from_the_shop(place: Place) -> None:
    key = _key(place)
    with place.connect() as conn:
        apply.apply(conn, campaign(), clock.now(), "ayla")
    answer = _ask(place, key, "&lang=tr", origin=_SITE)
    assert (answer.status, _keys(answer)) == (200, ["winter"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    told = answer.headers["kervan-signature"]
    made = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
    signer = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), sign.public_key(place.house.keys)
    )
    r, s = (int.from_bytes(made[half : half + 32], "big") for half in (0, 32))
    signer.verify(encode_dss_signature(r, s), answer.text.encode(), ec.ECDSA(hashes.SHA256()))
    tag = answer.headers["etag"]
    assert _ask(place, key, "&lang=tr", if_none_match=tag).status == 304
    with place.connect() as conn:
        apply.apply(conn, campaign(priority=1), clock.now(), "ayla")
    assert _ask(place, key, "&lang=tr", if_none_match=tag).status == 200


def test_only_a_pages_key_from_an_allowed_site(place: Place) -> None:
    shop = _key(place, "browser", _SITE)
    answer = _ask(place, shop, origin=_SITE)
    assert answer.headers["access-control-allow-origin"] == _SITE
    assert _ask(place, shop, origin="https://evil.example").status == 403
    assert _ask(place, "kv_nobody").status == 401
    refused = _ask(place, _key(place, "server"))
    assert (refused.status, "onsite.key_not_for_pages" in refused.text) == (403, True)


def test_an_emergency_stop_takes_marketing_off(place: Place) -> None:
    key = _key(place)
    with place.connect() as conn:
        apply.apply(conn, campaign(), clock.now(), "ayla")
        apply.apply(conn, campaign(key="notice", purpose="service"), clock.now(), "ayla")
        assert _keys(_ask(place, key)) == ["notice", "winter"]
        outbox.stop(conn, "wrong price", clock.now(), "onsite")
        assert _keys(_ask(place, key)) == ["notice"]
        outbox.resume(conn, "onsite")
        assert _keys(_ask(place, key)) == ["notice", "winter"]


def test_what_pages_subscribe_with_is_that_of_the_account(place: Place) -> None:
    key = _key(place)
    assert json.loads(_ask(place, key).text)["push"] == ""
    private = base64.urlsafe_b64encode(bytes(31) + b"\x01").decode().rstrip("=")
    settings = {"private_key": private, "subject": "mailto:web@shop.example"}
    with place.connect() as conn:
        accounts.save(conn, place.house.keys, "pages", "web_push", settings, clock.now())
    # Of the private key 1 the public one is the curve's base point (SEC 2, §2.4.2).
    given = json.loads(_ask(place, key).text)["push"]
    point = base64.urlsafe_b64decode(given + "=")
    assert point[:5].hex() == "046b17d1f2" and len(point) == 65


def test_the_snippet_is_there_as_the_latest_and_by_its_version(place: Place) -> None:
    script = snippet.latest()
    latest = place.visitor().get("/onsite/kervan.js")
    pinned = place.visitor().get(f"/onsite/{script.name}")
    assert latest.text == pinned.text == script.body.decode()
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in latest.headers["cache-control"]
    assert pinned.headers["access-control-allow-origin"] == "*"
    tag = latest.headers["etag"]
    assert place.visitor().get("/onsite/kervan.js", if_none_match=tag).status == 304
    worker = place.visitor().get("/onsite/kervan-sw.js")
    assert worker.text == snippet.worker().body.decode()
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "immutable" not in worker.headers["cache-control"]
    assert place.visitor().get("/onsite/kervan-9.9.9.js").status == 404
    assert place.visitor().get("/onsite/..%2frules.py").status == 404
