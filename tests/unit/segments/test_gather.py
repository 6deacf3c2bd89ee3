"""What is fetched of people by their numbers says the same as the crowd it was written from."""

import random

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.kernel.postgres import Connection
from kervan.segments.columns import Events, People, Values, Words
from kervan.segments.gather import gather
from kervan.segments.lower import lower
from kervan.segments.needs import Needs, needs
from tests.unit.segments.loading import event_columns, load, people_columns
from tests.unit.segments.random_people import crowd
from tests.unit.segments.random_trees import LISTS
from tests.unit.segments.shop import tell_postgres


def _same(one: Values, other: Values) -> None:
    np.testing.assert_array_equal(one.known, other.known)
    np.testing.assert_array_equal(one.number, other.number)
    np.testing.assert_array_equal(one.is_number, other.is_number)
    np.testing.assert_array_equal(one.flag, other.flag)
    assert _texts(one.text) == _texts(other.text)


def _texts(words: Words) -> list[str]:
    return [words.words[code] if code >= 0 else "" for code in words.codes.tolist()]


def _same_people(one: People, other: People) -> None:
    for name in ("person", "known_since_ms", "birthday", "address", "verified", "suppressed"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert _texts(one.zone) == _texts(other.zone)
    for part in ("moments", "consents", "lists", "numbers"):
        for name, column in getattr(other, part).items():
            np.testing.assert_array_equal(getattr(one, part)[name], column)
    for name, column in other.traits.items():
        _same(one.traits[name], column)
    for name, words in other.texts.items():
        assert _texts(one.texts[name]) == _texts(words)


def _same_events(one: Events, other: Events) -> None:
    for name in ("row", "at_ms", "value_minor"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("name", "channel", "currency", "order"):
        assert _texts(getattr(one, name)) == _texts(getattr(other, name))
    for path, column in other.properties.items():
        _same(one.properties[path], column)
    if other.lines is not None:
        assert one.lines is not None
        np.testing.assert_array_equal(one.lines.event, other.lines.event)
        for path, column in other.lines.properties.items():
            _same(one.lines.properties[path], column)


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_comes_back_as_it_went(postgres: Connection, clickhouse: Client, seed: int) -> None:
    chance = random.Random(seed)
    mine = crowd(chance)
    load(clickhouse, mine, chance)
    tell_postgres(postgres, clickhouse)
    wanted = Needs()
    for _ in range(30):
        one = needs([lower(mine.trees.node(segments=()), {}, LISTS)])
        for name in ("events", "properties", "lines", "traits", "moments", "facts", "consents"):
            getattr(wanted, name).update(getattr(one, name))
        wanted.lists.update(one.lists)
    everybody = np.array([one["person"] for one in mine.people], np.uint32)
    people, events = gather(postgres, clickhouse, everybody, wanted)
    _same_people(people, people_columns(mine, wanted))
    _same_events(events, event_columns(mine, wanted))
    assert len(people) == len(mine.people)
    assert len(events) > 50


def test_who_is_not_there_is_left_out(postgres: Connection, clickhouse: Client) -> None:
    people, events = gather(postgres, clickhouse, np.array([5, 7], np.uint32), Needs())
    assert (len(people), len(events)) == (0, 0)
