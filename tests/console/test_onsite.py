"""A campaign on the site, from its first word to visitors: by the form, then on the shop's page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan
from tests.story.shop import VISITOR, Shop, Visit, shop_at

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan) -> Iterator[Desk]:
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


@pytest.fixture(scope="module")
def shop(kervan: Kervan) -> Iterator[Shop]:
    """A shop whose address a source names, with the snippet in its pages."""
    with shop_at(kervan.address, "") as opened:
        source = {"name": "story shop", "kind": "browser", "allowed_origins": [opened.address]}
        key = kervan.api("POST", "/v1/sources", source).json["write_key"]
        opened.tag = kervan.get(f"/v1/onsite/snippet?key={key}")["pinned"]
        yield opened


def _told(kervan: Kervan) -> list[str]:
    found = kervan.history().query(
        "SELECT name FROM events WHERE properties.campaign.:String = 'yaz-firsati'"
    )
    return [str(row[0]) for row in found.result_rows]


def test_from_its_first_word_to_visitors(
    mine: Desk, kervan: Kervan, browser: Browser, shop: Shop
) -> None:
    page = mine.page
    mine.open("/onsite")
    page.get_by_role("button", name="New campaign").click()
    page.get_by_label("Name").fill("Yaz fırsatı")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("draft")
    expect(page.get_by_role("button", name="Mend 2 first")).to_be_disabled()
    # What is typed stays where it is typed: what the frame draws takes no focus.
    page.get_by_label("Words").first.click()
    page.keyboard.type("Yaz geldi ")
    drawn = page.frame_locator("iframe").locator("[data-kervan] h2")
    expect(drawn).to_have_text("Yaz geldi ")
    page.keyboard.type("<b>hoş</b>")
    page.get_by_label("Words").nth(1).fill("Bak")
    expect(drawn).to_have_text("Yaz geldi <b>hoş</b>")
    _written_by_two(page, kervan)
    expect(drawn).to_have_text("Yaz geldi <b>hoş</b>")
    mine.settle()
    mine.picture("story-onsite")
    assert not mine.violations()
    _looked_at_on_the_page(mine, browser, shop)
    page.get_by_role("button", name="Publish…").click()
    sure = page.get_by_role("dialog", name="Publish")
    expect(sure).to_contain_text("every page")
    sure.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("live")
    visit = Visit(browser, shop)
    seen = visit.open("/summer", VISITOR)
    expect(seen.get_by_role("dialog", name="Yaz geldi")).to_be_visible()
    expect(seen.get_by_role("note")).to_have_count(0)
    assert visit.violations() == []
    visit.close()
    assert kervan.get("/v1/onsite/yaz-firsati/draft") is None
    until(lambda: bool(_told(kervan)), lambda: str(_told(kervan)), PATIENCE_SECONDS)
    assert _told(kervan) == ["Onsite Shown"], "who looked at the preview is counted nowhere"
    assert not mine.complaints()


def _written_by_two(page: Page, kervan: Kervan) -> None:
    """It is on every device; who writes second is told, and nothing is written over."""
    saved = page.get_by_text("The draft is saved.")
    expect(saved).to_be_visible()
    path = "/v1/onsite/yaz-firsati/draft"
    kept = kervan.get(path)
    assert kept["campaign"]["blocks"]["en"][0]["text"] == "Yaz geldi <b>hoş</b>"
    theirs = {**kept["campaign"], "name": "Theirs"}
    assert kervan.api("PUT", path, {"campaign": theirs}).status == 200
    page.get_by_label("Words").nth(1).fill("Bak!")
    told = page.get_by_role("alert").filter(has_text="Somebody else wrote on this draft")
    expect(told).to_be_visible()
    assert kervan.get(path)["campaign"]["name"] == "Theirs"
    page.reload()
    expect(page.get_by_label("Words").nth(1)).to_have_value("Bak!")
    told.get_by_role("button", name="Keep mine in its place").click()
    expect(saved).to_be_visible()
    assert kervan.get(path)["campaign"]["name"] == "Yaz fırsatı"
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.get_by_label("Words").first).to_have_value("Yaz geldi <b>hoş</b>")


def _looked_at_on_the_page(mine: Desk, browser: Browser, shop: Shop) -> None:
    page = mine.page
    page.get_by_role("button", name="Preview on the real page…").click()
    sheet = page.get_by_role("dialog", name="Preview on the real page")
    sheet.get_by_role("combobox", name="Site").click()
    page.get_by_role("option", name=shop.address).click()
    sheet.get_by_label("Page").fill("/summer")
    sheet.get_by_label("Page").press("Enter")
    link = sheet.get_by_role("link", name="Open the page").get_attribute("href")
    assert link is not None and link.startswith(f"{shop.address}/summer#kervan-preview=")
    mine.picture("story-onsite-link")
    page.keyboard.press("Escape")
    shop.calls = [list(VISITOR), ["track", "Looked"]]
    visit = Visit(browser, shop)
    visit.page.goto(link)
    dialog = visit.page.get_by_role("dialog", name="Yaz geldi")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("note")).to_contain_text("Preview: only you see this")
    kept = visit.stored()
    assert (kept["local"], kept["session"], kept["cookie"]) == ({}, {}, "")
    assert visit.violations() == []
    # A letter changed, and it is a page like any other.
    visit.page.goto("about:blank")
    visit.page.goto(link[:-9] + ("A" if link[-9] != "A" else "B") + link[-8:])
    visit.wait_for("ready")
    assert visit.page.get_by_role("dialog").count() == 0
    visit.close()
