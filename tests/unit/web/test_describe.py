"""What the API's own page says: each operation with its right, each shape where it is named."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import i18n
from kervan.web import describe
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_each_operation_is_there_once_with_its_right(place: Place) -> None:
    found = [one for group in describe.groups(place.app) for one in group.operations]
    document = place.app.openapi()
    wanted = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert {(one.method, one.path) for one in found} == wanted and len(found) == len(wanted)
    by_name = {(one.method, one.path): one for one in found}
    assert by_name["POST", "/v1/keys"].right == "keys.manage"
    assert by_name["POST", "/v1/keys"].body == [("NewKey", "shape-NewKey")]
    assert [one.right for one in found if one.path.startswith("/v1/")].count("") == 0


def test_each_shape_that_is_named_is_described(place: Place) -> None:
    anchors = {one.anchor for one in describe.shapes(place.app)}
    page = unescape(place.visitor().get("/docs").text)
    named = set(re.findall(r'href="#(shape-[^"]+)"', page))
    assert named and named <= anchors
    assert all(f'id="{one}"' in page for one in anchors)


def test_what_a_field_must_be_is_said_in_words(place: Place) -> None:
    (shape,) = [one for one in describe.shapes(place.app) if one.name == "NewKey"]
    said = {one.name: "".join(text for text, _ in one.kind) for one in shape.fields}
    assert said == {
        "name": "string, at most 100",
        "scopes": "list of string, at most 1000",
        "days": "integer, at least 1, at most 3650, default 365",
    }
    assert [one.name for one in shape.fields if one.required] == ["name", "scopes"]


@pytest.mark.parametrize("locale", ["en", "tr", "az"])
def test_the_page_names_no_foreign_host_and_runs_no_script(place: Place, locale: str) -> None:
    answer = place.visitor().get(f"/docs?lang={locale}")
    assert answer.status == 200
    page = unescape(answer.text)
    hosts = set(re.findall(r"(?:https?:)?//([\w.:\[\]-]+)", page))
    ours = place.house.config.address.partition("//")[2]
    assert hosts <= {ours}, "the page loads or names something from elsewhere"
    assert "<script" not in page and "style=" not in page
    policy = dict(one.strip().partition(" ")[::2] for one in
                  answer.headers["content-security-policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert all(
        set(allowed.split()) <= {"'none'", "'self'", "data:"} for allowed in policy.values()
    ), policy
    assert i18n.say("web.docs_title", locale) in page and "web.docs_" not in page
    assert "</code> web.right_" not in page
