"""People as a list: found in any writing, filtered, in order, page by page, masked or not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from tests.unit.insight.conftest import tell
from tests.unit.web.api.finding import meet
from tests.unit.web.api.test_refuse import send
from tests.unit.web.api.test_segment_members import mirrored
from tests.unit.web.api.test_segments import CITY, code
from tests.unit.web.visiting import Place, Visitor, open_place

__all__ = ["tell"]


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.fixture
def shop(place: Place, tell: Any) -> dict[str, str]:
    """Four people; Əli was here last, İrem brought most, of Can nothing is known."""
    now, ids = clock.now_ms(), {}
    for place_, (name, last, city) in enumerate(
        (("İrem", "Şahin", "Bakı"), ("Əli", "Quliyev", "Bakı"), ("Çağla", "Ak", "İzmir"),
         ("Can", "Öz", "İzmir"))
    ):  # fmt: skip
        number, ids[name] = meet(
            place, f"C-{place_}", firstName=name, lastName=last, city=city,
            email=f"kisi{place_}@ornek.com",
        )  # fmt: skip
        if name == "Can":
            continue
        tell({"name": "Page Viewed", "person": number, "at_ms": now - 9_000 + place_ % 2 * 5_000})
        worth = {"İrem": 900, "Əli": 100}.get(name)
        if worth:
            tell({"name": "Order Completed", "person": number, "at_ms": now - 10_000,
                  "order_id": name, "currency": "TRY", "value_minor": worth})  # fmt: skip
    mirrored(place)
    return ids


def ask(who: Visitor, **said: Any) -> Any:
    answer = send(who, "POST", "/v1/people/list", said)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def names(page: Any) -> list[str]:
    return [one["name"].split()[0] for one in page["people"]]


def test_found_as_it_is_typed(place: Place, shop: dict[str, str]) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    assert names(ask(owner, text="irem")) == ["İrem"]
    page = ask(owner, text="eli")
    assert (names(page), page["count"], page["more"]) == (["Əli"], 1, False)
    assert page["people"][0]["email"] == "k***@o***.com", "addresses are covered for everybody"
    izmir = {**CITY, "test": {"kind": "text", "op": "eq", "values": ["İzmir"]}}
    nobody = ask(owner, text="eli", tree=izmir)
    assert (nobody["people"], nobody["count"], nobody["cursor"]) == ([], 0, None)
    looks = [line for line in place.audit() if line[0] == "people.revealed"]
    assert looks and looks[-1][3]["people"]


def test_orders_and_pages(place: Place, shop: dict[str, str]) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    page = ask(owner, by="last_seen", traits=["city"])
    assert names(page) == ["Əli", "İrem", "Çağla", "Can"] and page["count"] == 4
    assert [one["last_seen_ms"] is None for one in page["people"]] == [False] * 3 + [True]
    assert page["people"][0]["traits"] == {"city": "Bakı"}
    assert names(ask(owner, by="worth"))[:2] == ["İrem", "Əli"]
    assert ask(owner, by="worth")["people"][0]["worth_minor"] == 900
    turkish = send(owner, "POST", "/v1/people/list?lang=tr", {"by": "name", "descending": False})
    assert names(json.loads(turkish.text)) == ["Can", "Çağla", "Əli", "İrem"]
    first = ask(owner, by="last_seen", limit=3)
    rest = ask(owner, by="last_seen", limit=3, cursor=first["cursor"])
    assert (names(rest), rest["cursor"], rest["count"]) == (["Can"], None, 4)
    bad = send(owner, "POST", "/v1/people/list", {"cursor": "eg=="})
    assert code(bad) == (400, "web.cursor_not_good")


def test_a_segment_and_a_tree_filter(place: Place, shop: dict[str, str]) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    page = ask(owner, tree=CITY, by="last_seen")
    assert names(page) == ["Əli", "İrem"] and "Bakı" in page["sentence"]
    made = send(owner, "POST", "/v1/segments", {"key": "baku", "name": "Bakı", "tree": CITY})
    assert made.status == 201
    assert ask(owner, segment="baku")["count"] == 2
    both = send(owner, "POST", "/v1/people/list", {"segment": "baku", "tree": CITY})
    assert code(both) == (422, "segments.one_question")


def test_masked_without_the_right(place: Place, shop: dict[str, str]) -> None:
    marketer = place.session(place.user("ece@shop.test", "marketer"))
    page = ask(marketer, text="irem", traits=["firstName"])
    (irem,) = page["people"]
    assert irem["name"] == "İ. Ş." and irem["traits"] == {"firstName": "İ."}
    assert "people.revealed" not in {line[0] for line in place.audit()}
    developer = place.session(place.user("dev@shop.test", "developer"))
    assert send(developer, "POST", "/v1/people/list", {}).status == 403
