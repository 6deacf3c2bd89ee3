"""The guide is kept by who may, and the linter holds every message against it, also the unsaved."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kervan.content.lint.run import NAMES
from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn
from tests.unit.web.api.test_messages import told
from tests.unit.web.visiting import Place, open_place

GUIDE = {"name": "Çınar", "words": {"tr": {"avoid": {"palto": "kaban"}}}}
PATH = "/v1/messages/autumn"


@pytest.fixture
def place(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Place]:
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    with open_place(urls, tmp_path) as found:
        yield found


def test_a_guide_and_what_departs_from_it(place: Place) -> None:
    owner = place.session(place.user("oya@shop.test", "owner"))
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    told(marketer, "PUT", "/v1/brand", GUIDE, 403)
    assert told(owner, "PUT", "/v1/brand?plan=true", GUIDE)["change"] == "new"
    assert told(owner, "PUT", "/v1/brand", GUIDE)["version"] == 1
    assert told(owner, "PUT", "/v1/brand", GUIDE)["change"] == "same"
    bad = {**GUIDE, "colours": {"ink": "red"}, "checks": {"nothing": "off"}}
    answer = told(owner, "PUT", "/v1/brand", bad, 422)
    assert [one["path"] for one in answer["error"]["problems"]] == ["/colours"]
    told(owner, "PUT", "/v1/brand", [], 422)
    assert json.loads(marketer.get("/v1/brand").text)[""]["name"] == "Çınar"
    assert json.loads(marketer.get("/v1/brand/checks").text).keys() == NAMES.keys()
    assert len(json.loads(marketer.get("/v1/brand/versions").text)) == 1
    assert marketer.get("/v1/brand/versions?brand=kids").status == 404

    made = told(marketer, "PUT", PATH, autumn())
    assert "content.lint_tone_word" in {one["code"] for one in made["warnings"]}
    linted = json.loads(marketer.get(PATH + "/lint").text)
    assert linted["passes"]
    first = next(one for one in linted["findings"] if one["check"] == "tone_word")
    assert (first["severity"], first["facts"]["instead"]) == ("warning", "kaban")
    shown = told(marketer, "POST", PATH + "/preview", {"scene": {"coat": {"id": 1}}})
    email = next(one for one in shown if one["channel"] == "email")
    assert {one["path"] for one in email["findings"]} == {"/variants/email/tr/mjml"}
    for locale in LOCALES:
        said = json.loads(marketer.get(PATH + "/lint", accept_language=locale).text)
        assert all("content." not in one["message"] for one in said["findings"])

    told(owner, "PUT", "/v1/brand", {**GUIDE, "checks": {"tone_word": "error"}})
    unsaved = told(marketer, "POST", "/v1/messages/lint", {"message": autumn()})
    assert not unsaved["passes"]
    assert unsaved["findings"][0]["severity"] == "error"
    refused = told(marketer, "PUT", PATH, autumn(name="Other"), 422)
    assert refused["error"]["problems"][0]["code"] == "content.lint_tone_word"
    assert told(marketer, "PUT", PATH, autumn())["change"] == "same", "what is live stays live"
    checked = json.loads(marketer.get(PATH + "/checklist").text)
    assert not checked["passes"]
    assert {one["state"] for one in checked["points"] if one["name"] == "lint"} == {"error"}
    assert [one[0] for one in place.audit()][-3:] == ["brand.new", "message.new", "brand.changed"]
