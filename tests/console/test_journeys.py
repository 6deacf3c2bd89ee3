"""A journey is read from every side, changed by keys, tried, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/journeys")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def test_read_from_every_side_by_keys(mine: Desk) -> None:
    page = mine.page
    mine.wrong.clear()
    mine.open("/journeys/console-coat")
    card = page.locator("[data-step='look']")
    expect(card).to_contain_text("3 came")
    card.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="The chosen step")
    behind = panel.get_by_role("button", name="2", exact=True)
    behind.focus()
    page.keyboard.press("Enter")
    people = page.get_by_role("dialog")
    expect(people.get_by_role("link")).to_have_count(2)
    found = mine.violations()
    page.keyboard.press("Escape")
    expect(people).to_have_count(0)
    found += mine.violations()
    page.get_by_role("tab", name="Flow").focus()
    for name in ("Text", "Report", "Rehearse", "Versions"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        mine.settle()
        found += [f"{name}: {one}" for one in mine.violations()]
    assert not found, "\n".join(found)
    page.get_by_role("tab", name="Rehearse").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="What could not be as it was")).to_be_visible(
        timeout=60_000
    )
    assert not mine.wrong, mine.wrong


def test_entry_steps_and_a_trial_by_keys(mine: Desk, kervan: Kervan) -> None:
    page, keys = mine.page, mine.page.keyboard
    mine.wrong.clear()
    text = kervan.get("/v1/journeys/console-coat/definition")["text"]
    text = text.replace("console-coat", "by-keys").replace("kind: wait", "kind: wait # a day")
    kervan.api("PUT", "/v1/journeys/by-keys/draft", {"text": text}, **{"if-match": "0"})
    mine.open("/journeys/by-keys")
    page.locator("[data-step='@entry']").focus()
    keys.press("Enter")
    panel = page.get_by_role("complementary", name="Entry, exits and goal")
    panel.get_by_label("Event").first.fill("Coat Liked")
    panel.get_by_label("Again").select_option("never")
    panel.get_by_label("Again").press("Escape")
    expect(page.locator("[data-step='@entry']")).to_be_focused()
    expect(page.locator("[data-step='@entry']")).to_contain_text("Coat Liked")
    keys.press("ArrowDown")
    expect(page.locator("[data-step='look']")).to_be_focused()
    keys.press("Shift+ArrowDown")
    keys.press("Control+c")
    keys.press("Control+v")
    expect(page.locator("[data-step='look-2']")).to_be_visible()
    keys.press("Control+z")
    expect(page.locator("[data-step='look-2']")).to_have_count(0)
    page.locator("[data-step='ask']").focus()
    keys.press("Delete")
    expect(page.locator("[data-step='ask']")).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    page.locator("[data-step='ask']").focus()
    keys.press("+")
    expect(page.get_by_role("textbox", name="Find a step")).to_be_focused()
    keys.type("points")
    keys.press("Enter")
    expect(page.locator("[data-step='give-points']")).to_be_visible()
    page.locator("[data-step='look']").press("Enter")
    step = page.get_by_role("complementary", name="The chosen step")
    step.get_by_role("button", name="Remove: Until an event").click()
    page.locator("[data-wrong='true']").wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name="Play", exact=True).click()
    story = page.get_by_role("list", name="What would happen")
    expect(story.get_by_role("listitem").last).to_contain_text("leaves at “quiet”")
    expect(story).to_contain_text("“ask” would do its work")
    assert not mine.violations() + mine.wrong
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    kept = kervan.get("/v1/journeys/by-keys/draft")["text"]
    assert kept.startswith("# Somebody looks at a coat.") and "kind: wait # a day" in kept
    assert "trigger: {event: Coat Liked}" in kept
    assert "reentry: never\n  steps:" in kept


def test_a_save_whose_answer_was_lost_is_ones_own(mine: Desk, kervan: Kervan) -> None:
    """The server took it, the answer never came: what was typed after it is not lost."""
    page = mine.page
    mine.wrong.clear()
    text = kervan.get("/v1/journeys/console-coat/definition")["text"]
    text = text.replace("console-coat", "half-saved")
    kervan.api("PUT", "/v1/journeys/half-saved/draft", {"text": text}, **{"if-match": "0"})
    mine.open("/journeys/half-saved")

    def lose(route: Route) -> None:
        if route.request.method == "PUT":
            route.fetch()
        route.abort()

    def kept() -> str:
        return str(kervan.get("/v1/journeys/half-saved/draft")["text"])

    page.route("**/v1/journeys/half-saved/draft", lose)
    page.locator("[data-step='@entry']").click()
    entry = page.get_by_role("complementary", name="Entry, exits and goal")
    with page.expect_event("requestfailed"):
        entry.get_by_label("Again").select_option("never")
    assert "reentry: never" in kept()
    entry.get_by_label("Event").first.fill("Coat Liked")
    page.unroute("**/v1/journeys/half-saved/draft")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    until(lambda: "event: Coat Liked" in kept(), kept)
    assert "reentry: never" in kept()
    expect(page.get_by_role("alert")).to_have_count(0)
