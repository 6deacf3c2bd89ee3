"""The mirror has of everybody what PostgreSQL says, whatever happened, and says it once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from clickhouse_connect.driver.client import Client
from psycopg.abc import Params, Query

from kervan.consent import ledger, preferences, suppress
from kervan.consent.ledger import Change
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from kervan.profiles import erase as profiles_erase
from kervan.profiles import identifiers, merge, read
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader
from kervan.profiles.store import Numbers
from kervan.segments.facts import GRANTED_FOR_EVER_MS
from kervan.segments.mirror import differ, erase, step
from kervan.segments.mirror.read import Usual
from tests.unit.profiles.known import VAULT

USUAL = Usual("TR", "Europe/Istanbul", "tr")
NOW_MS = 1_790_000_000_000
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)


class House:
    """A workspace in which people say things, and its mirror."""

    def __init__(self, conn: Connection, client: Client) -> None:
        self.conn = conn
        self.client = client
        self._reader = Reader(VAULT, "TR")
        self._numbers = Numbers(conn)

    def said(self, user: str, at_ms: int = NOW_MS, **traits: object) -> int:
        """Her head, after somebody we trust said `traits` of her."""
        one = self._reader.read(
            at_ms=at_ms, source=1, trusted=True, shared=False, user_id=user,
            anonymous_id=None, traits=traits, person=0, same_id=None, other_ids=[],
        )  # fmt: skip
        found = resolve(self.conn, VAULT, [one], NOW_MS, self._numbers)
        self.conn.commit()
        return int(found.head[0])

    def copy(self) -> list[int]:
        """Whose rows were written, until nobody waits."""
        people: set[int] = set()
        while True:
            done = step.step(self.conn, self.client, VAULT, USUAL)
            self.conn.commit()
            people.update(done.people)
            if not done.more:
                return sorted(people)

    def row(self, person: int) -> dict[str, object]:
        """Her row, `traits` as text; empty for nobody's."""
        found = self.client.query(
            "SELECT * EXCEPT (traits, version), toJSONString(traits) AS traits"
            " FROM people FINAL WHERE people.person = {p:UInt32} AND NOT gone",
            parameters={"p": person},
        )
        return next(iter(found.named_results()), {})

    def check(self) -> None:
        """Everybody's row is what it should be."""
        assert differ.differences(self.conn, self.client, VAULT, USUAL) == []
        self.conn.rollback()

    def point(self, person: int, kind: int) -> bytes:
        """The blind hash of one of her addresses."""
        row = self.conn.execute(
            "select hash from identifier where person = any(%s) and kind = %s",
            (read.parts(self.conn, person), kind),
        ).fetchone()
        assert row is not None
        found: bytes = row[0].bytes
        return found

    def word(
        self,
        person: int,
        channel: str,
        status: str,
        *,
        topic: str = "",
        at: datetime = NOW,
        expires_at: datetime | None = None,
    ) -> None:
        """She says a word on a channel."""
        said = Change(channel, status, at, person, topic=topic, expires_at=expires_at)
        ledger.record(self.conn, VAULT, [said])
        self.conn.commit()

    def marks(self) -> int:
        """How many marks wait."""
        row = self.conn.execute("select count(*) from mirror_mark").fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def house(postgres: Connection, clickhouse: Client) -> Iterator[House]:
    mine = House(postgres, clickhouse)
    mine.copy()
    yield mine
    mine.copy()
    mine.check()


def test_a_row_says_what_is_known_and_nothing_personal(house: House) -> None:
    her = house.said(
        "c1", email="ayse@example.com", phone="+994501234567", firstName="Ayşe", city="Bakı",
        visits=3, vip=True, birthday="1990-11-22", member_since="2024-03-01",
        last_call="2026-01-02T10:00:00.5+03:00", teslimatAdresi="gizli", nothing=None,
    )  # fmt: skip
    assert house.copy() == [her]
    assert house.row(her) == {
        "person": her,
        "gone": 0,
        "known_since": NOW.replace(tzinfo=None),
        "zone": "Asia/Baku",
        "language": "az",
        "country": "AZ",
        "birthday": 1122,
        "address": 0b01111,
        "verified": 0,
        "suppressed": 0,
        "consents": {},
        "moments": {"member_since": 1709236800000, "last_call": 1767337200500},
        "traits": json.dumps(
            {"city": "Bakı", "last_call": "2026-01-02T10:00:00.5+03:00",
             "member_since": "2024-03-01", "vip": True, "visits": 3},
            ensure_ascii=False, separators=(",", ":"),
        ),
    }  # fmt: skip


def test_of_whom_nothing_is_known_the_workspace_speaks(house: House) -> None:
    her = house.said("c1")
    house.copy()
    row = house.row(her)
    assert (row["zone"], row["language"], row["country"]) == ("Europe/Istanbul", "tr", "TR")
    assert (row["address"], row["birthday"], row["traits"]) == (0, 0, "{}")


def test_only_who_changed_is_written_again(house: House) -> None:
    ayse, bora = house.said("c1", city="Bakı"), house.said("c2", city="Ankara")
    assert house.copy() == [ayse, bora]
    house.said("c1")
    house.said("c1", city="Bakı")
    assert house.marks() == 0, "who says nothing new marks nobody"
    assert house.copy() == []
    house.said("c1", at_ms=NOW_MS + 1, city="Gəncə")
    assert house.copy() == [ayse]
    assert house.row(ayse)["traits"] == '{"city":"Gəncə"}'


def test_a_trait_said_earlier_and_heard_later_changes_nothing(house: House) -> None:
    her = house.said("c1", city="Bakı")
    house.said("c1", at_ms=NOW_MS - 5, city="Ankara")
    house.copy()
    assert house.row(her)["traits"] == '{"city":"Bakı"}'


def test_consents_are_those_of_the_address_messages_go_to(house: House) -> None:
    her = house.said("c1", email="old@example.com", phone="+905321234567")
    house.word(her, "email", "granted", topic="news")
    house.word(her, "sms", "granted", expires_at=NOW + timedelta(days=9))
    house.word(her, "call", "denied")
    house.word(her, "whatsapp", "pending")
    house.copy()
    assert house.row(her)["consents"] == {
        "email/marketing/news/": GRANTED_FOR_EVER_MS,
        "sms/marketing//": NOW_MS + 9 * 86_400_000,
        "call/marketing//": 0,
    }
    house.said("c1", at_ms=NOW_MS + 1, email="new@example.com")
    house.copy()
    consents = house.row(her)["consents"]
    assert isinstance(consents, dict)
    assert "email/marketing/news/" not in consents, "nobody said a word of the new address"
    house.word(her, "sms", "expired", at=NOW + timedelta(days=2))
    house.copy()
    consents = house.row(her)["consents"]
    assert isinstance(consents, dict)
    assert consents["sms/marketing//"] == NOW_MS + 2 * 86_400_000


def test_suppressions_bits_and_language_she_chose(house: House) -> None:
    her = house.said("c1", email="a@example.com", phone="+905321234567", email_verified=True)
    house.copy()
    assert house.row(her)["verified"] == 0b00001
    email = house.point(her, identifiers.EMAIL)
    phone = house.point(her, identifiers.PHONE)
    suppress.add(house.conn, [email], suppress.EVERY_CHANNEL, "complaint", NOW)
    suppress.add(house.conn, [phone], "sms", "stop", NOW)
    house.conn.commit()
    assert house.copy() == [her]
    assert house.row(her)["suppressed"] == 0b00011
    suppress.lift(house.conn, [phone], "sms", "stop")
    said = Change("email", "granted", NOW, person=her, contact=email, contact_kind="email")
    preferences.save(house.conn, VAULT, said, preferences.Choices(language="az"), NOW)
    house.conn.commit()
    assert house.copy() == [her]
    row = house.row(her)
    assert (row["suppressed"], row["language"]) == (0b00001, "az")


def test_a_merge_makes_one_row_of_two_and_its_undoing_two_of_one(house: House) -> None:
    ayse = house.said("c1", email="a@example.com", city="Bakı")
    bora = house.said("c2", at_ms=NOW_MS + 5, phone="+905321234567", city="Ankara")
    house.copy()
    merged = merge.merge(house.conn, VAULT, ayse, bora, "op", NOW_MS)
    house.conn.commit()
    assert house.copy() == [ayse, bora]
    head = read.heads(house.conn, [ayse])[ayse]
    other = ayse + bora - head
    assert house.row(other) == {}
    row = house.row(head)
    assert (row["address"], row["traits"]) == (0b01111, '{"city":"Ankara"}')
    house.said("c1", at_ms=NOW_MS + 9, city="Gəncə")
    house.copy()
    assert house.row(head)["traits"] == '{"city":"Gəncə"}', "said of the other atom"
    merge.unmerge(house.conn, VAULT, merged.link, "op", NOW_MS)
    house.conn.commit()
    assert house.copy() == [ayse, bora]
    assert house.row(ayse)["address"] == 0b00001
    assert (house.row(bora)["address"], house.row(bora)["traits"]) == (
        0b01110, '{"city":"Ankara"}',
    )  # fmt: skip


def test_cut_off_before_the_commit_it_is_done_again(house: House) -> None:
    her = house.said("c1", city="Bakı")
    done = step.step(house.conn, house.client, VAULT, USUAL)
    assert done.people == [her]
    house.conn.rollback()  # what a kill does to PostgreSQL; ClickHouse has the rows
    assert house.marks() > 0
    house.said("c1", at_ms=NOW_MS + 1, city="Ankara")
    assert house.copy() == [her]
    assert house.row(her)["traits"] == '{"city":"Ankara"}'


def test_who_changes_while_a_row_is_written_stays_marked(
    house: House, postgres_url: str, workspace: str
) -> None:
    her = house.said("c1", city="Bakı")
    with state.connect(postgres_url, workspace=workspace) as other:
        step.step(other, house.client, VAULT, USUAL)
        house.said("c1", at_ms=NOW_MS + 1, city="Ankara")
        assert step.step(house.conn, house.client, VAULT, USUAL).people == [], "one at a time"
        house.conn.rollback()
        other.commit()
    assert house.copy() == [her]
    assert house.row(her)["traits"] == '{"city":"Ankara"}'


def test_an_erasure_leaves_no_version_of_her(house: House) -> None:
    ayse, bora = house.said("c1", city="SECRET"), house.said("c2", city="Ankara")
    house.copy()
    house.said("c1", at_ms=NOW_MS + 1, city="SECRET2")
    house.copy()
    profiles_erase.erase(house.conn, [ayse], [])
    house.conn.commit()
    assert erase.erase(house.conn, house.client, [ayse]) > 0
    house.conn.commit()
    left = "SELECT count() FROM people WHERE toJSONString(traits) LIKE '%SECRET%'"
    assert house.client.query(left).result_rows == [(0,)]
    assert erase.erase(house.conn, house.client, [ayse]) == 0, "again changes nothing"
    house.conn.commit()
    house.copy()
    assert house.client.query(left).result_rows == [(0,)]
    assert house.row(ayse) == {}
    assert house.row(bora)["traits"] == '{"city":"Ankara"}'


def test_people_from_before_get_their_rows_and_all_when_the_rules_change(house: House) -> None:
    people = [house.said(f"c{i}", city="Bakı") for i in range(7)]
    house.conn.execute("delete from mirror_mark")
    house.conn.execute("update mirror_fill set made_by = ''")
    house.conn.commit()
    done, steps = set[int](), 0
    while True:
        one = step.step(house.conn, house.client, VAULT, USUAL, at_once=3)
        house.conn.commit()
        done.update(one.people)
        steps += 1
        if not one.more:
            break
    assert (sorted(done), steps) == (people, 3)
    other = Usual("AZ", "Asia/Baku", "az")
    again = step.step(house.conn, house.client, VAULT, other)
    house.conn.commit()
    assert again.people == people
    assert house.row(people[0])["zone"] == "Asia/Baku"


def test_traits_that_cannot_be_kept_keep_nobody_waiting(house: House) -> None:
    ayse = house.said("c1", **{"a.b": 1, "a": {"b": 2}, "city": "Bakı"})
    bora = house.said("c2", city="Ankara")
    assert house.copy() == [ayse, bora]
    assert house.row(ayse)["traits"] == '{"a":{"b":2},"city":"Bakı"}'
    assert house.row(bora)["traits"] == '{"city":"Ankara"}'


class Counting(psycopg.Connection[tuple[Any, ...]]):
    """A connection that counts what it is asked."""

    asked = 0

    def execute(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool = False,
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        self.asked += 1
        return super().execute(query, params, prepare=prepare, binary=binary)


def test_many_people_cost_few_statements(house: House, postgres_url: str, workspace: str) -> None:
    house.conn.execute(
        "insert into profile (id, key, traits, created_at)"
        ' select gen_random_uuid(), %s, \'{"city": ["Bakı", 1, 1]}\', now()'
        " from generate_series(1, 10000)",
        (VAULT.new_person_key(),),
    )
    house.conn.commit()
    assert house.marks() == 1, "one mark for a whole batch"
    with Counting.connect(postgres_url) as conn:
        state.use_workspace(conn, workspace)
        conn.asked = 0
        done = step.step(conn, house.client, VAULT, USUAL, at_once=20_000)
        assert len(done.people) == 10_000
        assert conn.asked <= 15
        conn.rollback()
    pieces = []
    while done.more or not pieces:
        done = step.step(house.conn, house.client, VAULT, USUAL)
        house.conn.commit()
        pieces.append(len(done.people))
    assert pieces == [4_000, 4_000, 2_000], "a mark of many is taken in pieces"


def test_the_checker_sees_what_is_wrong(house: House) -> None:
    people = [house.said(f"c{i}", city="Bakı", email=f"a{i}@example.com") for i in range(5)]
    house.copy()
    house.check()
    house.conn.execute("select 1")
    for person, column, value in (
        (people[0], "traits", '{"city":"Ankara"}'),
        (people[1], "gone", 1),
        (people[2], "suppressed", 1),
    ):
        house.client.command(
            f"ALTER TABLE people UPDATE {column} = {{v:String}}::"
            + ("JSON" if column == "traits" else "UInt16")
            + " WHERE person = {p:UInt32} SETTINGS mutations_sync = 2",
            parameters={"v": str(value), "p": person},
        )
    house.client.command("INSERT INTO people (person, version, gone) VALUES (4000000, 1, 0)")
    expected = [*people[:3], 4_000_000]
    assert differ.differences(house.conn, house.client, VAULT, USUAL) == expected
    house.conn.rollback()
    step.note(house.conn, expected)
    house.conn.commit()
    assert differ.differences(house.conn, house.client, VAULT, USUAL) == []
