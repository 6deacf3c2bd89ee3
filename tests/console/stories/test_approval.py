"""A second person lets a text go live: two users, each in a browser of her own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.console.desk import desk_of
from tests.console.stories.hands import Hand
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")
_PASSWORD = "yedi yuz yetmis yedi koyun"


@contextmanager
def _second(hand: Hand, browser: Browser, kervan: Kervan, email: str) -> Iterator[Hand]:
    """The same kind of hand at another desk: she is added, chooses a password and signs in."""
    hand.open("/settings/users")
    hand.press("New user")
    sheet = hand.see("dialog", "New user")
    hand.type("E-mail", email, sheet)
    hand.type("Name", f"Leyla {hand.word}", sheet)
    hand.tick("Approver", sheet)
    hand.press("Add the user", within=sheet)
    link = sheet.get_by_label("Shown once").inner_text().strip()
    with desk_of(browser, kervan.address) as mine:
        mine.speak("en")
        her = type(hand)(mine)
        her.page.goto(link)
        her.type("New password", _PASSWORD)
        her.type("The same again", _PASSWORD)
        her.press("Save the password")
        her.type("E-mail", email)
        her.type("Password", _PASSWORD)
        her.press("Sign in")
        her.page.wait_for_url(lambda url: "/sign-in" not in url)
        yield her
        assert not mine.complaints()


def test_a_second_person_approves(hand: Hand, browser: Browser, kervan: Kervan) -> None:
    name = hand.called("Bayram")
    assert kervan.api("PUT", "/v1/approvals/rules/message", {"scope": "marketing"}).status == 200
    try:
        email = hand.called("leyla").replace(" ", "-") + "@ornek.test"
        with _second(hand, browser, kervan, email) as her:
            key = _write(hand, name)
            assert kervan.api("GET", f"/v1/messages/{key}").status == 404
            title = her.page.get_by_role("heading", level=1)
            # What waits is found by that word, and by its name though nothing of it is live.
            her.open("/messages")
            her.find("waiting", name)
            expect(title).to_contain_text(name)
            expect(title).to_contain_text("waits")
            assert not her.desk.violations()
            her.type("A word to its author", "Good as it is")
            her.press("Approve and let it go live")
            expect(title).to_contain_text("live, version 1")
            assert kervan.get(f"/v1/messages/{key}")["version"] == 1
    finally:
        kervan.api("PUT", "/v1/approvals/rules/message", {"scope": "none"})
    hand.page.reload()
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("live, version 1")


def _write(hand: Hand, name: str) -> str:
    """An SMS that waits; its author sees that she cannot approve it herself."""
    page = hand.page
    hand.open("/messages")
    hand.press("New message")
    sheet = hand.see("dialog", "New message")
    hand.type("Name", name, sheet)
    hand.press(re.compile("^An empty SMS"), "radio", sheet)
    hand.press("Begin", within=sheet)
    hand.type("Text", "Bayraminiz kutlu olsun")
    hand.press("Save message")
    waits = page.get_by_role("status").filter(has_text="This text waits")
    expect(waits).to_contain_text("until somebody else approves")
    expect(hand.see("button", "Approve and let it go live")).to_have_count(0)
    return page.url.rpartition("/")[2]
