"""A sample shop is marked where its numbers are, and taken out again with what only it brought."""

import pytest
from playwright.sync_api import expect

from tests.console import sample_shop
from tests.console.stories.hands import Hand, by_keys
from tests.story.running import Kervan, track

pytestmark = pytest.mark.peer("chromium", "node")


@by_keys
def test_the_sample_shop_goes_out_again(hand: Hand, kervan: Kervan) -> None:
    page, buyer = hand.page, hand.called("17850")
    kervan.send(track("Page Viewed", "of our own"))
    sample_shop.bring(kervan, buyer)
    ours, theirs = kervan.person("of our own"), kervan.person(buyer)
    kervan.names(buyer, 1)  # in history, too
    hand.open("/people")
    note = page.get_by_role("note")
    expect(note).to_contain_text("Sample data")
    hand.press("Take it out", "link", note)
    hand.press("Take the sample shop out")
    asked = hand.see("dialog", "Take the sample shop out")
    expect(asked).to_contain_text("1 person, 1 order, 1 product")
    hand.type("Type “sample” to confirm", "sample", asked)
    hand.desk.picture(f"sample-removal-{hand.word}")
    hand.press("Take the sample shop out", within=asked)
    expect(page.get_by_text("The sample shop is out of this workspace.")).to_be_visible()
    assert not hand.desk.violations()
    assert kervan.api("GET", f"/v1/people/{theirs}").status == 404
    assert kervan.get(f"/v1/people/{ours}")
    hand.go("People")
    expect(page.get_by_role("search")).to_be_visible()
    expect(note).to_have_count(0)
