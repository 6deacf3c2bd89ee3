"""The results of experiments are told to who may see journeys, and to nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kervan.journeys import apply
from kervan.kernel import clock
from tests.conftest import Urls
from tests.unit.web.visiting import Place, open_place

TEXT = """\
journey:
  key: welcome
  name: Welcome
  trigger: {event: Signed Up}
  steps:
    - key: try
      kind: experiment
      ways: [{name: a, share: 30}, {name: b, share: 70}]
      next: {a: end, b: end}
    - {key: end, kind: exit}
"""


@pytest.fixture
def place(engines_urls: Urls, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as found:
        with found.house.connection() as conn:
            apply.apply(conn, TEXT, clock.now())
        yield found


def test_results_are_told(place: Place) -> None:
    reader = place.session(place.user("crm@shop.test", "analyst"))
    answer = reader.ask("GET", "/v1/journeys/welcome/experiments")
    assert answer.status == 200
    way = {"drawn": 0, "reached": 0, "best": 0.5}
    assert json.loads(answer.text) == {
        "key": "welcome",
        "experiments": [
            {
                "step": "try",
                "ways": [
                    {"name": "a", "share": 30, "share_now": 30, **way},
                    {"name": "b", "share": 70, "share_now": 70, **way},
                ],
                "won": "",
                "since_ms": None,
            }
        ],
    }
    assert reader.ask("GET", "/v1/journeys/gone/experiments").status == 404
    stranger = place.session(place.user("store@shop.test", "store_staff"))
    assert stranger.ask("GET", "/v1/journeys/welcome/experiments").status == 403
