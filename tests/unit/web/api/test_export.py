"""Everybody leaves as a file only by who may, and the log says so."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_a_privacy_officer_takes_everybody_and_it_is_written_down(place: Place) -> None:
    meet(place, "C-1", firstName="İrem", email="irem@ornek.com", age=41)
    meet(place, "C-2", name="Əli")
    officer = place.session(place.user("privacy@shop.test", "privacy_officer"))
    answer = officer.get("/v1/people/export")
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(one["customer_id"], one["email"], one["traits.age:number"]) for one in rows] == [
        ("C-1", "irem@ornek.com", "41"),
        ("C-2", "", ""),
    ]
    lines = officer.get("/v1/people/export?form=ndjson").text.splitlines()
    assert [json.loads(one)["customer_id"] for one in lines] == ["C-1", "C-2"]
    assert [row[0] for row in place.audit()].count("people.exported") == 2
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert agent.get("/v1/people/export").status == 403
    assert officer.get("/v1/people/export?form=exe").status == 422
