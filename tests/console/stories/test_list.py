"""A list of people with errors: told row by row, its columns put right, the good rows taken."""

import pytest
from playwright.sync_api import expect

from tests.console.stories.hands import Hand, by_keys
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")
_LIST = """\
Ad;E-posta;Sevdiği renk
Gülizar;{0}@ornek.test;mavi
Əhməd;bu bir adres değil;yeşil
"""


def test_a_list_with_errors_comes_in(hand: Hand, kervan: Kervan) -> None:
    page = hand.page
    hand.open("/start/import")
    who = hand.called("gulizar").replace(" ", "-")
    # As a spreadsheet of the country saves it: in its own letters, not in Unicode.
    hand.give("File", "list.csv", _LIST.format(who).encode("windows-1254", "replace"))
    said = page.get_by_role("status")
    expect(said).to_contain_text("Rows that would be taken: 1. Refused: 1.")
    wrong = page.get_by_role("region", name="Rows with something wrong")
    expect(wrong).to_contain_text("names nobody")
    hand.choose("Where Sevdiği renk goes", "Nowhere")
    expect(said).to_contain_text("Rows that would be taken: 1.")
    assert not hand.desk.violations()
    hand.desk.picture(f"import-read-{hand.word}")
    hand.press("Bring them in")
    hand.press("Bring them in", within=page.get_by_role("dialog"))
    expect(said).to_contain_text("Rows taken: 1.")

    def known() -> bool:
        return bool(kervan.get(f"/v1/people/search?q={who}@ornek.test")["people"])

    until(known, lambda: kervan.log[-2000:])


@by_keys
def test_the_example_a_page_gives_is_a_list_it_takes(hand: Hand) -> None:
    page = hand.page
    hand.open("/start/import")
    with page.expect_download() as kept:
        hand.press("Save an example")
    assert kept.value.suggested_filename == "people.csv"
    hand.give("File", "people.csv", kept.value.path().read_bytes())
    said = page.get_by_role("status")
    expect(said).to_contain_text("Rows that would be taken: 1. Refused: 0. Values left out: 0.")
