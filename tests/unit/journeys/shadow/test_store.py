"""A shadow is played in its turn for its days, ends when it cannot be, and forgets the erased."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from kervan.journeys import erase
from kervan.journeys.rehearse.rehearse import rehearse
from kervan.journeys.rehearse.report import Event, Report, Story
from kervan.journeys.shadow import store, tell
from kervan.journeys.shadow.store import Shadow, Wanted
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.journeys.rehearse.test_rehearse import BASKET, wanted
from tests.unit.journeys.shop import START_MS

AT = clock.from_ms(START_MS)
MINUTE = timedelta(minutes=1)


def _start(conn: Connection, key: str = "basket", **more: Any) -> Shadow:
    return store.start(conn, Wanted(key, BASKET, **more), AT, "me")


def _report(conn: Connection, client: Client, workspace: str, people: tuple[int, ...]) -> Report:
    told = rehearse(conn, client, wanted(workspace, days=1))
    event = Event("2026-01-01T00:00:00Z", "basket", "entered", "", "")
    return _with(told, [Story(one, [event]) for one in people])


def _with(told: Report, sample: list[Story]) -> Report:
    return type(told)(**{
        **{name: getattr(told, name) for name in told.__struct_fields__}, "sample": sample
    })  # fmt: skip


def test_one_is_on_for_its_days_and_too_many_are_refused(postgres: Connection) -> None:
    made = _start(postgres, days=3)
    assert (made.since, made.until, made.state(AT)) == (AT, AT + timedelta(days=3), "on")
    assert made.state(made.until) == "ended"
    assert [one.key for one in store.every(postgres)] == ["basket"]
    for number in range(1, store.MOST):
        _start(postgres, f"other-{number}")
    _start(postgres, days=2)  # in its own place
    with pytest.raises(KervanError, match="are in shadow already"):
        _start(postgres, "one-more")
    for days in (0, store.MOST_DAYS + 1):
        with pytest.raises(KervanError, match="for 1 to 31 days"):
            _start(postgres, days=days)
    for key in ("unknown", "no\0key"):
        with pytest.raises(KervanError, match="is in shadow, or has been"):
            store.get(postgres, key)


def test_its_report_is_kept_until_the_last_play(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    one, told = _start(postgres), _report(postgres, clickhouse, workspace, (7,))
    assert store.due(postgres, AT) is None, "nothing has happened yet"
    due = store.due(postgres, AT + MINUTE)
    assert due == one
    store.begin(postgres, one, AT + MINUTE)
    assert store.due(postgres, AT + 2 * MINUTE) is None, "somebody plays it"
    store.keep(postgres, one, told, AT + MINUTE, 40, AT + 5 * MINUTE)
    kept = store.get(postgres, "basket")
    assert (kept.told(), kept.good_until, kept.took_ms, kept.tries) == (told, AT + MINUTE, 40, 0)
    assert store.due(postgres, AT + 4 * MINUTE) is None
    assert store.due(postgres, AT + 5 * MINUTE) is not None
    ended = store.stop(postgres, "basket", AT + 2 * MINUTE)
    assert (ended.until, ended.state(AT + 3 * MINUTE)) == (AT + 2 * MINUTE, "ended")
    assert store.due(postgres, AT + 3 * MINUTE) is not None, "once more, up to its end"
    store.keep(postgres, one, told, AT + 2 * MINUTE, 40, AT + 9 * MINUTE)
    assert store.due(postgres, AT + timedelta(days=20)) is None
    assert store.stop(postgres, "basket", AT + 9 * MINUTE).until == AT + 2 * MINUTE
    store.tidy(postgres, AT + timedelta(days=29))
    assert store.get(postgres, "basket").told() == told
    store.tidy(postgres, AT + timedelta(days=31))
    assert store.every(postgres) == []


def test_what_was_started_anew_keeps_nothing_of_the_play_before(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    before, told = _start(postgres), _report(postgres, clickhouse, workspace, ())
    after = store.start(postgres, Wanted("basket", BASKET), AT + MINUTE, "me")
    store.keep(postgres, before, told, AT + MINUTE, 40, AT + 5 * MINUTE)
    store.fail(postgres, before, "journeys.not_valid", AT, 1)
    assert store.get(postgres, "basket") == after


def test_it_ends_when_it_could_not_be_played_three_times_in_a_row(postgres: Connection) -> None:
    one = _start(postgres)
    for minutes in (1, 11, 21):
        at = AT + minutes * MINUTE
        assert store.due(postgres, at) is not None
        store.begin(postgres, one, at)
        assert store.get(postgres, "basket").state(at) == "on"
        store.fail(postgres, one, "journeys.not_valid", at, 5)
    found = store.get(postgres, "basket")
    assert (found.state(AT + 22 * MINUTE), found.problem) == ("failed", "journeys.not_valid")
    assert store.due(postgres, AT + timedelta(days=9)) is None
    said = [tell.tell(found, AT + 22 * MINUTE, locale) for locale in ("en", "tr", "az")]
    assert all("journeys.not_valid" in one and "basket" in one for one in said)
    assert "could not be played" in said[0]
    assert "oynatılamadı" in said[1]
    assert "oynadıla bilmədi" in said[2]


def test_the_stories_of_erased_people_are_forgotten(
    postgres: Connection, clickhouse: Client, workspace: str
) -> None:
    one, told = _start(postgres), _report(postgres, clickhouse, workspace, (7, 8))
    store.keep(postgres, one, told, AT + MINUTE, 40, AT + 5 * MINUTE)
    assert erase.erase(postgres, [7, 9]) == 1
    found = store.get(postgres, "basket").told()
    assert found is not None
    assert [story.person for story in found.sample] == [8]
    erase.erase(postgres, [8])
    found = store.get(postgres, "basket").told()
    assert found == _with(told, [])


def test_a_report_of_another_version_counts_for_none(postgres: Connection) -> None:
    one = replace(_start(postgres), report='{"journey": "basket"}')
    assert one.told() is None
    assert "2026" in tell.tell(one, AT, "en")
