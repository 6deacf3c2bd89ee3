"""What people choose is kept by address, strictest over all of them, and told to the ledger."""

from datetime import timedelta

import pytest

from kervan.consent import preferences, store
from kervan.consent.ledger import Change
from kervan.consent.preferences import Choices, Topic
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email, own

ONE, TWO = email("a@ev.example"), email("b@ev.example")


def said(contact: bytes = ONE, person: int = 1) -> Change:
    """The frame of a choice: whose, at which address."""
    return Change(
        "email", "granted", AT, person, contact, "email", source="preference_centre",
        proof={"message": "m"},
    )  # fmt: skip


def told(conn: Connection) -> list[tuple[object, ...]]:
    """Topic, status, notice and end of the rows of the ledger."""
    return conn.execute(
        "select topic, status, notice_name, expires_at, purpose, source from consent_event"
        " order by id"
    ).fetchall()


def test_choices_are_kept_and_each_change_is_told(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    assert preferences.read(postgres, ONE) == Choices()
    until = AT + timedelta(days=30)
    first = Choices("az", until, 1, 7)
    assert preferences.save(postgres, VAULT, said(), first, AT) == [
        "language",
        "frequency",
        "pause",
    ]
    assert preferences.read(postgres, ONE) == first
    assert preferences.save(postgres, VAULT, said(), first, AT) == []
    later = AT + timedelta(days=1)
    again = Choices("az", None, 0, 0)
    assert preferences.save(postgres, VAULT, said(), again, later) == ["frequency", "pause"]
    end = ("service", "preference_centre")
    assert told(postgres) == [
        ("choice:language", "granted", "az", None, *end),
        ("choice:frequency", "granted", "1 in 7 days", None, *end),
        ("choice:pause", "granted", "", until, *end),
        ("choice:frequency", "withdrawn", "", None, *end),
        ("choice:pause", "withdrawn", "", None, *end),
    ]
    # A pause that is over and forgotten is nothing to tell.
    over = Choices("az", AT, 0, 0)
    preferences.save(postgres, VAULT, said(), over, until)
    assert len(told(postgres)) == 5


@pytest.mark.parametrize("wanted", [Choices("de"), Choices(most=3, most_days=7), Choices(most=-1)])
def test_what_cannot_be_chosen_is_refused(postgres: Connection, wanted: Choices) -> None:
    add(postgres, 1, "a@ev.example")
    with pytest.raises(KervanError, match="cannot be chosen"):
        preferences.save(postgres, VAULT, said(), wanted, AT)
    assert told(postgres) == []


def test_over_all_addresses_of_a_head_the_strictest_counts(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    add(postgres, 2, "b@ev.example")
    add(postgres, 3, "c@ev.example")
    until = AT + timedelta(days=30)
    preferences.save(postgres, VAULT, said(ONE, 1), Choices("az", None, 2, 7), AT)
    preferences.save(
        postgres, VAULT, said(TWO, 2), Choices("tr", until, 1, 30), AT + timedelta(hours=1)
    )
    assert preferences.of_people(postgres, [1, 3]) == {1: Choices("az", None, 2, 7)}
    postgres.execute("update profile set merged_into = 1 where person = 2")
    assert preferences.of_people(postgres, [1]) == {1: Choices("tr", until, 1, 30)}
    assert preferences.of_people(postgres, []) == {}


def test_points_are_those_of_all_parts(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    add(postgres, 2, "+905321234567")
    own(postgres, 1, "z@ev.example", at=AT - timedelta(days=1), keys=None)
    postgres.execute("update profile set merged_into = 1 where person = 2")
    found = preferences.points(postgres, VAULT, 1)
    assert [(one.kind, one.value) for one in found] == [
        (2, "a@ev.example"), (2, "z@ev.example"), (3, "+905321234567"),
    ]  # fmt: skip
    assert found[0].contact == ONE


def test_topics_are_replaced_as_a_whole(postgres: Connection) -> None:
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    wanted = [Topic("tea", names), Topic("cups", names)]
    preferences.set_topics(postgres, wanted)
    preferences.set_topics(postgres, wanted)
    assert preferences.topics(postgres) == wanted
    for bad in (
        [Topic("", names)], [Topic("a:b", names)], [Topic("a", {"en": "A"})],
        [Topic("a", names)] * 2, [Topic("a", {**names, "tr": "x" * 81})], [Topic("x" * 61, names)],
        [Topic(str(one), names) for one in range(51)],
    ):  # fmt: skip
        with pytest.raises(KervanError, match="needs a key"):
            preferences.set_topics(postgres, bad)
    assert preferences.topics(postgres) == wanted


def test_words_and_erasure(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    store.record(postgres, [store.Decision(1, "email", "marketing", True, 1_760_000_000_000, 1, "",
                                           b"k" * 16)], VAULT)  # fmt: skip
    preferences.save(postgres, VAULT, said(), Choices("az"), AT)
    [word] = preferences.words(postgres, [ONE, TWO])
    assert (word.channel, word.topic, word.status) == ("email", "", "granted")
    assert preferences.erase(postgres, [1], [ONE]) == 1
    assert preferences.read(postgres, ONE) == Choices()
