"""A shop's visitors in a real browser, under the strictest policy: what they see, what is told."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, Page, Route, expect

from kervan.kernel import clock
from tests.sdk.browser import chromium
from tests.sdk.door import until
from tests.story.pieces import CAMPAIGNS, HOSTILE
from tests.story.running import Kervan
from tests.story.shop import VISITOR, Shop, Visit, shop_at

pytestmark = pytest.mark.peer("chromium")
_PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
# Where to put pictures of every piece, for whoever wants to look at them.
_PICTURES = os.environ.get("KERVAN_PICTURES", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shop(kervan: Kervan) -> Iterator[Shop]:
    for key, facts in CAMPAIGNS.items():
        triggers = {"urls": [f"/{key}", f"/{key}?*"], **facts.get("triggers", {})}
        whole = {"key": key, "name": key, **facts, "triggers": triggers}
        answer = kervan.api("PUT", f"/v1/onsite/{key}", whole)
        assert answer.status == 200, answer
    tag = kervan.get(f"/v1/onsite/snippet?key={kervan.keys['browser']}")["pinned"]
    with shop_at(kervan.address, tag) as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """A visitor whose page breaks no policy and says nothing on its console."""
    visit = Visit(browser, shop)
    yield visit
    assert visit.violations() == []
    assert visit.said == []
    visit.close()


def _told(kervan: Kervan, campaign: str, count: int) -> list[tuple[Any, ...]]:
    """(event, variant) of what was told of a campaign, once there are `count`."""
    found: list[tuple[Any, ...]] = []

    def arrived() -> bool:
        rows = kervan.history().query(
            "SELECT name, properties.variant.:String FROM events"
            " WHERE properties.campaign.:String = {key:String} ORDER BY at, name",
            parameters={"key": campaign},
        )
        found[:] = [tuple(row) for row in rows.result_rows]
        return len(found) >= count

    until(arrived, lambda: f"{len(found)} of {count} told: {found}\n{kervan.log[-2000:]}")
    return found


def _results(kervan: Kervan, key: str) -> dict[str, dict[str, Any]]:
    found = kervan.get(f"/v1/onsite/{key}/results")["variants"]
    return {one["variant"]: one for one in found}


def _picture(page: Page, name: str) -> None:
    if _PICTURES:
        page.wait_for_timeout(300)  # of the way in, for the picture alone
        page.screenshot(path=str(Path(_PICTURES) / f"{name}.png"))


def test_a_banner_is_shown_and_its_click_counted(kervan: Kervan, visit: Visit) -> None:
    page = visit.open("/banner", VISITOR)
    banner = page.get_by_role("region", name="Duyuru")
    expect(banner).to_contain_text("kargo bedava")
    banner.get_by_role("link", name="Alışverişe başla").click()
    page.wait_for_url("**/sale")
    assert _told(kervan, "banner", 2) == [("Onsite Shown", "a"), ("Onsite Clicked", "a")]
    page = visit.open("/banner")
    assert page.locator("[data-kervan]").count() == 0, "once a day is once a day"


def test_a_popup_holds_the_focus_and_gives_it_back_and_an_order_counts(
    kervan: Kervan, visit: Visit
) -> None:
    page = visit.open("/popup")
    page.locator("#first").focus()
    visit.call(*VISITOR)
    dialog = page.get_by_role("dialog", name="Hoş geldiniz")
    expect(dialog).to_be_visible()
    for _ in range(5):  # one more than there is to focus
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent")
        assert inside, "focus has left the dialog"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#first")).to_be_focused()
    visit.call("track", "Order Completed", {"order_id": "o-1", "total": 100, "currency": "TRY"})
    told = [name for name, _ in _told(kervan, "popup", 3)]
    assert told == ["Onsite Shown", "Onsite Closed", "Onsite Converted"]
    result = _results(kervan, "popup")["a"]
    assert (result["shown"], result["closed"], result["converted"]) == (1, 1, 1)
    assert 0 < result["low"] < result["rate"] == result["high"] == 1


def test_a_form_asks_for_an_address_and_the_word_waits_for_its_proof(
    kervan: Kervan, visit: Visit
) -> None:
    page = visit.open("/slide", VISITOR)
    box = page.get_by_role("region", name="Haberdar olun")
    box.get_by_label("E-posta adresiniz").fill("no address")
    box.get_by_role("button", name="Kaydol").click()
    expect(box.get_by_label("E-posta adresiniz")).to_be_visible()
    box.get_by_label("E-posta adresiniz").fill("irem@ornek.test")
    box.get_by_role("checkbox").check()
    box.get_by_role("button", name="Kaydol").click()
    expect(box.get_by_role("status")).to_contain_text("onay e-postanızı bekleyin")
    told = [name for name, _ in _told(kervan, "slide", 2)]
    assert told == ["Onsite Shown", "Onsite Form Sent"]
    kervan.processed()
    said = kervan.history().query(
        "SELECT properties.status.:String FROM events WHERE name = 'Consent Changed'"
        " AND properties.proof.campaign.:String = 'slide'"
    )
    assert said.result_rows == [("pending",)]


def test_an_embedded_piece_and_hostile_words(visit: Visit) -> None:
    page = visit.open("/slot", VISITOR)
    slot = page.locator("[data-kervan-slot=home]")
    expect(slot.get_by_role("region", name="Yeni gelenler")).to_contain_text("Deri botlar")
    page = visit.open("/hostile")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text(HOSTILE)
    assert dialog.locator("img, script").count() == 0
    assert page.evaluate("window.hacked") is None


def test_moments_and_the_basket(visit: Visit) -> None:
    page = visit.open("/exit", VISITOR)
    dialog = page.get_by_role("dialog")
    assert dialog.count() == 0
    page.mouse.move(200, 200)
    page.evaluate(
        "document.dispatchEvent(new MouseEvent('mouseout', {clientY: -1, bubbles: true}))"
    )
    expect(dialog).to_be_visible()
    page = visit.open("/scroll")
    assert dialog.count() == 0
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(dialog).to_be_visible()
    page = visit.open("/event")
    assert dialog.count() == 0
    visit.call("track", "Size Missing")
    expect(dialog).to_be_visible()
    page = visit.open("/basket")
    visit.call("track", "Product Added", {"product_id": "p", "price": 240, "quantity": 2})
    assert dialog.count() == 0
    visit.call("basket", 500)
    expect(dialog).to_be_visible()


def test_before_consent_nothing_is_kept_and_nothing_told(
    kervan: Kervan, visit: Visit, shop: Shop
) -> None:
    page = visit.open("/early", ("track", "Looked"), ("identify", "early-bird"))
    expect(page.get_by_role("region")).to_contain_text("Hoş geldiniz")
    page.get_by_role("button", name="Kapat").click()
    nothing = {
        "local": {}, "session": {}, "bases": 0, "caches": 0, "cookie": "", "cookies": [],
    }  # fmt: skip
    assert visit.stored() == nothing
    page = visit.open("/popup")
    assert page.get_by_role("dialog").count() == 0, "marketing waits for consent"
    page = visit.open("/early")
    expect(page.get_by_role("region")).to_be_visible()
    assert visit.stored() == nothing
    visit.call("consent", {"analytics": False, "marketing": False})
    assert visit.stored() == nothing
    visit.call(*VISITOR)
    assert set(visit.stored()["local"]) == {"kervan"}
    told = [name for name, _ in _told(kervan, "early", 0)]
    assert told == [], "what was refused is told to nobody"
    visit.call("consent", {"analytics": False, "marketing": False})
    assert visit.stored() == nothing


def test_variants_stay_with_their_visitors(kervan: Kervan, browser: Browser, shop: Shop) -> None:
    met: set[str] = set()
    visitors = 0
    while len(met) < 3 and visitors < 60:  # all three: 1 - 3 * (2/3)^60, and mostly at once
        visitors += 1
        visit = Visit(browser, shop)
        seen = set()
        for _ in range(2):
            page = visit.open("/test", VISITOR)
            region = page.get_by_role("region")
            seen.add(region.inner_text().split("\n")[0] if region.count() else "")
        assert len(seen) == 1, "a visitor met two variants"
        met |= seen
        visit.close()
    assert met == {"Kısa", "Uzun", ""}
    _told(kervan, "test", 2 * visitors)
    results = _results(kervan, "test")
    assert set(results) == {"short", "long", "nothing"}
    assert sum(one["shown"] + one["held_out"] for one in results.values()) == 2 * visitors
    assert results["nothing"]["held_out"] > 0
    assert results["nothing"]["shown"] == 0


def _token(kervan: Kervan, customer: str, **claims: Any) -> str:
    secret = kervan.get("/v1/onsite/secret")["secret"]
    whole = {"sub": customer, "aud": "kervan", "exp": clock.now_ms() // 1000 + 600, **claims}
    return jwt.encode({"alg": "HS256"}, whole, OctKey.import_key(secret))


def test_words_about_a_person_are_for_her_alone(
    kervan: Kervan, visit: Visit, browser: Browser, shop: Shop
) -> None:
    kervan.send({"type": "identify", "userId": "ipek", "traits": {"firstName": "İpek"}})
    kervan.person("ipek")
    body = {
        "writeKey": kervan.keys["browser"], "campaigns": ["mine", "popup"], "language": "tr",
    }  # fmt: skip
    stranger = kervan.ask("POST", "/onsite/v1/decide", body)
    assert stranger.json == {"campaigns": {}}
    forged = jwt.encode(
        {"alg": "HS256"}, {"sub": "ipek", "aud": "kervan", "exp": 9e9}, OctKey.import_key("x" * 32)
    )
    late = _token(kervan, "ipek", exp=clock.now_ms() // 1000 - 3600)
    for identity in (forged, late, "", "a.b.c", _token(kervan, "nobody")):
        answer = kervan.ask("POST", "/onsite/v1/decide", {**body, "identity": identity})
        assert answer.json == {"campaigns": {}}
        assert answer.headers["cache-control"] == "no-store"
    rules = kervan.ask("GET", f"/onsite/v1/rules?key={kervan.keys['browser']}&lang=tr")
    assert "Merhaba" not in rules.body.decode(), "her words are for her alone"
    token = _token(kervan, "ipek")
    page = visit.open("/mine", VISITOR, ("identify", "ipek"), ("verify", token))
    expect(page.get_by_role("dialog", name="Merhaba İpek")).to_be_visible()
    page = visit.open("/mine", VISITOR, ("verify", token))
    expect(page.get_by_role("dialog", name="Merhaba İpek")).to_be_visible()
    _told(kervan, "mine", 2)
    kervan.processed()
    other = Visit(browser, shop)
    page = other.open("/mine", VISITOR, ("verify", token))
    other.wait_for("decided")
    assert page.get_by_role("dialog").count() == 0, "twice a person, wherever she was"
    other.close()


def test_nobody_sees_what_was_said_to_whoever_was_here_before(kervan: Kervan, visit: Visit) -> None:
    for customer, name in (("asya", "Asya"), ("mert", "Mert")):
        kervan.send({"type": "identify", "userId": customer, "traits": {"firstName": name}})
        kervan.person(customer)
    page = visit.open("/mine", VISITOR, ("verify", _token(kervan, "asya")))
    bell = page.get_by_role("button", name="Gelen kutusu")
    expect(page.get_by_role("dialog", name="Merhaba Asya")).to_be_visible()
    expect(bell).to_have_count(1)
    visit.call("verify", _token(kervan, "asya", exp=clock.now_ms() // 1000 + 700))
    expect(page.get_by_role("dialog", name="Merhaba Asya")).to_be_visible()
    visit.call("reset")  # she signs out, and the shop's page stays where it is
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(bell).to_have_count(0)
    visit.call("verify", _token(kervan, "mert"))
    visit.call("page")
    expect(page.get_by_role("dialog", name="Merhaba Mert")).to_be_visible()
    expect(bell).to_have_count(1)


def test_a_phone_shows_every_kind_whole(browser: Browser, shop: Shop) -> None:
    for device, name in ((_PHONE, "phone"), ({}, "desktop")):
        visit = Visit(browser, shop, **device)
        for key in ("banner", "popup", "slide", "slot"):
            page = visit.open(f"/{key}", VISITOR)
            box = page.locator("[data-kervan] .p").first
            expect(box).to_be_visible()
            edges = box.bounding_box()
            width = page.evaluate("innerWidth")
            assert edges is not None and edges["x"] >= 0
            assert edges["x"] + edges["width"] <= width
            if key == "slot":
                box.scroll_into_view_if_needed()
            _picture(page, f"{key}-{name}")
        assert visit.violations() == []
        visit.close()


_MESSAGE = """\
message:
  key: back-in-stock
  name: Back in stock
  intent: she comes back for what she wanted
  purpose: transactional
  link_hosts: [shop.example]
  variants:
    inbox:
      tr: {title: "{{ event.product }} geri geldi", body: Bedeniniz şu an var., url: "https://shop.example/sale"}
"""
_JOURNEY = """\
journey:
  key: restock
  name: Restock
  trigger: {event: Restocked}
  steps:
    - {key: tell, kind: send, message: back-in-stock}
    - {key: end, kind: exit}
"""


def test_a_journey_writes_into_an_inbox_and_the_page_hears_of_it(
    kervan: Kervan, visit: Visit, tmp_path: Path
) -> None:
    for name, text in (("message", _MESSAGE), ("journey", _JOURNEY)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        done = kervan.cli("apply", str(path))
        assert done.returncode == 0, done
    assert kervan.cli("channel", "add", "gelen-kutusu", "inbox").returncode == 0
    kervan.send({"type": "identify", "userId": "defne", "traits": {"language": "tr"}})
    kervan.person("defne")
    page = visit.open("/", VISITOR, ("verify", _token(kervan, "defne")))
    bell = page.get_by_role("button", name="Gelen kutusu (0)")
    expect(bell).to_be_visible()
    kervan.send({"type": "track", "event": "Restocked", "userId": "defne",
                 "properties": {"product": "Palto"}})  # fmt: skip
    bell = page.get_by_role("button", name="Gelen kutusu (1)")
    expect(bell).to_be_visible(timeout=20_000)
    bell.click()
    panel = page.get_by_role("dialog", name="Gelen kutusu")
    expect(panel.get_by_role("listitem")).to_contain_text("Palto geri geldi")
    _picture(page, "inbox-desktop")
    panel.get_by_role("listitem").get_by_text("Bedeniniz şu an var.").click()
    expect(page.get_by_text("1", exact=True)).to_be_hidden()
    assert kervan.names("defne", 6).count("Message Opened") == 1
    panel.get_by_role("button", name="Arşivle").click()
    expect(panel.get_by_role("listitem")).to_have_count(0)
    until(
        lambda: kervan.rows("select count(archived_at) from inbox_message")[0][0] == 1,
        lambda: "it was not put away",
    )
    listed = kervan.ask("GET", "/onsite/v1/inbox", authorization="Bearer nobody")
    assert (listed.status, listed.code) == (401, "onsite.not_proved")


def test_rules_that_somebody_changed_show_nothing_and_no_address_runs(
    kervan: Kervan, browser: Browser, shop: Shop
) -> None:
    evil = {"key": "evil", "version": 1, "kind": "popup", "language": "tr", "look": {}, "hours": 0,
            "triggers": {}, "frequency": {}, "variants": [{"key": "a", "weight": 1, "blocks": [
                {"type": "heading", "text": "Evil"},
                {"type": "button", "text": "Run", "url": "javascript:window.hacked=1"},
                {"type": "constructor", "text": "x"}, {"type": "script", "text": "x"},
            ]}]}  # fmt: skip
    signed, unsigned = shop.tag, re.sub(r' data-rules-key="[^"]+"', "", shop.tag)
    for tag, shown in ((signed, 0), (unsigned, 1)):
        shop.tag = tag
        visit = Visit(browser, shop)

        def change(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=json.dumps({"campaigns": [evil]}))

        visit.page.route("**/onsite/v1/rules*", change)
        page = visit.open("/", VISITOR)
        if shown:
            page.get_by_role("dialog").get_by_text("Run").click()
            assert page.get_by_role("dialog").get_by_role("link").count() == 0
        assert page.get_by_role("dialog").count() == shown
        assert page.evaluate("window.hacked") is None
        assert visit.violations() == []
        visit.close()
    shop.tag = signed
