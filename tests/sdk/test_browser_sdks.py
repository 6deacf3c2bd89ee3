"""The browser SDKs in headless Chromium, with page and collector on different origins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser

from kervan.collect.event import Event
from tests.sdk import browser as browsers
from tests.sdk.browser import Shop
from tests.sdk.door import Door, Sender
from tests.sdk.expected import by_name

pytestmark = pytest.mark.peer("node", "npm", "chromium")


@pytest.fixture(scope="module")
def address(node_modules: Path) -> Iterator[str]:
    with browsers.page_server(node_modules) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture
def sender(door: Door, address: str) -> Sender:
    return door.sender("browser", origins=(address,))


@pytest.fixture
def shop(sender: Sender, address: str, chromium: Browser) -> Iterator[Shop]:
    context = chromium.new_context(locale="tr-TR")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield Shop(page, address, sender, said)
    context.close()


def check_a_visit(events: list[Event]) -> None:
    """One visitor who looks, says who she is, and buys."""
    found = by_name(events)
    seen, order = found["Product Viewed"], found["Order Completed"]
    assert (seen.currency, seen.value_minor) == ("TRY", 1250)
    assert seen.anonymous_id
    assert seen.user_id is None
    assert (order.user_id, order.order_id, order.value_minor) == ("u1", "A-1", 12990)
    assert order.anonymous_id == seen.anonymous_id
    identified = found["Identified"]
    assert identified.user_id == "u1"
    assert identified.anonymous_id == seen.anonymous_id
    assert identified.traits["email"] == "ayse@example.com"
    page = found["Page Viewed"]
    assert msgspec.json.decode(page.properties)["title"] == "Cam vazo"
    assert msgspec.json.decode(page.context)["ip"] == "127.0.0.0"
    assert all(b"ayse@example.com" not in event.properties + event.context for event in events)


def statuses(sender: Sender) -> set[int]:
    return {seen.status for seen in sender.door.seen if seen.status}


def test_segment(shop: Shop, sender: Sender) -> None:
    shop.open("segment")
    events = sender.wait(5)
    check_a_visit(events)
    note = msgspec.json.decode(by_name(events)["Product Viewed"].properties)["note"]
    assert note == "� yarım 😀"
    assert statuses(sender) <= {200, 204}


def test_segment_by_its_snippet(shop: Shop, sender: Sender, node_modules: Path) -> None:
    """The script and its parts come from the collector, as pages have it from the vendor's CDN."""
    published = node_modules / "@segment" / "analytics-next" / "dist" / "umd"
    shutil.copytree(published, sender.door.data / "sdk" / "analytics-next")
    shop.open("snippet", ajs_event="Campaign Seen")
    events = sender.wait(6)
    check_a_visit(events)
    assert "Campaign Seen" in by_name(events)  # read by a part that is loaded when needed
    assert statuses(sender) <= {200, 204}


def test_rudderstack(shop: Shop, sender: Sender) -> None:
    shop.open("rudderstack")
    check_a_visit(sender.wait(5))
    assert statuses(sender) <= {200, 204}


def test_rudderstack_by_beacon(shop: Shop, sender: Sender) -> None:
    shop.open("rudderstack", beacon="yes")
    shop.page.wait_for_function("window.ready === true")
    shop.page.goto("about:blank")  # beacons leave when the page does
    check_a_visit(sender.wait(5))
    assert "/beacon/v1/batch" in {seen.path for seen in sender.door.seen}


def test_posthog(shop: Shop, sender: Sender) -> None:
    shop.open("posthog")
    events = sender.wait(5)
    check_a_visit(events)
    assert all(event.session_hint for event in events)
    assert statuses(sender) <= {200, 204}


def test_a_page_that_is_not_allowed_is_refused(shop: Shop, door: Door, address: str) -> None:
    stranger = door.sender("browser", origins=("https://shop.example",))
    Shop(shop.page, address, stranger, []).page.goto(
        f"{address}/segment.html?collector={door.url}&key={stranger.key}"
    )
    shop.wait_for_status(403)
    assert stranger.received() == ([], [])
