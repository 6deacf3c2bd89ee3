"""Tests of settings_documents: the fields without which SDKs send nothing."""

import pytest

from kervan.collect import settings_documents


@pytest.mark.parametrize(
    ("base", "host", "protocol"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000/v1", "http"),
        ("https://events.example.com", "events.example.com/v1", None),
        ("https://example.com/kervan/", "example.com/kervan/v1", None),
    ],
)
def test_segment(base: str, host: str, protocol: str | None) -> None:
    found = settings_documents.segment("k", base)["integrations"]["Segment.io"]
    assert found["apiKey"] == "k"
    assert found["apiHost"] == host
    assert found.get("protocol") == protocol


def test_rudderstack_and_posthog() -> None:
    source = settings_documents.rudderstack("k", 3, "Site")["source"]
    assert (source["enabled"], source["writeKey"], source["destinations"]) == (True, "k", [])
    assert "gzip" in settings_documents.posthog("k")["supportedCompression"][0]
    assert settings_documents.posthog_flags()["flags"] == {}
