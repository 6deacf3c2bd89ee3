"""A marketer builds a journey, rehearses it, lets it go live, watches it, and stops it."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Samples
from tests.console.stories.hands import Hand, Keys
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.peer("chromium", "node")


def _begin(hand: Hand) -> str:
    """A new empty journey; gives its key."""
    page = hand.page
    hand.open("/journeys")
    hand.press("New journey")
    sheet = hand.see("dialog", "New journey")
    name = hand.called("İlk görüşme")
    hand.type("Name", name, sheet)
    expect(sheet).to_contain_text("ilk-gorusme")
    hand.press("An empty journey", "radio")
    hand.press("Begin")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page.url.rpartition("/")[2]


def test_a_journey_from_its_first_step_to_its_stop(
    hand: Hand, kervan: Kervan, samples: Samples
) -> None:
    samples.address("/journeys")
    page = hand.page
    title = page.get_by_role("heading", level=1)
    saved = page.get_by_role("status").filter(has_text="Saved")
    key = _begin(hand)

    hand.add_after("wait", "Experiment")
    expect(page.locator("[data-step='experiment']")).to_be_visible()
    hand.type("Share in percent", "49")
    expect(page.locator("[data-step='experiment'][data-wrong='true']")).to_be_visible()
    expect(hand.see("button", "Publish")).to_be_disabled()
    hand.press("Undo")
    expect(page.locator("[data-wrong='true']")).to_have_count(0)
    expect(saved).to_be_visible()
    page.reload()
    expect(page.locator("[data-step='experiment']")).to_be_visible()

    hand.press("Rehearse", "tab")
    hand.press("Rehearse")
    could = page.get_by_role("heading", name="What could not be as it was")
    expect(could).to_be_visible(timeout=60_000)
    hand.press("Flow", "tab")
    hand.press("Publish")
    asked = hand.see("dialog", "Publish")
    expect(asked).to_contain_text("Version 1 goes live")
    hand.press("Publish", within=asked)
    expect(title).to_contain_text("live")

    _watch(hand, kervan, key)

    hand.add_after("wait", "Wait")
    expect(page.locator("[data-step='wait-2']")).to_be_visible()
    expect(title).to_contain_text("being changed")
    expect(saved).to_be_visible()
    hand.press("More")
    hand.press("Stop", "menuitem")
    sure = page.get_by_role("dialog")
    expect(sure.get_by_role("button", name="Stop")).to_be_disabled()
    hand.type(f"Type “{key}” to confirm", key)
    hand.press("Stop", within=sure)
    expect(title).to_contain_text("stopped")
    assert kervan.get(f"/v1/journeys/{key}/definition")["state"] == "stopped"


def _watch(hand: Hand, kervan: Kervan, key: str) -> None:
    """Two come in; their number is on the card, and they are behind it."""
    page = hand.page
    assert kervan.get(f"/v1/journeys/{key}/definition")["state"] == "live"
    kervan.send(*(track("Signed Up", f"{key}-{one}") for one in range(2)))

    def inside() -> int:
        return int(kervan.get(f"/v1/journeys/{key}/numbers")["versions"][0]["inside"])

    until(lambda: inside() == 2, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    card = page.locator("[data-step='wait']")
    expect(card).to_contain_text("2 came")
    hand.step("wait")
    panel = hand.see("complementary", "The chosen step")
    hand.press_at(panel.get_by_role("button", name="2", exact=True).first)
    behind = page.get_by_role("dialog")
    expect(behind.get_by_role("link")).to_have_count(2)
    found = hand.desk.violations()
    page.keyboard.press("Escape")
    expect(behind).to_have_count(0)
    found += hand.desk.violations()
    if isinstance(hand, Keys):
        for name in ("Text", "Report", "Rehearse", "Versions"):
            hand.press(name, "tab")
            expect(hand.see("tab", name)).to_have_attribute("aria-selected", "true")
            hand.desk.settle()
            found += [f"{name}: {one}" for one in hand.desk.violations()]
        hand.press("Flow", "tab")
    assert not found, "\n".join(found)
