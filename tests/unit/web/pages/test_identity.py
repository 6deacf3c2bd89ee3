"""The page on which staff merge, part and write notes, in three languages."""

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


@pytest.mark.parametrize(
    ("locale", "merged", "noted"),
    [
        ("en", "said that two profiles are the same person", "wrote a note"),
        ("tr", "iki profilin aynı kişi olduğunu belirtti", "bir not yazdı"),
        ("az", "iki profilin eyni şəxs olduğunu bildirdi", "qeyd yazdı"),
    ],
)
def test_merge_note_and_part(place: Place, locale: str, merged: str, noted: str) -> None:
    _, one = meet(place, "C-1", firstName="İrem")
    _, two = meet(place, "C-2", firstName="Irem")
    owner = place.session(place.user("owner@shop.test", "owner"))
    page = owner.get(f"/people/{one}/identity", accept_language=locale)
    assert page.status == 200, page.text
    assert "İrem" in page.text
    # The address of the other profile, as a browser shows it.
    done = owner.post(f"/people/{one}/identity/merge", {"other": f"https://k.test/people/{two}?x"})
    assert done.status == 303
    written = owner.post(f"/people/{two}/identity/note", {"text": "Ölçüsü 38 <b>"})
    assert written.status == 303
    said = owner.get(f"/people/{two}", accept_language=locale)
    while said.status in (303, 307, 308):
        said = owner.get(said.headers["location"], accept_language=locale)
    assert merged in said.text
    assert noted in said.text
    assert "Ölçüsü 38 &lt;b&gt;" in said.text
    page = owner.get(f"/people/{one}/identity", accept_language=locale)
    assert two in page.text
    assert owner.post(f"/people/{one}/identity/part", {"one": one, "other": two}).status == 303
    page = owner.get(f"/people/{one}/identity", accept_language=locale)
    assert two not in page.text


def test_what_is_no_profile_is_said_on_the_page(place: Place) -> None:
    _, one = meet(place, "C-1", firstName="Ali")
    owner = place.session(place.user("owner@shop.test", "owner"))
    path = f"/people/{one}/identity"
    said = owner.post(f"{path}/merge", {"other": "<Ali>"}, accept_language="tr")
    assert "&lt;Ali&gt;” bir profil değil" in said.text.replace("&#34;", '"')
    same = owner.post(f"{path}/merge", {"other": one}, accept_language="tr")
    assert "zaten aynı profil" in same.text
    assert "1 ile 4000" in owner.post(f"{path}/note", {"text": " "}, accept_language="tr").text
    assert owner.post(f"{path}/part", {"one": "x", "other": one}).status == 200


def test_an_analyst_sees_no_forms(place: Place) -> None:
    _, one = meet(place, "C-1", firstName="Ali")
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    page = analyst.get(f"/people/{one}/identity")
    assert page.status == 200
    assert '<form method="post" action="/people' not in page.text
    assert analyst.post(f"/people/{one}/identity/merge", {"other": one}).status == 403
