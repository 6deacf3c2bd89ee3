"""The Python SDKs of Segment, RudderStack and PostHog, unmodified."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import posthog
import pytest
import rudderstack.analytics as rudderstack
import segment.analytics as segment

from tests.sdk import packages
from tests.sdk.door import Door, Sender, until
from tests.sdk.expected import by_name, check_posthog, check_the_seven


@pytest.fixture(autouse=True, scope="module")
def _versions(request: pytest.FixtureRequest) -> None:
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n    " + ", ".join(f"{k} {v}" for k, v in packages.python_versions().items()))


@pytest.fixture
def sender(door: Door) -> Sender:
    return door.sender("server")


def send_the_seven(client: Any) -> None:
    """All six kinds, and an order with what JSON cannot say: NaN and half an emoji."""
    client.identify("u1", {"email": "ayse@example.com", "firstName": "Ayşe"})
    client.track(
        "u1",
        "Completed Order",
        {
            "order_id": "A-1",
            "total": 129.9,
            "currency": "TRY",
            "discount": float("nan"),
            "note": "\ud83d yarım 😀",
            "receiver": "ali@example.com",
        },
    )
    client.page("u1", "Shop", "Home", {"url": "https://shop.example/"})
    client.screen("u1", "App", "Basket", {})
    client.group("u1", "g1", {"name": "Ornek A.Ş."})
    client.alias("anon-1", "u1")
    client.track("u1", "Later", {}, timestamp=datetime(2026, 1, 2, 3, 4, 5, 678000, UTC))
    client.flush()


@pytest.fixture(params=[False, True], ids=["plain", "gzip"])
def packed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_segment(sender: Sender, packed: bool) -> None:
    client = segment.Client(sender.key, host=sender.door.url, gzip=packed, on_error=print)
    send_the_seven(client)
    client.join()
    check_the_seven(sender.wait(7))
    assert all(seen.status == 200 for seen in sender.door.seen)


def test_rudderstack(sender: Sender, packed: bool) -> None:
    client = rudderstack.Client(sender.key, host=sender.door.url, gzip=packed, on_error=print)
    send_the_seven(client)
    client.join()
    check_the_seven(sender.wait(7))
    assert all(seen.status == 200 for seen in sender.door.seen)


@pytest.fixture(params=[("v0", "none"), ("v0", "gzip"), ("v1", "gzip"), ("v1", "deflate")])
def posthog_client(request: pytest.FixtureRequest, sender: Sender) -> Iterator[posthog.Posthog]:
    errors: list[object] = []
    mode, packing = request.param
    client = posthog.Posthog(
        sender.key,
        host=sender.door.url,
        gzip=packing == "gzip",
        capture_mode=mode,
        capture_compression=packing,
        on_error=lambda error, _: errors.append(error),
        enable_exception_autocapture=False,
    )
    yield client
    client.shutdown()
    assert errors == []


def test_posthog(posthog_client: posthog.Posthog, sender: Sender) -> None:
    client = posthog_client
    client.set(distinct_id="u1", properties={"email": "ayse@example.com"})
    client.capture(
        "Order Completed",
        distinct_id="u1",
        properties={
            "order_id": "A-1",
            "revenue": 99,
            "currency": "AZN",
            "discount": float("nan"),
            "$session_id": "s-1",
            "phone": "+90 532 123 45 67",
        },
    )
    client.capture("Looked Around")
    client.alias("anon-1", "u1")
    client.group_identify("company", "g1", {"name": "Ornek"})
    client.flush()
    events = sender.wait(5)
    check_posthog(events)
    looked = by_name(events)["Looked Around"]
    assert looked.user_id is None
    assert looked.anonymous_id
    assert all(seen.status == 200 for seen in sender.door.seen)


def test_a_wrong_key_is_refused_once(sender: Sender) -> None:
    errors: list[object] = []
    client = segment.Client(
        "wrong", host=sender.door.url, on_error=lambda error, _: errors.append(error)
    )
    client.track("u1", "Order Completed", {})
    client.join()
    until(lambda: bool(sender.door.seen), lambda: "nothing was seen")
    assert [(seen.method, seen.status) for seen in sender.door.seen] == [("POST", 401)]
    assert "write key" in str(errors[0])
