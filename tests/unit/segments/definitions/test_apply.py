"""A text becomes a segment once, says what it changes, and where it is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import apply, naming, store
from kervan.segments.problem import SegmentNotValid

ECE = store.Author("command", datetime(2026, 11, 22, tzinfo=UTC))
CITY = {"kind": "trait", "trait": "city", "test": {"kind": "text", "op": "eq", "values": ["Bakı"]}}
TEXT: dict[str, Any] = {"key": "baku", "name": "Bakı", "tree": CITY}


def done(conn: Connection, text: object) -> apply.Plan:
    return apply.apply(conn, apply.read(text), ECE, 200)


def test_a_text_is_applied_once(postgres: Connection) -> None:
    assert apply.plan(postgres, apply.read(TEXT)).change == apply.NEW
    assert store.every(postgres) == []
    assert done(postgres, TEXT).change == apply.NEW
    assert done(postgres, TEXT).change == apply.SAME
    other = {**TEXT, "name": "Bakılılar", "tree": {**CITY, "trait": "home_city"}}
    planned = apply.plan(postgres, apply.read(other))
    assert (planned.change, planned.version) == (apply.CHANGED, 2)
    said = {
        locale: apply.say(planned, locale, naming.names(postgres, locale), 7)
        for locale in ("tr", "az", "en")
    }
    assert len(set(said.values())) == 3
    assert all(word in said["en"] for word in ("Bakı”", "home_city", "now: 7", "It was"))
    assert done(postgres, other).change == apply.CHANGED
    now = store.get(postgres, "baku")
    assert (now.version, now.name, now.changed_by) == (2, "Bakılılar", "command")


def test_lists_and_templates(postgres: Connection) -> None:
    friends = {"key": "friends", "name": "Friends", "sort": "list"}
    assert done(postgres, friends).change == apply.NEW
    planned = done(postgres, friends)
    assert planned.change == apply.SAME
    assert "imported list" in apply.say(planned, "en", naming.names(postgres, "en"), None)
    with pytest.raises(KervanError) as error:
        done(postgres, {**TEXT, "key": "friends"})
    assert error.value.code == "segments.key_taken"
    lapsed = {"key": "gone", "name": "Gone", "template": "lapsed", "values": {"quiet_days": 90}}
    assert done(postgres, lapsed).change == apply.NEW
    store.archive(postgres, "gone", ECE)
    with pytest.raises(KervanError) as error:
        done(postgres, lapsed)
    assert error.value.code == "segments.is_archived"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ([], [""]),
        ({}, ["", ""]),
        ({**TEXT, "tre": 1}, ["/tre"]),
        ({**TEXT, "key": 7}, ["/key"]),
        ({**TEXT, "tree": {"kind": "all", "of": [CITY, {"kind": "x"}]}}, ["/tree/of/1/kind"]),
    ],
)
def test_what_is_wrong_has_its_place(text: object, paths: list[str]) -> None:
    with pytest.raises(SegmentNotValid) as error:
        apply.read(text)
    assert [one.path for one in error.value.problems] == paths
    for locale in ("tr", "az", "en"):
        assert "{" not in error.value.say(locale)


@pytest.mark.parametrize(
    "more", [{"template": "lapsed"}, {"sort": "list"}, {"tree": CITY, "template": "lapsed"}]
)
def test_one_of_tree_template_and_list(more: dict[str, Any]) -> None:
    with pytest.raises(KervanError) as error:
        apply.read({**TEXT, **more})
    assert error.value.code == "segments.tree_or_list"
