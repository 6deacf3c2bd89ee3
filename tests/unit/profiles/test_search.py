"""People are found by what staff type; what is typed to break in finds nobody."""

import pytest

from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import read, search, store
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader

_VAULT = Vault(b"s" * 32).workspace("w")
_AT_MS = 1_795_000_000_000
_PEOPLE = (
    ("C-1", {"firstName": "İrem", "lastName": "Şahin", "email": "Irem@Ornek.com"}),
    ("C-2", {"name": "Əli Məmmədov", "phone": "0532 123 45 67", "card": "l-77"}),
    ("C-3", {"firstName": "Ali", "lastName": "Alisan"}),
    ("C-4", {"firstName": "Alisa", "lastName": "Memmedova"}),
    ("C-5", {"firstName": "Muhammedalihan", "lastName": "Kaya"}),
)


@pytest.fixture
def people(postgres: Connection) -> dict[str, int]:
    """The people above, by their customer ids."""
    return _said(postgres, _PEOPLE)


def _said(
    conn: Connection, people: tuple[tuple[str, dict[str, str]], ...], *, trusted: bool = True
) -> dict[str, int]:
    reader = Reader(_VAULT, "TR")
    sightings = [
        reader.read(
            at_ms=_AT_MS,
            source=1,
            trusted=trusted,
            shared=False,
            user_id=customer,
            anonymous_id=None,
            traits=dict(traits),
            person=0,
        )
        for customer, traits in people
    ]
    found = resolve(conn, _VAULT, sightings, _AT_MS, store.Numbers(conn))
    return {customer: int(found.head[i]) for i, (customer, _) in enumerate(people)}


def _found(conn: Connection, text: str, limit: int = 20) -> list[int]:
    return [one.person for one in search.find(conn, _VAULT, "TR", text, limit)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("C-1", ["C-1"]),
        (" \u200fC-1\u200e ", ["C-1"]),
        ("irem@ornek.com", ["C-1"]),
        ("İREM@ORNEK.COM", ["C-1"]),
        ("+90 (532) 123-4567", ["C-2"]),
        ("5321234567", ["C-2"]),
        ("L-77", ["C-2"]),
        ("irem", ["C-1"]),
        ("IREM", ["C-1"]),
        ("İr şa", ["C-1"]),
        ("sahin irem", ["C-1"]),
        ("eli mem", ["C-2"]),
        ("memmed", ["C-2", "C-4"]),
        ("ƏL", ["C-2"]),
        ("ali", ["C-3", "C-4"]),
        ("ali kaya", []),
        ("muhammedalih", ["C-5"]),
        ("muhammedalix", []),
        ("muhammedalihan", ["C-5"]),
        ("a", []),
        ("", []),
    ],
)
def test_what_is_typed_finds(
    postgres: Connection, people: dict[str, int], typed: str, wanted: list[str]
) -> None:
    assert sorted(_found(postgres, typed)) == sorted(people[one] for one in wanted)


def test_whole_words_come_before_beginnings(postgres: Connection, people: dict[str, int]) -> None:
    assert _found(postgres, "alisa")[0] == people["C-4"]
    assert _found(postgres, "ali", limit=1) == [people["C-3"]]


def test_a_public_id_finds_its_person(postgres: Connection, people: dict[str, int]) -> None:
    who = read.contacts(postgres, _VAULT, [people["C-3"]])[people["C-3"]]
    (hit,) = search.find(postgres, _VAULT, "TR", str(who.id))
    assert (hit.person, hit.by, hit.claimed) == (people["C-3"], "id", False)


def test_who_only_claims_an_address_comes_behind_its_owner(
    postgres: Connection, people: dict[str, int]
) -> None:
    other = _said(postgres, (("C-9", {"email": "irem@ornek.com"}),), trusted=False)["C-9"]
    found = search.find(postgres, _VAULT, "TR", "irem@ornek.com")
    assert [(one.person, one.claimed) for one in found] == [(people["C-1"], False), (other, True)]


@pytest.mark.parametrize(
    "typed",
    [
        "'; drop table profile; --",
        "\\'; select pg_sleep(9); --",
        "%",
        "_%",
        "\u202e\u2066",
        "\x00ali\x00zz",
        "\ud83d",
        "{1,2}",
        "x" * 10_000,
        "ａｌｉ ｋａｙａ",
    ],
)
def test_what_is_typed_to_break_in_finds_nobody(
    postgres: Connection, people: dict[str, int], typed: str
) -> None:
    assert people and _found(postgres, typed) == []
    assert read.count(postgres) == len(_PEOPLE)


def test_a_merged_profile_is_found_once_as_its_head(
    postgres: Connection, people: dict[str, int]
) -> None:
    postgres.execute(
        "update profile set merged_into = %s where person = %s", (people["C-4"], people["C-2"])
    )
    assert _found(postgres, "memmed") == [people["C-4"]]
    assert _found(postgres, "5321234567") == [people["C-4"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("İrem Əliyeva", True),
        ("irem eliyeva", True),
        ("ƏLİYEVA IREM", True),
        ("ir eli", True),
        ("ir sah eli", True),
        ("ırem əliyeva isik", True),
        ("IŞIK irem", True),
        ("irem kaya", False),
        ("irem eliyevax", False),
    ],
)
def test_words_may_be_spread_over_what_a_profile_was_joined_from(
    postgres: Connection, people: dict[str, int], typed: str, *, found: bool
) -> None:
    others = _said(postgres, (("C-6", {"lastName": "Əliyeva"}), ("C-7", {"lastName": "Işık"})))
    head = people["C-1"]
    assert _found(postgres, typed) == []
    postgres.execute(
        "update profile set merged_into = %s where person = any(%s)", (head, [*others.values()])
    )
    assert _found(postgres, typed) == ([head] if found else [])
    assert _found(postgres, typed, limit=1) == ([head] if found else [])
    postgres.execute("update profile set merged_into = null")
    assert _found(postgres, typed) == []


def test_who_has_all_words_in_one_place_comes_before_who_has_them_spread(
    postgres: Connection, people: dict[str, int]
) -> None:
    postgres.execute(
        "update profile set merged_into = %s where person = %s", (people["C-3"], people["C-5"])
    )
    one = _said(postgres, (("C-8", {"name": "Ali Kaya"}),))["C-8"]
    assert _found(postgres, "ali kaya") == [one, people["C-3"]]
    assert _found(postgres, "ali kaya", limit=1) == [one]


def test_people_from_before_the_index_are_found_after_it_was_filled(
    postgres: Connection, people: dict[str, int]
) -> None:
    postgres.execute("delete from person_name")
    last = max(people.values())
    postgres.execute(
        "update search_fill set last_person = %s, next_person = %s", (last + 1_500, last - 2)
    )
    assert _found(postgres, "kaya") == []
    assert search.step(postgres, _VAULT) is True
    assert search.step(postgres, _VAULT) is False
    assert search.step(postgres, _VAULT) is False
    assert _found(postgres, "kaya") == [people["C-5"]]


def test_a_search_by_name_leaves_the_planner_as_it_was(
    postgres: Connection, people: dict[str, int]
) -> None:
    assert _found(postgres, "kaya") == [people["C-5"]]
    assert postgres.execute("show enable_seqscan").fetchone() == ("on",)


def test_a_customer_id_of_another_system_finds_too(
    postgres: Connection, people: dict[str, int]
) -> None:
    postgres.execute("insert into identifier_namespace (kind, name) values (100, 'erp')")
    claim = Reader(_VAULT, "TR").claim(100, "ERP-9")
    assert claim is not None
    gain = store.Gain(people["C-2"], claim, _AT_MS, 1)
    store.keep_identifiers(postgres, _VAULT, [gain], {})
    (hit,) = search.find(postgres, _VAULT, "TR", "ERP-9")
    assert (hit.person, hit.by) == (people["C-2"], "customer_id")
