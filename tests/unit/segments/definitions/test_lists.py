"""Who is on a list survives every cut, comes once, and leaves whole."""

import uuid
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel import crypto
from kervan.kernel import postgres as state
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import merge
from kervan.profiles import store as profiles
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader
from kervan.segments import ask
from kervan.segments.definitions import lists, store
from kervan.segments.definitions.lists import BAD, UNKNOWN, Change, Entries, Refused
from kervan.segments.gather import gather
from kervan.segments.lower import Listed
from kervan.segments.mirror import step as mirror
from kervan.segments.mirror.read import Usual
from kervan.segments.needs import Needs
from kervan.segments.tree import Share

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
ECE = store.Author("ece@shop.test", AT)
KEYS = crypto.Vault(bytes(range(32))).workspace("lists")


@pytest.fixture
def friends(postgres: Connection) -> int:
    return store.create(postgres, "friends", "Friends", None, ECE)[0].number


def meet(conn: Connection, user: str, **traits: Any) -> int:
    """The number of a customer who said this of herself."""
    sighting = Reader(KEYS, "TR").read(
        at_ms=1, source=1, trusted=True, shared=False, user_id=user, anonymous_id=None,
        traits=traits, person=0,
    )  # fmt: skip
    return int(resolve(conn, KEYS, [sighting], 1, profiles.Numbers(conn)).head[0])


def record(conn: Connection, key: str = "friends", **sides: Any) -> lists.Taken:
    wanted = Change(**{side: Entries(**entries) for side, entries in sides.items()})
    return lists.record(conn, KEYS, "TR", key, wanted, AT)


def on_list(history: Client, number: int) -> list[int]:
    rows = history.query(
        "SELECT person FROM list_members FINAL WHERE list = {l:UInt32} AND NOT gone"
        " ORDER BY person",
        {"l": number},
    ).result_rows
    return [person for (person,) in rows]


def public_id(conn: Connection, person: int) -> str:
    row = conn.execute("select id from profile where person = %s", (person,)).fetchone()
    assert row is not None
    return str(row[0])


def test_people_come_by_any_name_and_leave(
    postgres: Connection, clickhouse: Client, friends: int
) -> None:
    one = meet(postgres, "C-1", email="irem@ornek.test")
    two = meet(postgres, "C-2", phone="+905321234567")
    three = meet(postgres, "C-3")
    taken = record(
        postgres,
        add={
            "customer_id": ["C-1", "nobody at all", "misafir", 7, None],
            "email": ["  IREM@ornek.test ", "not an address"],
            "phone": ["0532 123 45 67", "12"],
            "person": [public_id(postgres, three), str(uuid.UUID(int=7)), "x", 3],
        },
    )
    assert taken.added == 3
    assert sorted(taken.refused, key=lambda one: one.path) == [
        Refused("add.customer_id[1]", UNKNOWN),
        Refused("add.customer_id[2]", BAD),
        Refused("add.customer_id[3]", UNKNOWN),
        Refused("add.customer_id[4]", BAD),
        Refused("add.email[1]", BAD),
        Refused("add.person[1]", UNKNOWN),
        Refused("add.person[2]", BAD),
        Refused("add.person[3]", BAD),
        Refused("add.phone[1]", BAD),
    ]
    assert "add.phone[1]" in Refused("add.phone[1]", BAD).say("tr")
    assert lists.waiting(postgres, friends) == 1 and on_list(clickhouse, friends) == []
    assert lists.step(postgres, clickhouse) is False and lists.waiting(postgres, friends) == 0
    assert on_list(clickhouse, friends) == [one, two, three]
    record(postgres, remove={"customer_id": ["C-2"]}, add={"customer_id": ["C-2", "C-3"]})
    record(postgres, remove={"email": ["irem@ornek.test"]})
    lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == [three]
    record(postgres, add={"customer_id": ["C-1"]})
    lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == [one, three]


def test_a_word_is_kept_until_history_has_it(
    postgres: Connection, clickhouse: Client, friends: int
) -> None:
    one = meet(postgres, "C-1")
    record(postgres, add={"customer_id": ["C-1"]})
    postgres.commit()
    # Killed after the rows were written and before that was committed.
    lists.step(postgres, clickhouse)
    postgres.rollback()
    assert lists.waiting(postgres, friends) == 1
    record(postgres, remove={"customer_id": ["C-1"]})
    lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == []
    record(postgres, add={"customer_id": ["C-1"]})
    lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == [one]


def test_words_that_come_late_do_not_outdo_later_ones(
    postgres: Connection, clickhouse: Client, friends: int
) -> None:
    person = meet(postgres, "C-1")
    record(postgres, add={"customer_id": ["C-1"]})
    record(postgres, remove={"customer_id": ["C-1"]})
    lists.step(postgres, clickhouse)
    row = [friends, person, 1, 0]
    clickhouse.insert("list_members", [row], column_names=["list", "person", "version", "gone"])
    assert on_list(clickhouse, friends) == []


def test_a_merged_profile_leaves_whole(
    postgres: Connection, clickhouse: Client, friends: int
) -> None:
    one, two = meet(postgres, "C-1"), meet(postgres, "C-2")
    record(postgres, add={"customer_id": ["C-2"]})
    merge.merge(postgres, KEYS, one, two, "ece@shop.test", 1)
    lists.step(postgres, clickhouse)
    (ids,) = lists.public_ids(postgres, [one, two])
    ((head, public),) = ids
    assert head == one and str(public) == public_id(postgres, head)
    tell_history(postgres, clickhouse, head)
    asked = Needs(lists={friends})
    people, _ = gather(postgres, clickhouse, np.array([head], np.uint32), asked)
    assert people.lists[friends].tolist() == [True]
    assert ask.members(clickhouse, Listed(friends), 1).tolist() == [head]
    record(postgres, remove={"customer_id": ["C-1"]})
    lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == []


def test_who_finds_words_taken_waits_for_them(
    postgres: Connection, postgres_url: str, workspace: str, clickhouse: Client, friends: int
) -> None:
    meet(postgres, "C-1")
    record(postgres, add={"customer_id": ["C-1"]})
    postgres.commit()
    lists.step(postgres, clickhouse)
    with state.connect(postgres_url, workspace=workspace) as other:
        other.execute("set lock_timeout = '50ms'")
        with pytest.raises(state.LockTimeout):
            lists.step(other, clickhouse)
        other.rollback()
        postgres.commit()
        assert lists.step(other, clickhouse) is False and lists.waiting(other, friends) == 0


def tell_history(conn: Connection, history: Client, head: int) -> None:
    """What the worker tells history of a merge, and the mirror of people."""
    rows = conn.execute("select person, merged_into from profile where merged_into is not null")
    links = [[person, head, 1, AT] for person, head in rows.fetchall()]
    history.insert("person_link", links, column_names=["person", "head", "version", "at"])
    for name in ("person_head", "person_head_young"):
        history.command(f"SYSTEM RELOAD DICTIONARY {name}")
    usual = Usual("TR", "Europe/Istanbul", "tr")
    while mirror.step(conn, history, KEYS, usual).more:
        pass


def test_many_words_go_in_pieces(postgres: Connection, clickhouse: Client, friends: int) -> None:
    person = meet(postgres, "C-1")
    for _ in range(lists._WORDS_AT_ONCE + 1):
        record(postgres, add={"customer_id": ["C-1"]})
    assert lists.step(postgres, clickhouse) and not lists.step(postgres, clickhouse)
    assert on_list(clickhouse, friends) == [person]
    touched = postgres.execute("select people from touched").fetchall()
    assert touched == [([person],), ([person],)]


def test_what_is_no_list_takes_nobody(postgres: Connection, friends: int) -> None:
    store.create(postgres, "half", "Half", Share(50), ECE)
    for key, code in (("half", "segments.is_no_list"), ("none", "segments.not_found")):
        with pytest.raises(KervanError) as error:
            record(postgres, key, add={"email": ["a@b.example"]})
        assert error.value.code == code
    with pytest.raises(KervanError) as error:
        record(postgres, add={"email": ["a"] * 6_000}, remove={"email": ["a"] * 6_000})
    assert error.value.code == "segments.too_many_entries"
    store.archive(postgres, "friends", ECE)
    with pytest.raises(KervanError) as error:
        record(postgres, add={"email": ["a@b.example"]})
    assert error.value.code == "segments.is_archived"


def test_the_vault_is_the_callers(postgres: Connection, friends: int) -> None:
    meet(postgres, "C-1")
    other: WorkspaceVault = crypto.Vault(bytes(32)).workspace("lists")
    wanted = Change(add=Entries(customer_id=["C-1"]))
    taken = lists.record(postgres, other, "TR", "friends", wanted, AT)
    assert [one.code for one in taken.refused] == [UNKNOWN]
