"""A row becomes events that say who she is and what she agreed to; the rest is said to be left."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import people_rows
from kervan.collect.people_rows import Maker, plan
from kervan.collect.read_people import Row
from kervan.kernel.errors import KervanError

_AT_MS = 1_795_000_000_000
_NOW_MS = _AT_MS + 1_000


def _make(
    names: list[str], cells: list[Any], **more: Any
) -> tuple[list[dict[str, Any]], list[str]]:
    maker = Maker(
        plan(names, more.pop("given", {})),
        more.pop("constants", {}),
        at_ms=_AT_MS,
        now_ms=_NOW_MS,
        country="TR",
        zone="Europe/Istanbul",
        **more,
    )
    made = maker.make(Row(1, cells))
    return [json.loads(one) for one in made.events], [one.code for one in made.left_out]


def test_columns_are_known_by_what_they_are_called() -> None:
    names = ["Müşteri No", "E-Posta", "CEP TELEFONU", "Kart No", "Adı", "Soyadı", "Əlavə qeyd",
             "SMS İzni", "email.2", "traits.age:number", "İzin Tarihi"]  # fmt: skip
    assert [str(one) for one in plan(names, {})] == [
        "customer_id", "email", "phone", "card", "traits.firstName", "traits.lastName",
        "traits.Əlavə qeyd", "consent.sms.marketing", "email", "traits.age.number", "consent_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "given", "code"),
    [
        (["Ad"], {}, "collect.people_no_identifier"),
        (["email"], {"mail": "email"}, "collect.people_no_such_column"),
        (["email", "x"], {"x": "nowhere"}, "collect.people_place"),
        (["email", "x"], {"x": "consent.smoke"}, "collect.people_place"),
        (["email", "external_ids.e-mail adresi"], {}, "collect.people_place"),
        (["email", "external_ids.user_id"], {}, "collect.people_place"),
        (["email", "topic.smoke.x"], {}, "collect.people_place"),
        (["email", "topic.email"], {}, "collect.people_place"),
        (["email", "topic.email." + "x" * 61], {}, "collect.people_place"),
        (["email", "topic.email.x", "topic.email.x"], {}, "collect.people_twice"),
        (["email", "Ad", "isim"], {}, "collect.people_twice"),
        (["customer_id", "Müşteri no"], {}, "collect.people_twice"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    names: list[str], given: dict[str, str], code: str
) -> None:
    with pytest.raises(KervanError) as caught:
        plan(names, given)
    assert caught.value.code == code


def test_a_row_becomes_who_she_is_and_what_she_agreed_to() -> None:
    names = ["customer_id", "email", "phone", "firstName", "yaş:number", "consent.email",
             "consent.sms", "consent_at", "not"]  # fmt: skip
    cells = ["C-1", "irem@ornek.com", "0532 123 45 67", "İrem", "41", "Evet", "hayır",
             "31.12.2025 10:00", ""]  # fmt: skip
    events, left = _make(names, cells)
    assert not left
    who, email, sms = events
    assert (who["type"], who["userId"]) == ("identify", "C-1")
    assert who["timestamp"] == "2026-11-18T11:06:40.000+00:00"
    assert who["traits"] == {
        "email": "irem@ornek.com",
        "phone": "0532 123 45 67",
        "firstName": "İrem",
        "yaş": 41,
    }
    assert email["properties"]["status"] == "granted" and sms["properties"]["status"] == "denied"
    assert email["timestamp"] == "2025-12-31T07:00:00.000+00:00"
    assert email["context"]["traits"]["email"] == "irem@ornek.com"
    assert len({one["messageId"] for one in events}) == 3


def test_the_same_row_is_the_same_message_and_another_word_is_another() -> None:
    (one,), _ = _make(["email", "plan"], ["a@b.com", "gold"])
    (same,), _ = _make(["email", "plan"], ["a@b.com", "gold"])
    (other,), _ = _make(["email", "tier"], ["a@b.com", "gold"])
    assert one["messageId"] == same["messageId"] != other["messageId"]
    assert "userId" not in one


def test_values_that_are_no_good_are_left_out_and_said() -> None:
    events, left = _make(
        ["customer_id", "email", "phone", "consent.email", "consent.sms", "consent_at"],
        ["C-1", "not a mail", "5555555555", "maybe", "yes", "2031-01-01"],
    )
    assert left == [
        "collect.people_not_good",
        "collect.people_not_good",
        "collect.people_answer",
        "consent.in_future",
    ]
    assert len(events) == 1 and events[0]["traits"] == {}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["", "", ""], "collect.people_nobody"),
        (["null", "test@test.com", ""], "collect.people_nobody"),
        (["x" * 10_000, "", ""], "collect.people_nobody"),
        (["C-1", "", "31.02.2025"], "collect.bad_time"),
        (["C-1", "", "soon"], "collect.bad_time"),
        (["C-\udcff", "", ""], "collect.people_nobody"),
    ],
)
def test_rows_that_cannot_be_taken_say_why(cells: list[str], code: str) -> None:
    with pytest.raises(KervanError) as caught:
        _make(["customer_id", "email", "at"], cells)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("broken", "code"),
    [("\udcfe", "collect.import_encoding"), ("\ud83d", "collect.people_row_letters")],
)
def test_a_row_with_broken_letters_is_refused(broken: str, code: str) -> None:
    with pytest.raises(KervanError) as caught:
        _make(["email", "not"], ["a@b.com", broken])
    assert caught.value.code == code


def test_further_addresses_are_told_beside_the_first_identifier() -> None:
    events, left = _make(["customer_id", "email", "email.2"], ["C-1", "a@b.com", "c@d.com"])
    assert [one["traits"]["email"] for one in events] == ["a@b.com", "c@d.com"]
    assert {one["userId"] for one in events} == {"C-1"} and not left
    events, left = _make(["email", "email.2"], ["a@b.com", "c@d.com"])
    assert len(events) == 1 and left == ["collect.people_second"]


def test_constants_stand_in_every_row() -> None:
    (one,), _ = _make(["email"], ["a@b.com"], constants={"traits.origin": "ERP"})
    assert one["traits"]["origin"] == "ERP"


@given(st.text(max_size=20))
def test_a_guarded_cell_is_read_as_it_was(text: str) -> None:
    kept = people_rows.guarded(text)
    assert people_rows.unguarded(kept) == text
    assert kept[:1] not in tuple("=@\t\r")


def test_a_phone_needs_no_guard_and_a_formula_does() -> None:
    assert people_rows.guarded("+90 (532) 123-45.67") == "+90 (532) 123-45.67"
    assert people_rows.guarded("-7") == "-7"
    assert people_rows.guarded("=1+1") == "'=1+1"
    assert people_rows.guarded("+cmd|' /C calc'!A0").startswith("'")
    (one,), _ = _make(["email", "not"], ["a@b.com", "'=1+1"], guarded=True)
    assert one["traits"]["not"] == "=1+1"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2026-01-02", 1_767_301_200_000),
        ("2026-01-02T00:00:00+03:00", 1_767_301_200_000),
        ("02.01.2026", 1_767_301_200_000),
        ("02/01/2026 00:00", 1_767_301_200_000),
        (1_767_301_200, 1_767_301_200_000),
    ],
)
def test_times_are_read_as_lists_write_them(said: object, wanted: int) -> None:
    assert people_rows.when(said, ZoneInfo("Europe/Istanbul")) == wanted


def test_ids_of_other_systems_say_who_it_is() -> None:
    names = ["external_ids.erp", "external_ids_2.ERP", "external_ids.crm"]
    events, left = _make(names, ["E-1", "E-2", 77])
    said = [one["context"]["externalIds"] for one in events]
    assert said == [
        [
            {"type": "erp", "id": "E-1", "collection": "users"},
            {"type": "crm", "id": "77", "collection": "users"},
        ],
        [{"type": "erp", "id": "E-2", "collection": "users"}],  # somebody else until merged
    ]
    assert left == [] and all("userId" not in one for one in events)


def test_more_ids_than_one_event_may_name_come_in_others() -> None:
    names = ["customer_id", *[f"external_ids.s{i}" for i in range(12)]]
    events, _ = _make(names, ["u1", *[f"id{i}" for i in range(12)]])
    said = [[one["type"] for one in event["context"]["externalIds"]] for event in events]
    assert [len(one) for one in said] == [10, 1, 1]
    assert {name for one in said for name in one} == {f"s{i}" for i in range(12)}
    assert {one["userId"] for one in events} == {"u1"}


def test_a_word_on_a_topic_has_its_own_time() -> None:
    names = ["email", "consent_at.email", "consent.email", "topic.email.a.b", "topic.email.c",
             "topic_at.email.c"]  # fmt: skip
    cells = ["a@b.com", "2026-01-01T00:00:00Z", "yes", "no", "evet", "2026-02-02T00:00:00Z"]
    events, left = _make(names, cells)
    said = [
        (one["properties"].get("topic", ""), one["properties"]["status"], one["timestamp"][:10])
        for one in events
        if one["type"] == "track"
    ]
    assert left == []
    assert said == [
        ("", "granted", "2026-01-01"),
        ("a.b", "denied", "2026-01-01"),
        ("c", "granted", "2026-02-02"),
    ]
