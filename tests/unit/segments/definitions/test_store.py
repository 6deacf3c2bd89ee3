"""A segment keeps its versions, refuses what cannot be, and knows who uses it."""

from datetime import UTC, datetime
from threading import Thread

import pytest

from kervan.kernel import clock
from kervan.kernel import postgres as state
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import store, users
from kervan.segments.definitions.store import Author
from kervan.segments.problem import SegmentNotValid
from kervan.segments.tree import All, Any, Event, Flag, Member, Node, Number, Share, Text, Trait

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
ECE = Author("ece@shop.test", AT)
CITY = Trait("city", Text("eq", ("Bakı",)))


def made(conn: Connection, key: str, tree: Node | None = CITY) -> store.Segment:
    return store.create(conn, key, f"Those of {key}", tree, ECE)[0]


def refused(code: str, path: str = "") -> "pytest.RaisesExc[KervanError]":
    def fits(error: KervanError) -> bool:
        if isinstance(error, SegmentNotValid):
            return [(one.code, one.path) for one in error.problems] == [(code, path)]
        return error.code == code

    return pytest.raises(KervanError, check=fits)


def test_a_segment_is_made_once(postgres: Connection) -> None:
    before = store.edition(postgres)
    one, is_new = store.create(postgres, "baku", "  Baku  people ", CITY, ECE)
    assert is_new and (one.number, one.name, one.sort, one.version) == (1, "Baku people", "tree", 1)
    assert store.create(postgres, "baku", "Baku people", CITY, ECE) == (one, False)
    assert store.edition(postgres) == before + 1
    with refused("segments.key_taken"):
        store.create(postgres, "baku", "Others", CITY, ECE)
    friends, _ = store.create(postgres, "friends", "Friends", None, ECE)
    assert (friends.number, friends.sort, friends.tree) == (2, "list", None)
    assert [one.key for one in store.every(postgres)] == ["baku", "friends"]
    assert store.trees(postgres) == {"baku": CITY} and store.lists(postgres) == {"friends": 2}
    assert store.names(postgres) == {"baku": "Baku people", "friends": "Friends"}
    store.archive(postgres, "friends", ECE)
    assert store.lists(postgres) == {} and "friends" in store.names(postgres)


def test_a_tree_is_read_as_it_was_written(postgres: Connection) -> None:
    tree = All((Any((CITY, Trait("vip", Flag(value=True)))), Share(12.5), Event(("İ\x00",))))
    assert made(postgres, "deep", tree).tree == tree
    assert store.canonical(store.read(store.canonical(tree))) == store.canonical(tree)


@pytest.mark.parametrize("key", ["", "Ece", "-a", "a b", "a" * 64, "a\n", "é", "a\x00"])
def test_keys_are_plain(postgres: Connection, key: str) -> None:
    with refused("segments.bad_key"):
        made(postgres, key)
    with refused("segments.not_found"):
        store.get(postgres, key)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 201])
def test_names_can_be_read(postgres: Connection, name: str) -> None:
    with refused("segments.bad_name"):
        store.create(postgres, "a", name, CITY, ECE)


def test_another_tree_is_another_version(postgres: Connection) -> None:
    made(postgres, "a")
    later = Author("can@shop.test", datetime(2026, 11, 23, tzinfo=UTC))
    other = Trait("city", Text("eq", ("İzmir",)))
    assert store.change(postgres, "a", later, tree=CITY, expected=7)[1] is False
    one, differs = store.change(postgres, "a", later, tree=other, expected=1)
    assert differs and (one.version, one.tree, one.changed_by) == (2, other, "can@shop.test")
    assert store.change(postgres, "a", later, tree=other, expected=1) == (one, False)
    with refused("segments.changed_meanwhile"):
        store.change(postgres, "a", ECE, tree=CITY, expected=1)
    named, _ = store.change(postgres, "a", later, name="Another name", expected=2)
    assert (named.name, named.version) == ("Another name", 2)
    kept = store.versions(postgres, "a")
    assert [(one.version, one.tree, one.by) for one in kept] == [
        (1, CITY, "ece@shop.test"),
        (2, other, "can@shop.test"),
    ]


def test_a_list_has_no_tree(postgres: Connection) -> None:
    made(postgres, "friends", None)
    with refused("segments.is_a_list"):
        store.change(postgres, "friends", ECE, tree=CITY)
    assert store.change(postgres, "friends", ECE, name="Family")[0].name == "Family"
    assert store.versions(postgres, "friends") == []


def test_circles_and_unknown_ones_are_refused(postgres: Connection) -> None:
    with refused("segments.unknown_segment", "/segment"):
        made(postgres, "a", Member("b"))
    with refused("segments.cycle", "/of/1/segment"):
        made(postgres, "a", All((CITY, Member("a"))))
    made(postgres, "a")
    made(postgres, "b", Member("a"))
    made(postgres, "c", Any((CITY, Member("b"))))
    with refused("segments.cycle", "/of/0/of/0/segment"):
        store.change(postgres, "a", ECE, tree=All((Any((Member("c"),)), CITY)))


def test_a_change_may_not_make_another_too_large(postgres: Connection) -> None:
    made(postgres, "a")
    made(postgres, "b", All((Member("a"), Member("a"), Member("a"))))
    made(postgres, "c", Any((Member("b"), CITY)))
    big = Any(tuple(Trait("n", Number("eq", number)) for number in range(700)))
    with refused("segments.too_large_for"):
        store.change(postgres, "a", ECE, tree=big)


def test_what_is_used_stays(postgres: Connection) -> None:
    made(postgres, "a")
    made(postgres, "b", Any((CITY, Member("a"))))
    made(postgres, "c", Member("b"))
    assert [(one.kind, one.key) for one in store.uses(postgres, "a")] == [("segment", "b")]
    with refused("segments.in_use") as error:
        store.archive(postgres, "a", ECE)
    assert "Those of b (b)" in str(error.value)
    for key in ("c", "b", "a"):
        assert store.archive(postgres, key, ECE) and not store.archive(postgres, key, ECE)
    assert store.every(postgres) == [] and len(store.every(postgres, store.EVERY_STATE)) == 3
    with refused("segments.is_archived"):
        store.change(postgres, "a", ECE, name="x")
    with refused("segments.key_taken"):
        made(postgres, "a")
    with refused("segments.unknown_segment", "/of/1/segment"):
        store.restore(postgres, "b", ECE)
    assert store.restore(postgres, "a", ECE) and not store.restore(postgres, "a", ECE)
    assert store.restore(postgres, "b", ECE)


def test_rooms_above_say_what_they_use(postgres: Connection) -> None:
    def journeys(_: Connection) -> list[tuple[str, users.Use]]:
        return [("a", users.Use("journey", "welcome", "Welcome"))]

    made(postgres, "a")
    users.holding.append(journeys)
    try:
        with refused("segments.in_use"):
            store.archive(postgres, "a", ECE)
    finally:
        users.holding.remove(journeys)
    assert store.archive(postgres, "a", ECE)


def test_only_so_many_are_active(postgres: Connection) -> None:
    for key in ("a", "b"):
        store.create(postgres, key, key, CITY, ECE, limit=2)
    assert store.create(postgres, "b", "b", CITY, ECE, limit=2)[1] is False
    with refused("segments.too_many"):
        store.create(postgres, "c", "c", CITY, ECE, limit=2)
    store.archive(postgres, "a", ECE)
    store.create(postgres, "c", "c", CITY, ECE, limit=2)
    with refused("segments.too_many"):
        store.restore(postgres, "a", ECE, limit=2)


def test_two_at_once_cannot_make_a_circle(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    made(postgres, "a")
    made(postgres, "b")
    postgres.commit()
    found: list[str] = []

    def change_b() -> None:
        with state.connect(postgres_url, workspace=workspace) as other:
            try:
                store.change(other, "b", ECE, tree=Member("a"))
            except SegmentNotValid as error:
                found.append(error.problems[0].code)
            other.rollback()

    store.change(postgres, "a", ECE, tree=Member("b"))
    beside = Thread(target=change_b)
    beside.start()
    waiting = (
        "select 1 from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    deadline = clock.monotonic() + 60
    with state.connect(postgres_url, autocommit=True) as eyes:
        while not eyes.execute(waiting).fetchone():
            assert clock.monotonic() < deadline
            clock.sleep(0.01)
    postgres.commit()
    beside.join(timeout=30)
    assert found == ["segments.cycle"]
