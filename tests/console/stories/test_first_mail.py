"""A newcomer goes through the first steps until a mail of hers has really left."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.broadcasts import watch_to_the_end
from tests.console.stories.hands import Hand
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track
from tests.unit.delivery.peer import Peer

pytestmark = pytest.mark.peer("chromium", "node")
_LIST = "Ad;E-posta;E-posta izni;İzin tarihi\nAynur;{0};evet;2026-10-01\n"


def test_from_the_first_step_to_the_first_mail(hand: Hand, kervan: Kervan, mailbox: Peer) -> None:
    page = hand.page
    hand.open("/settings/brand")
    title = hand.called("Örnek A.Ş.")
    company = page.locator("form").filter(has=hand.field("Trade name"))
    hand.type("Trade name", title)
    hand.press("Save", within=company)
    expect(company.get_by_text("Saved.", exact=True)).to_be_visible()
    hand.go("First steps")
    expect(page.get_by_text(f"{title} speaks in the messages.")).to_be_visible()
    _connect(hand, kervan)

    hand.press("Bring in a list", "link")
    to = hand.called("aynur").replace(" ", "-") + "@ornek.test"
    hand.give("File", "list.csv", _LIST.format(to).encode())
    said = page.get_by_role("status")
    expect(said).to_contain_text("Rows that would be taken: 1. Refused: 0.")
    hand.press("Bring them in")
    hand.press("Bring them in", within=page.get_by_role("dialog"))
    expect(said).to_contain_text("Rows taken: 1.")
    until(
        lambda: kervan.get(f"/v1/people/search?q={to}")["people"],
        lambda: kervan.log[-2000:],
        PATIENCE_SECONDS,
    )

    name = hand.called("Merhaba")
    _write(hand, name)
    _send(hand, name)

    def got() -> list[bytes]:
        return [whole for _, who, whole in mailbox.accepted if who == to]

    until(lambda: bool(got()), lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    assert b"Aynur" in got()[0]
    watch_to_the_end(page, kervan)


def _connect(hand: Hand, kervan: Kervan) -> None:
    """A key, and the moment its first event is heard."""
    name = hand.called("Kasa")
    hand.type("Name of the source", name)
    hand.choose("Kind", "Server")
    hand.press("Make a key")
    code = hand.page.locator("pre").first
    expect(code).to_contain_text("kv_")
    [key] = set(re.findall(r"kv_[\w-]+", code.inner_text()))
    answer = kervan.post(key, track("Order Completed", f"{name} 1"))
    assert answer.status == 200, answer
    expect(hand.page.get_by_text(f"We hear you: {name} has sent 1 event")).to_be_visible()


def _write(hand: Hand, name: str) -> None:
    """A mail of the samples, saved as it is."""
    hand.go("Messages")
    hand.press("New message")
    sheet = hand.see("dialog", "New message")
    hand.type("Name", name, sheet)
    hand.press(re.compile("^Sample: welcome"), "radio", sheet)
    hand.press("Begin", within=sheet)
    hand.press("Save message")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("live, version 1")


def _send(hand: Hand, message: str) -> None:
    """To everybody who agreed, once she has seen how many they are."""
    hand.go("Broadcasts")
    hand.press("New broadcast")
    sheet = hand.see("dialog", "New broadcast")
    hand.type("Name", message, sheet)
    hand.press("Begin", within=sheet)
    hand.pick("To whom", "Everybody")
    hand.press("Next: What")
    hand.pick("Message", message, message)
    hand.press("Next: When")
    hand.press("Save, then: Test")
    hand.press("Next: Check")
    reach = hand.see("region", "Whom it would reach if it started now")
    expect(reach.get_by_role("row", name="E-mail")).to_contain_text(re.compile(r"[1-9]"))
    hand.press("Next: Start")
    hand.press("Start this broadcast…")
    sure = hand.see("dialog", "Start")
    hand.type(f"Type “{message}” to confirm", message, sure)
    hand.press("Start", within=sure)
    expect(sure).to_have_count(0)
    expect(hand.page.get_by_role("region", name="How it goes")).to_contain_text("It reached")
