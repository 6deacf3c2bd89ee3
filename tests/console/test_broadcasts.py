"""A broadcast from its draft to its end, and one that is moved in the calendar."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.console.broadcasts import watch_to_the_end
from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan

pytestmark = pytest.mark.peer("chromium", "node")
SEGMENT = {
    "key": "console-sale", "name": "Sale",
    "tree": {"kind": "trait", "trait": "sale",
             "test": {"kind": "text", "op": "eq", "values": ["yes"]}},
}  # fmt: skip
NAMES = ("Aynur", "Leyla", "Nigar")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    """Three who are in a segment, of whom the first never agreed to mails."""
    samples.address("/broadcasts")
    samples.address("/calendar")
    kervan.say_who_speaks()
    kervan.api("POST", "/v1/segments", SEGMENT)
    for name in NAMES:
        traits = {"firstName": name, "email": f"{name.lower()}@sale.test", "sale": "yes"}
        kervan.send({"type": "identify", "userId": f"sale-{name}", "traits": traits})
    for name in NAMES[1:]:
        said = {"channel": "email", "status": "granted"}
        kervan.api("POST", f"/v1/people/{kervan.person(f'sale-{name}')}/consents", said)
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def _look(mine: Desk, name: str) -> None:
    mine.settle()
    mine.picture(f"story-{name}")
    assert not mine.violations()


def test_from_a_draft_to_its_end(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/broadcasts")
    page.get_by_role("button", name="New broadcast").click()
    page.get_by_label("Name").fill("Yay endirimi")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("in this browser only")
    page.get_by_role("combobox", name="To whom").fill("Sale")
    page.get_by_role("option", name="Sale").click()
    page.get_by_role("button", name="Next: What").click()
    # What is not whole is not saved: told at its step, and a reload keeps what was written.
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_role("navigation", name="Steps")).to_contain_text("1 to mend")
    page.reload()
    page.get_by_role("combobox", name="Message").fill("Sonbahar")
    page.get_by_role("option", name="Sonbahar paltoları").click()
    page.get_by_role("combobox", name="Channels, in the order to try").press("Space")
    page.get_by_role("option", name="E-mail").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Next: When").click()
    page.get_by_role("button", name="Save, then: Test").click()
    expect(page.get_by_role("button", name="Send a test: Sonbahar paltoları")).to_be_visible()
    assert kervan.get("/v1/broadcasts/yay-endirimi")["version"] == 1

    def count() -> int:
        return int(kervan.get("/v1/broadcasts/yay-endirimi/headcount")["reach"]["email"])

    until(lambda: count() == 2, lambda: str(count()), PATIENCE_SECONDS)
    page.get_by_role("button", name="Next: Check").click()
    reach = page.get_by_role("region", name="Whom it would reach if it started now")
    expect(reach).to_contain_text("of 3 people")
    page.get_by_role("button", name="E-mail: No consent: show 1").click()
    expect(page.get_by_role("dialog")).to_contain_text("Aynur")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Next: Start").click()
    page.get_by_role("button", name="Start this broadcast…").click()
    sure = page.get_by_role("dialog", name="Start")
    sure.get_by_label("Yay endirimi").fill("yay endirimi")
    sure.get_by_role("button", name="Start").click()
    watch_to_the_end(page, kervan)
    counts = page.get_by_role("region", name="How it goes")
    expect(counts).to_contain_text("It reached 2 of 3 people")
    brought = page.get_by_role("region", name="What it brought")
    expect(brought.get_by_role("row", name="Those who got it")).to_contain_text("2")
    _look(mine, "done")
    counts.get_by_role("button", name="Has got it: show 2").click()
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_count(2)
    assert not [one for one in mine.wrong if "404" not in one and "422" not in one]


def test_one_that_waits_is_changed_and_started_anew(mine: Desk, kervan: Kervan) -> None:
    page, where = mine.page, "/v1/broadcasts/console-later"
    wanted = {"key": "console-later", "name": "Later", "everybody": True, "channels": ["email"],
              "message": "console-coats", "at": "2031-01-10T10:00"}  # fmt: skip
    assert kervan.api("PUT", where, wanted).status < 300
    assert kervan.api("POST", f"{where}/start").status < 300
    mine.open("/broadcasts/console-later")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Next: What").click()
    page.get_by_role("button", name="Next: When").click()
    page.get_by_role("textbox", name="Spread over (hours)").fill("3")
    # A change that a reload interrupts is gone on with.
    page.reload()
    page.get_by_role("button", name="When", exact=True).click()
    expect(page.get_by_role("textbox", name="Spread over (hours)")).to_have_value("3")
    page.get_by_role("button", name="Save, then: Test").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("draft")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Start this broadcast…").click()
    sure = page.get_by_role("dialog", name="Start")
    sure.get_by_label("Later").fill("later")
    sure.get_by_role("button", name="Start").click()
    # It waits again: what is shown is no form any more.
    expect(page.get_by_role("button", name="Back to draft")).to_be_visible()
    expect(page.get_by_role("navigation", name="Steps")).to_have_count(0)
    # Somebody else calls it back and lets it go at once: this page tells by itself.
    assert kervan.api("POST", f"{where}/cancel").status < 300
    now = {one: wanted[one] for one in wanted if one not in ("at", "everybody")}
    assert kervan.api("PUT", where, now | {"segment": "console-sale"}).status < 300
    mine.open("/broadcasts/console-later")
    expect(page.get_by_role("navigation", name="Steps")).to_be_visible()
    assert kervan.api("POST", f"{where}/start").status < 300
    expect(page.get_by_role("region", name="How it goes")).to_be_visible()


def test_moved_to_another_day(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/calendar?day=2030-04-10")

    def day() -> str:
        found = kervan.get("/v1/calendar?from=2030-04-01&to=2030-04-30")["broadcasts"]
        return next(str(one["day"]) for one in found if one["key"] == "console-rain")

    rain = page.get_by_role("button", name="16:30 Yağmurluklar")
    rain.drag_to(page.locator("td[data-day='2030-04-12']"))
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text("From 10 April 2030 to 12 April 2030, at 16:30 as before.")
    mine.picture("story-move")
    sure.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("td[data-day='2030-04-12']")).to_contain_text("Yağmurluklar")
    # By keyboard alone; meanwhile somebody else has moved it.
    rain.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Move to another day…").press("Enter")
    theirs = kervan.get("/v1/broadcasts/console-rain")["definition"] | {"at": "2030-04-16T16:30"}
    kervan.api("PUT", "/v1/broadcasts/console-rain", theirs)
    sure.get_by_label("New day").fill("2030-04-19")
    sure.get_by_label("New day").press("Enter")
    expect(sure.get_by_role("alert")).to_contain_text("Somebody else changed")
    assert day() == "2030-04-16"
