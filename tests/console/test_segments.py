"""A segment's count that the server could not give stands as such, and can be asked for again."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.console.conftest import Samples
from tests.console.desk import desk
from tests.story.running import Kervan

pytestmark = pytest.mark.peer("chromium", "node")
WHERE = "**/v1/segments/preview"


def test_a_count_that_failed_is_asked_for_again(
    browser: Browser, kervan: Kervan, samples: Samples
) -> None:
    refused = {"code": "segments.too_slow", "message": "This takes longer than 20 seconds."}
    with desk(browser, kervan) as mine:
        mine.speak("en")
        page = mine.page
        page.route(
            WHERE, lambda route: route.fulfill(status=503, body=json.dumps({"error": refused}))
        )
        mine.open(samples["/segments/$segment"])  # nothing goes on being busy
        told = page.get_by_role("region", name="People now")
        expect(told.get_by_role("alert")).to_contain_text("longer than 20 seconds")
        page.unroute(WHERE)
        told.get_by_role("button", name="Try again").click()
        expect(told).to_contain_text("exact, counted anew at each change")
        expect(told.get_by_role("alert")).to_have_count(0)
