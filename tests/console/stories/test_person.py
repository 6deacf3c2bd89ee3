"""Somebody is found by letters one has, asked about, shown with a reason, joined, erased."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.stories.hands import Hand
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


def test_names_are_found_without_their_marks(hand: Hand, people: str) -> None:
    page = hand.page
    hand.open("/people")
    first = page.locator("[data-index='0'] [data-name]")
    alone = page.get_by_role("status").filter(has_text="1 person")
    for typed, name in (
        ("irem", "İrem Şahin"),
        ("əli", "Əli Quliyev"),
        ("İREM", "İrem Şahin"),
        ("eli", "Əli Quliyev"),
    ):
        hand.type("Search people", typed)
        expect(first).to_have_text(name)
        expect(alone).to_be_visible()
    # And from everywhere.
    hand.find("irem", "İrem Şahin")
    expect(page.get_by_role("heading", level=1)).to_have_text("İrem Şahin")
    hand.find("əli", "Əli Quliyev")
    expect(page.get_by_role("heading", level=1)).to_have_text("Əli Quliyev")


def test_why_she_did_not_get_it(hand: Hand, people: str) -> None:
    page = hand.page
    hand.open("/people")
    hand.type("Search people", "irem")
    expect(page.locator("[data-index='0'] [data-name]")).to_have_text("İrem Şahin")
    hand.mark("Select İrem Şahin", hand.see("link", "İrem Şahin"))
    expect(page.get_by_role("status").filter(has_text="1 person selected")).to_be_visible()
    hand.press("İrem Şahin", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("İrem Şahin")
    expect(page.get_by_text("i***@o***.test").first).to_be_visible()
    hand.press("Messages", "tab")
    expect(hand.see("tab", "Messages")).to_have_attribute("aria-selected", "true")
    hand.press_at(page.get_by_role("button", name="Why?").first)
    story = hand.see("dialog", "Why this message went or did not")
    expect(story).to_contain_text("has not agreed to marketing")
    page.keyboard.press("Escape")
    expect(story).to_have_count(0)

    hand.press("Show in the clear")
    hand.type("Why do you need to see them?", "she is on the phone")
    hand.press("Show in the clear", within=page.get_by_role("dialog"))
    expect(page.get_by_text("irem.sahin@ornek.test").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("i***@o***.test").first).to_be_visible()


def test_erased_by_typing(hand: Hand, kervan: Kervan, people: str) -> None:
    page = hand.page
    user = hand.called("gone")
    traits = {"firstName": "<img src=x onerror=1>", "lastName": user, "email": "eve@ornek.test"}
    kervan.send({"type": "identify", "userId": user, "traits": traits})
    eve = kervan.person(user)
    hand.open(f"/people/{eve}")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("<img src=x onerror=1>")
    hand.press("Merges", "tab")
    hand.pick("This is the same person as…", re.compile("^Çağla Işık"), "cagla")
    hand.press("Preview")
    trial = hand.see("dialog", "Join two profiles")
    expect(trial).to_contain_text("Different in the two")
    hand.press("Cancel", within=trial)

    hand.press("Actions")
    hand.press("Erase this person", "menuitem")
    act = hand.see("button", "Erase for good")
    expect(act).to_be_disabled()
    hand.type("Type “erase” to confirm", "erase")
    hand.press("Erase for good")
    expect(title).to_have_text("Erasure has begun")
    hand.press("Show the receipt")
    expect(hand.see("button", "Save the receipt")).to_be_visible()
    assert kervan.get(f"/v1/privacy/people/{eve}/receipt")
