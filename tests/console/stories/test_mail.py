"""A marketer edits an e-mail, reads it as she writes it, saves it, and sends herself a test."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.stories.hands import Hand
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan
from tests.unit.delivery.peer import Peer

pytestmark = pytest.mark.peer("chromium", "node")


def test_an_e_mail_is_edited_and_tested(
    hand: Hand, kervan: Kervan, people: str, mailbox: Peer
) -> None:
    page = hand.page
    name = hand.called("Hoş geldiniz")
    hand.open("/messages")
    hand.press("New message")
    sheet = hand.see("dialog", "New message")
    hand.type("Name", name, sheet)
    hand.press(re.compile("^Sample: welcome"), "radio", sheet)
    hand.press("Begin", within=sheet)
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("in this browser only")

    # What is written into a block is there a moment later.
    mail = page.frame_locator("iframe")
    button = hand.see("group", "Block 2: Button")
    hand.type("Words on the button", "Look & buy", button)
    expect(mail.get_by_role("link", name="Look & buy")).to_be_visible()
    subject = f"Snow is here {hand.word}"
    hand.type("Subject", subject)
    hand.press("Save message")
    expect(title).to_contain_text("live, version 1")
    hand.desk.picture(f"message-mail-{hand.word}")

    hand.press("Send a test")
    sheet = hand.see("dialog", "Send a test")
    to = f"oya-{hand.word.replace(' ', '-')}@ornek.test"
    hand.press("Add an address to the list", "summary", sheet)
    hand.type("Whose", f"Oya {hand.word}", sheet)
    hand.type("Address", to, sheet)
    hand.press("Add to the list", within=sheet)
    hand.pick("As whom", re.compile("^İrem Şahin"), "irem", sheet)
    hand.tick(re.compile(f"^Oya {hand.word}"), sheet)
    hand.press("Send the test", within=sheet)
    expect(sheet.get_by_role("status")).to_contain_text("1 test is on its way")

    def arrived() -> list[bytes]:
        return [whole for _, who, whole in mailbox.accepted if who == to]

    until(arrived, lambda: kervan.log[-2000:], PATIENCE_SECONDS)
    [whole] = arrived()
    assert subject.encode() in whole and b"[TEST]" in whole
    hand.press(re.compile("^What became of Oya"), within=sheet)
    expect(sheet.get_by_role("status")).to_contain_text("test", ignore_case=True)
    assert not hand.desk.violations()
    page.keyboard.press("Escape")

    # What is dropped is gone from the text and from its picture.
    hand.type("Words on the button", "Bakın", button)
    expect(mail.get_by_role("link", name="Bakın")).to_be_visible()
    hand.press("Drop my changes")
    hand.press("Drop my changes", within=page.get_by_role("dialog"))
    expect(mail.get_by_role("link", name="Look & buy")).to_be_visible()
