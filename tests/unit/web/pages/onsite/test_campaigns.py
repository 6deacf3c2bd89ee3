"""The page of campaigns: what there is, what became of it, paused and let go on."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from kervan.onsite import apply, snippet
from tests.unit.onsite.winter import campaign
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_campaigns_are_listed_paused_and_let_go_on(place: Place) -> None:
    marketer = place.session(place.user("m@shop.test", "marketer"))
    empty = marketer.get("/onsite?lang=tr")
    assert "kervan apply" in empty.text
    assert snippet.latest().integrity in unescape(empty.text)
    with place.connect() as conn:
        apply.apply(conn, campaign(name="Kış <3"), clock.now(), "ayla")
    place.house.history.command(
        "INSERT INTO events_in (name, person, at, event_id, batch, properties, context) SELECT"
        " 'Onsite Shown', 7, now64(3), randomFixedString(16), 1,"
        ' \'{"campaign": "winter", "variant": "a", "showing": "s"}\', \'{}\''
    )
    listed = marketer.get("/onsite?lang=tr").text
    assert "Kış &lt;3" in listed and "açılır pencere" in listed
    assert "Gösterim" in listed and "duraklatıldı" not in listed
    done = marketer.post("/onsite/campaigns/winter/pause", {})
    assert (done.status, done.headers["location"]) == (303, "/onsite")
    assert "duraklatıldı" in marketer.get("/onsite?lang=tr").text
    marketer.post("/onsite/campaigns/winter/resume", {})
    assert "duraklatıldı" not in marketer.get("/onsite?lang=tr").text
    assert marketer.post("/onsite/campaigns/summer/pause", {}).status == 404
    for since in ("0001-01-01T00:00:00%2B14:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z"):
        assert marketer.get(f"/v1/onsite/winter/results?since={since}").status == 200
    analyst = place.session(place.user("a@shop.test", "analyst"))
    assert analyst.post("/onsite/campaigns/winter/pause", {}).status == 403
    assert "/onsite/campaigns/winter/pause" not in analyst.get("/onsite").text
    assert [one[0] for one in place.audit() if one[0].startswith("onsite")] == [
        "onsite.paused", "onsite.resumed",
    ]  # fmt: skip
