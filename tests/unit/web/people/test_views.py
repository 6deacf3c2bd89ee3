"""Saved views are their owner's alone, and hold no search text."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segments import code
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_a_view_of_ones_own(place: Place) -> None:
    ece = place.session(place.user("ece@shop.test", "marketer"))
    path = f"/v1/people/views/{uuid.uuid4()}"
    view = {"name": "Best", "segment": "best", "by": "worth", "columns": ["name", "worth"]}
    for _ in range(2):  # the same again changes nothing
        assert send(ece, "PUT", path, view).status == 200
    (kept,) = json.loads(ece.get("/v1/people/views").text)
    assert (kept["name"], kept["by"], kept["columns"]) == ("Best", "worth", ["name", "worth"])
    other = place.session(place.user("can@shop.test", "marketer"))
    assert json.loads(other.get("/v1/people/views").text) == []
    assert code(send(other, "PUT", path, view)) == (409, "web.view_of_another")
    assert other.ask("DELETE", path).status == 204
    assert len(json.loads(ece.get("/v1/people/views").text)) == 1
    assert send(ece, "PUT", path, {**view, "text": "irem"}).status == 422
    assert ece.ask("DELETE", path).status == 204
    assert json.loads(ece.get("/v1/people/views").text) == []
