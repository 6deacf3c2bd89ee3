"""Pictures are brought in, named, shown to everybody who has the address, and archived."""

import json
import uuid
from typing import Any

from kervan.content.media import picture, store
from kervan.kernel import clock
from tests.unit.content.media import drawn
from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import ece, place, told
from tests.unit.web.visiting import Place, Visitor

__all__ = ["ece", "place"]
PATH = "/v1/media"


def bring(visitor: Visitor, body: bytes, name: str = "", status: int = 200) -> Any:
    answer = visitor.ask("POST", f"{PATH}?name={name}", body, content_type="image/png")
    assert answer.status == status, answer.text
    return json.loads(answer.text)


def test_a_picture_from_the_upload_to_the_mail(place: Place, ece: Visitor) -> None:
    before = len(place.audit())
    body = drawn.photo(1000, 800)
    brought = bring(ece, body, "palto.jpg")
    assert brought["new"]
    assert bring(ece, body, "other.jpg") == {**brought, "new": False}
    coat = brought["picture"]
    assert (coat["name"], coat["width"], coat["height"]) == ("palto", 800, 1000)
    assert [one["width"] for one in coat["sizes"]] == [200, 600, 800]
    wanted = {"name": "Palto", "alt": {"tr": "Kırmızı palto"}, "tags": ["kış"]}
    path = f"{PATH}/{coat['id']}"
    match = {"if_match": coat["edition"], "content_type": "application/json"}
    written = ece.ask("PUT", path, json.dumps(wanted).encode(), **match)
    assert written.status == 200, written.text
    stale = ece.ask("PUT", path, json.dumps({"name": "x"}).encode(), **match)
    assert stale.status == 409, stale.text
    told(ece, "PUT", path, wanted)
    told(ece, "PUT", path, {**wanted, "alt": {"de": "x"}}, 422)

    url = coat["sizes"][1]["url"].removeprefix(place.house.config.address)
    mjml = f'<mjml><mj-body><mj-image src="{url}" alt="x"/></mj-body></mjml>'
    mail = {"subject": "s", "mjml": mjml.replace('"/m/', '"https://x.test/m/')}
    told(ece, "PUT", "/v1/messages/autumn", autumn(variants={"email": {"tr": mail}}))
    (listed,) = json.loads(ece.get(f"{PATH}?q=KIRMIZI").text)["items"]
    assert listed["users"] == [{"kind": "message", "key": "autumn", "name": autumn()["name"]}]
    told(ece, "DELETE", path, None, 409)
    assert told(ece, "POST", f"{path}/archive", None)["archived_at"]
    assert json.loads(ece.get(PATH).text) == {"items": [], "total": 0, "before": None}
    assert not bring(ece, body)["picture"]["archived_at"]
    told(ece, "POST", f"{path}/restore", None)
    words = [f"media.{one}" for one in ("added", "changed", "archived", "restored")]
    done = [one[0] for one in place.audit()][before:]
    assert [one for one in done if one.startswith("media")] == words


def test_everybody_sees_what_is_in_a_mail(place: Place, ece: Visitor) -> None:
    brought = bring(ece, drawn.written(drawn.picture(700, 300, "RGBA"), "PNG"))["picture"]
    somebody = place.visitor()
    for one in brought["sizes"]:
        path = one["url"].removeprefix(place.house.config.address)
        answer = somebody.get(path)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert int(answer.headers["content-length"]) == one["size_bytes"]
        again = somebody.get(path, if_none_match=answer.headers["etag"])
        assert again.status == 304
        assert somebody.ask("HEAD", path).status == 200
    good = brought["sizes"][0]["url"].removeprefix(place.house.config.address)
    nowhere = (
        good.replace(".png", ".gif"),
        good.replace("/200.", "/201."),
        good.replace("/200.", "/99999."),
        "/m/x/200.png",
        f"/m/{'A' * 24}/200.png",
        f"{good}/x",
    )
    for bad in nowhere:
        assert somebody.get(bad).status == 404, bad
    policy = place.visitor().get("/mail-frame").headers["content-security-policy"]
    assert f"img-src https: data: {place.house.config.address}/m/;" in policy
    assert ece.ask("DELETE", f"{PATH}/{brought['id']}").status == 204
    assert somebody.get(good).status == 404


def test_a_deleted_one_is_gone_in_other_processes_within_a_second(
    place: Place, ece: Visitor
) -> None:
    """Deleted by another process: here, past this one's memory."""
    brought = bring(ece, drawn.written(drawn.picture(300, 200), "PNG"))["picture"]
    somebody = place.visitor()
    path = brought["sizes"][0]["url"].removeprefix(place.house.config.address)
    assert somebody.get(path).status == 200
    with place.house.connection() as conn:
        store.delete(conn, uuid.UUID(brought["id"]))
    begun = clock.monotonic()
    while somebody.get(path).status != 404:
        assert clock.monotonic() - begun < 2


def test_what_is_refused(place: Place, ece: Visitor) -> None:
    said = bring(ece, b"<svg/>", status=415)["error"]
    assert said["code"] == "content.media_svg"
    assert bring(ece, b"\x89PNG\r\n\x1a\n", status=422)["error"]["code"] == "content.media_broken"
    said = bring(ece, b"\xff" * (picture.MOST_BYTES + 1), status=413)["error"]
    assert said["code"] == "content.media_too_large" and "32 MB" in said["message"]
    assert ece.get(f"{PATH}/00000000-0000-7000-8000-000000000001").status == 404
    reader = place.session(place.user("ana@shop.test", "analyst"))
    assert reader.get(PATH).status == 200
    bring(reader, drawn.written(drawn.picture(9, 9), "PNG"), status=403)
    assert place.visitor().get(PATH).status == 401


def test_thirty_megabytes(ece: Visitor) -> None:
    """A photo as large as they come is small a moment later."""
    noise = drawn.written(drawn.picture(4000, 3000))
    body = noise + bytes(30 * 1024 * 1024 - len(noise))
    assert bring(ece, body)["picture"]["sizes"][-1]["width"] == 1200
