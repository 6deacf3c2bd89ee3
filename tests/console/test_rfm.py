"""From the RFM grid to a segment and its rule moved about, by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/segments")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def test_a_cell_becomes_a_segment_whose_rule_is_moved_and_taken_back(
    mine: Desk, kervan: Kervan
) -> None:
    page, keys = mine.page, mine.page.keyboard
    mine.open("/segments/~rfm")
    page.get_by_role("button", name="New customers").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp"):
        keys.press(key)
    expect(page.locator("[data-at='0 1']")).to_be_focused()
    keys.press("Enter")
    item = page.get_by_role("menuitem", name="New segment of this cell")
    expect(item).to_be_visible()
    item.focus()
    keys.press("Enter")
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("Cell")
    name.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cell")
    rows = [one for one in kervan.get("/v1/rfm")["cells"] if one["recency"] == 5]
    (cell,) = [one for one in rows if one["worth"] == 2]
    told = page.get_by_role("region", name="People now")
    expect(told.locator("[aria-live=polite]")).to_have_text(str(cell["count"]))

    # The recency of the cell goes below the group of frequency and money, and comes back.
    grips = page.locator("[data-grip]")
    expect(page.locator("[data-grip='/of/0']")).to_have_accessible_name(
        "Move or copy: RFM (1 of 2)"
    )
    before = grips.count()
    page.locator("[data-grip='/of/0']").focus()
    keys.press("Alt+ArrowDown")
    expect(page.locator("[data-grip='/of/0/of/0']")).to_be_focused()
    keys.press("Control+z")
    expect(page.locator("[data-grip='/of/0']")).to_have_accessible_name(
        "Move or copy: RFM (1 of 2)"
    )
    page.locator("[data-grip='/of/0']").focus()
    keys.press("Control+c")
    keys.press("Control+v")
    expect(grips).to_have_count(before + 1)
    expect(page.locator("[data-grip='/of/1']")).to_be_focused()
    keys.press("Delete")
    expect(grips).to_have_count(before)

    mine.open("/segments")
    name = page.get_by_role("link", name="Paltoya bakanlar", exact=True)
    row = page.get_by_role("row").filter(has=name)
    expect(row).to_contain_text("1 segment")
    # Others of this Kervan's people may have looked at coats meanwhile.
    until(lambda: row.get_by_role("cell").nth(2).inner_text() >= "2", row.inner_text)
    assert not mine.wrong
