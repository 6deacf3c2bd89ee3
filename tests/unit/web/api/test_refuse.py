"""Staff write a refusal down for somebody: at once, once, and in both logs."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kervan.collect import intake, sources
from kervan.kernel import clock
from tests.unit.web.pages.preferences.opened import ADDRESS, add, agree
from tests.unit.web.visiting import Answer, Place, Visitor, open_place


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        with found.house.connection() as conn:
            sources.ensure_own(conn, workspace)
            intake.open_days(conn, [clock.now().date()])
            add(conn, found.house.keys, 1, ADDRESS)
            agree(conn, found.house.keys, 1, "email")
        yield found


def send(visitor: Visitor, method: str, path: str, body: object) -> Answer:
    """A call of the API by a page of ours."""
    raw = json.dumps(body).encode()
    return visitor.ask(method, path, raw, content_type="application/json")


def test_a_refusal_by_telephone(place: Place) -> None:
    visitor = place.session(place.user("oya@shop.example", "owner"))
    with place.connect() as conn:
        [(person,)] = conn.execute("select id from profile").fetchall()
    said = {"channel": "email", "source": "call_centre", "words": "yazmayın", "reference": "call-9"}
    path = f"/v1/people/{person}/refuse"
    first = send(visitor, "POST", path, said)
    assert first.status == 200, first.text
    assert send(visitor, "POST", path, said).text == first.text
    with place.connect() as conn:
        rows = conn.execute(
            "select status, source, actor like 'user:%%' from consent_event order by id"
        ).fetchall()
    assert rows[1:] == [("withdrawn", "call_centre", True)]
    assert [one[0] for one in place.audit()].count("consent.refused") == 2
    for where, body, status in (
        (path, {**said, "channel": "pigeon"}, 422), (path, {**said, "source": "rumour"}, 422),
        (path, {}, 422), (f"/v1/people/{clock.now().year:032x}/refuse", said, 404),
    ):  # fmt: skip
        assert send(visitor, "POST", where, body).status == status
    analyst = place.session(place.user("ana@shop.example", "analyst"))
    assert send(analyst, "POST", f"/v1/people/{person}/refuse", said).status == 403
