"""Pictures come in, each with its own fate; they are described, and chosen for a mail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.console.conftest import Samples
from tests.console.desk import Desk, desk
from tests.story.running import Kervan
from tests.unit.content.media import drawn

pytestmark = pytest.mark.peer("chromium", "node")


@pytest.fixture(scope="module")
def mine(browser: Browser, kervan: Kervan, samples: Samples) -> Iterator[Desk]:
    samples.address("/media")
    samples.address("/messages")
    with desk(browser, kervan) as found:
        found.speak("en")
        yield found


def _file(name: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": body}


def test_from_the_file_to_the_mail(mine: Desk) -> None:
    _bring(mine)
    _describe(mine)
    _choose(mine)
    assert [one for one in mine.wrong if "415" not in one and "422" not in one] == []


def _bring(mine: Desk) -> None:
    """Several at once, each with its own fate."""
    page = mine.page
    mine.open("/media")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").press("Enter")
    png = drawn.written(drawn.picture(1300, 700), "PNG")
    files = [_file("mont.png", png), _file("logo.svg", b"<svg/>"), _file("yarim.png", png[:900])]
    chooser.value.set_files(files)
    fates = page.get_by_role("list", name="Files on their way")
    expect(fates.get_by_role("listitem").filter(has_text="mont")).to_contain_text(
        "is in the library"
    )
    expect(fates.get_by_role("listitem").filter(has_text="logo")).to_contain_text("SVG drawings")
    expect(fates.get_by_role("listitem").filter(has_text="yarim")).to_contain_text("damaged")
    dropped = page.evaluate_handle(
        "const all = new DataTransfer(); all.items.add(new File(['x'], 'liste.csv')); all"
    )
    page.get_by_role("heading", level=1).dispatch_event("drop", {"dataTransfer": dropped})
    expect(fates.filter(has_text="liste")).to_contain_text("not a picture")
    mine.picture("media-brought")
    assert not mine.violations()


def _describe(mine: Desk) -> None:
    """By keys alone; what is typed outlives a reload."""
    page = mine.page
    row = page.get_by_role("table").get_by_role("button", name="mont")
    row.press("Enter")
    sheet = page.get_by_role("dialog", name="mont")
    sheet.get_by_label("Description in Turkish").fill("Kırmızı mont")
    page.reload()
    row.press("Enter")
    turkish = sheet.get_by_label("Description in Turkish")
    expect(turkish).to_have_value("Kırmızı mont")
    turkish.press("Enter")
    expect(sheet.get_by_text("Saved.", exact=True)).to_be_visible()
    mine.picture("media-sheet")
    assert not mine.violations()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()


def _choose(mine: Desk) -> None:
    """For a mail: its address, its words, its width; the mail shows it."""
    page = mine.page
    mine.open("/messages/console-coats")
    page.get_by_role("button", name="Add a block").click()
    page.get_by_role("menuitem", name="Picture", exact=True).click()
    block = page.get_by_role("group", name="Block 5: Picture")
    block.get_by_role("button", name="Choose from the library").click()
    picker = page.get_by_role("dialog", name="Choose from the library")
    picker.get_by_label("Search names").fill("KIRMIZI MONT")
    picker.get_by_role("button", name="mont").click()
    expect(picker.get_by_label("Description in Turkish")).to_have_value("Kırmızı mont")
    picker.get_by_label("Width in the mail").fill("300")
    mine.picture("media-picker")
    assert not mine.violations()
    picker.get_by_role("button", name="Put it in").click()
    expect(block.get_by_role("textbox", name="What it says")).to_have_value("Kırmızı mont")
    expect(block.get_by_role("textbox", name="Width in the mail")).to_have_value("300")
    shown = page.frame_locator("iframe").get_by_role("img", name="Kırmızı mont")
    expect(shown).to_have_attribute(
        "src", block.get_by_role("textbox", name="Address of the").input_value()
    )
    expect(shown).to_have_js_property("naturalWidth", 600)
    # And its frame has become as tall as the mail is with it.
    page.locator("iframe").scroll_into_view_if_needed()
    expect(shown).to_be_in_viewport(ratio=1)
    block.get_by_role("textbox", name="What it says").fill("")
    expect(block).to_contain_text("Nothing is said to those who do not see")
    mine.picture("media-block")
