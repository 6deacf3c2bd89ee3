"""The console asks how a text looks as a picture, and for journeys to begin with."""

import json

from tests.unit.journeys.outline.test_draw import TEXT
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_a_text_is_drawn_in_the_readers_language_and_kept_nowhere(place: Place) -> None:
    analyst = place.session(place.user("analyst@shop.test", "analyst"))

    def ask(text: str) -> dict[str, list[dict[str, str]]]:
        body = json.dumps({"text": text}).encode()
        answer = analyst.ask(
            "POST", "/v1/journeys/outline?lang=tr", body, content_type="application/json"
        )
        assert answer.status == 200, answer.text
        told: dict[str, list[dict[str, str]]] = json.loads(answer.text)
        return told

    told = ask(TEXT)
    assert [one["key"] for one in told["cards"]] == ["greet", "look", "again", "bought"]
    assert told["cards"][1]["ways"] == [
        {"name": "matched", "to": "bought"}, {"name": "timed_out", "to": "again"},
    ]  # fmt: skip
    assert {"setting": "reentry", "says": "çıktıktan sonra yeniden"} in told["head"]
    assert told["problems"] == []
    wrong = ask(TEXT.replace("kind: exit", "kind: exti"))
    assert wrong["cards"] == []
    assert "satır" in wrong["problems"][0]["says"]
    loose = ask(TEXT.replace("timed_out: again", "x: again"))["problems"]
    assert [one["ways"] for one in loose if one["ways"]] == [["timed_out"]]
    assert all("satır" not in one["what"] for one in loose)
    assert json.loads(analyst.ask("GET", "/v1/journeys/definitions").text) == []


def test_ready_made_journeys_are_offered_with_their_texts(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    found = json.loads(owner.ask("GET", "/v1/journeys/library?lang=az").text)
    assert len(found) == 12
    birthday = next(one for one in found if one["key"] == "birthday")
    assert birthday["says"] == "Ad günü həftəsində bir hədiyyə."
    assert birthday["text"].startswith("#") or "journey:" in birthday["text"]
