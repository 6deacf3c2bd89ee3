"""A marketer writes a message: wrong in place, read as she is written, the second of two told."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/messages")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def _wrong(mine: Desk) -> list[str]:
    """What the browser complained of, but for answers that say no."""
    return [one for one in mine.wrong if not any(code in one for code in ("404", "409", "422"))]


def test_written_read_saved_and_told(mine: Desk, kervan: Kervan) -> None:
    page = mine.page
    mine.open("/messages")
    page.get_by_role("button", name="New message").click()
    sheet = page.get_by_role("dialog", name="New message")
    sheet.get_by_label("Name").fill("Kış indirimi")
    sheet.get_by_role("radio", name="An empty SMS").click()
    sheet.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kış indirimi")
    expect(page.get_by_role("heading", level=1)).to_contain_text("in this browser only")

    # Wrong where it stands; nothing is saved, and nothing is lost when the page is left.
    text = page.get_by_role("textbox", name="Text")
    text.fill("{{ person.first_name }}, snow is here")
    english = page.get_by_role("button", name="SMS, English")
    expect(english).to_have_accessible_name("SMS, English: 1 error")
    page.get_by_role("button", name="Save message").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved: 1 error")
    page.reload()
    expect(text).to_have_value("{{ person.first_name }}, snow is here")

    text.fill(", snow is here")
    text.press("Home")
    page.get_by_role("button", name="Insert into: Text").press("Enter")
    insert = page.get_by_role("dialog", name="Insert into: Text")
    insert.get_by_label("Written where it is not known").fill("Hello")
    insert.get_by_label("Written where it is not known").press("Enter")
    expect(text).to_have_value('{{ person.first_name | default("Hello") }}, snow is here')
    read = page.get_by_role("region", name="How it is read")
    expect(read).to_contain_text("Aynur, snow is here")
    expect(read.get_by_role("row", name="Basic letters")).to_contain_text("1")
    mine.picture("message-sms")
    page.get_by_role("button", name="Save message").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("live, version 1")

    def saved() -> dict[str, Any]:
        return dict(kervan.get("/v1/messages/kis-indirimi"))

    until(lambda: saved()["version"] == 1, lambda: str(saved()))
    page.get_by_role("button", name="SMS, Turkish: missing").click()
    page.get_by_role("button", name="Copy from English").click()
    text.fill("Kar geldi, mont zamanı")
    expect(read).to_contain_text("Kar geldi")
    theirs = saved()["definition"] | {"name": "Kar"}
    kervan.api("PUT", "/v1/messages/kis-indirimi", theirs)
    page.get_by_role("button", name="Save message").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else saved")
    assert saved()["name"] == "Kar"
    page.get_by_role("button", name="Save mine as the next version").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("live, version 3")
    assert saved()["definition"]["variants"]["sms"]["tr"] == {"text": "Kar geldi, mont zamanı"}
    assert not _wrong(mine)


def test_a_mail_is_read_in_its_frame(mine: Desk) -> None:
    page = mine.page
    # What is written into a block is there a moment later.
    mine.open("/messages/console-coats")
    mail = page.frame_locator("iframe")
    button = page.get_by_role("group", name="Block 2: Button")
    button.get_by_role("textbox", name="Words on the button").fill("Bakın & alın")
    expect(mail.get_by_role("link", name="Bakın & alın")).to_be_visible()
    page.get_by_role("button", name="Drop my changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Drop my changes").click()
    expect(mail.get_by_role("link", name="Paltoya bakın")).to_be_visible()
    assert not _wrong(mine)
