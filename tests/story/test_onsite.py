"""A shop's visitors in a real browser, under the strictest policy: what they see, what is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.sdk.browser import chromium
from tests.sdk.door import until
from tests.story.running import Kervan
from tests.story.shop import VISITOR, Shop, Visit, shop_at

pytestmark = pytest.mark.peer("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shop(kervan: Kervan) -> Iterator[Shop]:
    tag = kervan.get(f"/v1/onsite/snippet?key={kervan.keys['browser']}")["pinned"]
    with shop_at(kervan.address, tag) as opened:
        yield opened


def _campaign(kervan: Kervan, **facts: Any) -> None:
    whole = {"name": facts["key"], "triggers": {"urls": [f"/{facts['key']}"]}, **facts}
    answer = kervan.api("PUT", f"/v1/onsite/{whole['key']}", whole)
    assert answer.status == 200, answer


def _told(kervan: Kervan, campaign: str, count: int) -> list[tuple[Any, ...]]:
    """(event, variant) of what was told of a campaign, once there are `count`."""
    found: list[tuple[Any, ...]] = []

    def arrived() -> bool:
        rows = kervan.history().query(
            "SELECT name, properties.variant.:String FROM events"
            " WHERE properties.campaign.:String = {key:String} ORDER BY at, name",
            parameters={"key": campaign},
        )
        found[:] = [tuple(row) for row in rows.result_rows]
        return len(found) >= count

    until(arrived, lambda: f"{len(found)} of {count} told: {found}")
    return found


def test_a_banner_is_shown_and_its_click_counted(
    kervan: Kervan, shop: Shop, browser: Browser
) -> None:
    _campaign(
        kervan, key="free-shipping", kind="banner",
        blocks={"tr": [{"type": "text", "text": "300 ₺ üzeri kargo bedava"},
                       {"type": "button", "text": "Alışverişe başla", "url": "/sale"}]},
    )  # fmt: skip
    visit = Visit(browser, shop)
    page = visit.open("/free-shipping", VISITOR)
    banner = page.get_by_role("region", name="Duyuru")
    expect(banner).to_contain_text("kargo bedava")
    banner.get_by_role("link", name="Alışverişe başla").click()
    page.wait_for_url("**/sale")
    told = _told(kervan, "free-shipping", 2)
    assert told == [("Onsite Shown", "a"), ("Onsite Clicked", "a")]
    assert visit.violations() == []
    assert visit.said == []
    visit.close()
