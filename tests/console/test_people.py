"""Somebody is found as one types, asked about, shown with a reason, joined, erased."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    assert samples["/people/$person"], "the people of these stories"
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def _find(page: Page, typed: str, name: str) -> None:
    search = page.get_by_role("textbox", name="Search people")
    search.fill(typed)
    first = page.locator("[data-index='0'] [data-name]")
    expect(first).to_have_text(name)
    expect(page.get_by_role("status").filter(has_text="1 person")).to_be_visible()


def test_why_she_did_not_get_it_by_mouse(mine: Desk) -> None:
    page = mine.page
    mine.open("/people")
    _find(page, "eli", "Əli Quliyev")
    _find(page, "irem", "İrem Şahin")
    page.get_by_role("link", name="İrem Şahin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("İrem Şahin")
    expect(page.get_by_text("i***@o***.test").first).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    page.get_by_role("button", name="Why?").first.click()
    story = page.get_by_role("dialog", name="Why this message went or did not")
    expect(story).to_contain_text("has not agreed to marketing")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show in the clear").click()
    page.get_by_label("Why do you need to see them?").fill("she is on the phone")
    page.get_by_role("dialog").get_by_role("button", name="Show in the clear").click()
    expect(page.get_by_text("irem.sahin@ornek.test").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("i***@o***.test").first).to_be_visible()
    assert not mine.wrong


def test_choosing_and_the_story_by_keys_alone(mine: Desk) -> None:
    page = mine.page
    mine.open("/people")
    page.get_by_role("textbox", name="Search people").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("irem")
    first = page.locator("[data-index='0'] [data-name]")
    expect(first).to_have_text("İrem Şahin")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("status").filter(has_text="1 person selected")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("İrem Şahin")
    page.get_by_role("tab", name="Timeline").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Why?").first.focus()
    page.keyboard.press("Enter")
    story = page.get_by_role("dialog", name="Why this message went or did not")
    expect(story).to_contain_text("has not agreed to marketing")
    page.keyboard.press("Escape")
    expect(story).to_have_count(0)
    assert not mine.wrong


def test_joined_on_trial_and_erased_by_typing(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    eve = kervan.person("console-4")
    mine.open(f"/people/{eve}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x onerror=1>")
    page.get_by_role("tab", name="Merges").click()
    page.get_by_role("combobox", name="This is the same person as").fill("cagla")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Preview").click()
    trial = page.get_by_role("dialog", name="Join two profiles")
    expect(trial).to_contain_text("Different in the two")
    trial.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Erase this person").click()
    act = page.get_by_role("button", name="Erase for good")
    expect(act).to_be_disabled()
    page.get_by_label("Type “erase” to confirm").fill("erase")
    act.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erasure has begun")
    page.get_by_role("button", name="Show the receipt").click()
    expect(page.get_by_role("button", name="Save the receipt")).to_be_visible()
    assert not mine.wrong
    told = kervan.get(f"/v1/privacy/people/{eve}/receipt")
    assert told
