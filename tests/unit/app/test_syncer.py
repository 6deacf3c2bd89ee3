"""A receiver's book is the segment's members, whatever happened on the way there."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from kervan.app import syncer
from kervan.app.syncer import Syncer
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import lists
from kervan.segments.definitions import store as definitions
from kervan.segments.definitions.store import Author
from kervan.segments.live import store as membership
from kervan.segments.mirror import step as mirror
from kervan.segments.sync import attempts, store
from tests.conftest import Urls
from tests.simulators.segment_sync.receiver import Receiver
from tests.unit.collect.processing import VAULT
from tests.unit.segments.shop import USUAL

_DAY_MS = 86_400_000
_PROGRAM = """
import sys
from kervan.app.syncer import Syncer
from kervan.kernel import clickhouse, clock, postgres
from tests.unit.collect.processing import VAULT
url, history, workspace = sys.argv[1:]
with postgres.connect(url, workspace=workspace) as conn:
    client = clickhouse.connect(history, postgres.schema_name(workspace))
    syncer = Syncer(VAULT.workspace(workspace), client)
    while True:
        syncer.step(conn, clock.now_ms())
"""


class Told:
    """A segment whose members are said by hand, and the receiver that is told of them."""

    def __init__(self, conn: Connection, client: Client, workspace: str, to: Receiver) -> None:
        self.conn, self.client, self.to = conn, client, to
        self.keys = VAULT.workspace(workspace)
        self.by = Author("me", clock.now())
        self.number = 1
        self.ahead_ms = 0
        self.syncer = Syncer(self.keys, client)
        conn.execute(
            "insert into segment (number, key, name, sort, state, version, created_at, created_by,"
            " changed_at, changed_by) values (1, 'a', 'A', 'tree', 'active', 1, %(at)s, '',"
            " %(at)s, '')", {"at": self.by.at},
        )  # fmt: skip

    def people(self, first: int, last: int) -> None:
        """Profiles with these numbers; the customer id of an even one is known."""
        for one in range(first, last + 1):
            key = self.keys.new_person_key()
            self.conn.execute(
                "insert into profile (person, id, key, created_at) overriding system value"
                " values (%s, gen_random_uuid(), %s, now())", (one, key),
            )  # fmt: skip
            if one % 2 == 0:
                sealed = self.keys.seal(key, f"c{one}".encode(), b"identifier")
                self.conn.execute(
                    "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
                    " values (1, gen_random_uuid(), %s, %s, now(), 1)", (one, sealed),
                )  # fmt: skip

    def members(self, *people: int) -> None:
        """Have these in the segment and no others, all known."""
        self.conn.execute("delete from membership")
        inside = np.full((len(people), 1), 1 << self.number, np.uint8)
        flips = np.full(len(people), 1 << 60, np.int64)
        membership.keep(self.conn, np.array(people, np.uint32), inside, flips)
        membership.filled(self.conn, {self.number: b"0" * 16})
        self.conn.commit()

    def start(self, *, new_secret: bool = False) -> str:
        """Sync it."""
        _, secret = store.put(
            self.conn, self.keys, "a", self.to.url, self.by, is_private=True, new_secret=new_secret
        )
        self.conn.commit()
        self.to.secret = secret or self.to.secret
        return secret

    def turn(self) -> bool:
        """One step, at an hour of our own."""
        return self.syncer.step(self.conn, clock.now_ms() + self.ahead_ms)

    def settle(self) -> None:
        """As a process that has just started: until there is nothing to say."""
        self.syncer = Syncer(self.keys, self.client)
        while self.turn():
            pass

    def known(self) -> set[int]:
        """The people in the receiver's book, by number."""
        rows = self.conn.execute("select id::text, person from profile").fetchall()
        numbers = dict(rows)
        return {numbers.get(one, -1) for one in self.to.book.members}

    def state(self) -> str:
        """The sync's state."""
        return store.get(self.conn, "a").state


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()
    assert made.book.wrong == []


@pytest.fixture
def told(postgres: Connection, clickhouse: Client, workspace: str, receiver: Receiver) -> Told:
    return Told(postgres, clickhouse, workspace, receiver)


def test_all_members_come_first_and_then_who_enters_and_leaves(told: Told) -> None:
    told.people(1, 4)
    told.members(1, 2)
    assert told.start().startswith("whsec_")
    told.settle()
    assert told.known() == {1, 2}
    assert sorted(map(str, told.to.book.members.values())) == ["None", "c2"]
    told.members(2, 3, 4)
    told.settle()
    assert told.known() == {2, 3, 4}
    told.settle()
    sizes = [(len(one["added"]), len(one["removed"])) for one in told.to.book.batches]
    assert sizes == [(2, 0), (2, 1)]
    assert (told.state(), store.known(told.conn, store.get(told.conn, "a"))) == ("active", 3)


def test_one_process_goes_on_looking(told: Told) -> None:
    told.people(1, 3)
    told.members(1)
    told.start()
    told.settle()
    for members in ((1, 2), (1, 3), (3,), (3,), (1, 2)):
        told.members(*members)
        deadline = clock.monotonic() + 60
        while told.known() != set(members):
            told.turn()
            assert clock.monotonic() < deadline
            clock.sleep(0.05)


def test_a_segment_of_nobody_is_told_once(told: Told) -> None:
    told.members()
    told.start()
    told.settle()
    told.settle()
    assert [one["sequence"] for one in told.to.book.batches] == [1]


def test_nothing_is_said_before_all_members_are_known(told: Told) -> None:
    told.people(1, 2)
    told.start()
    told.settle()
    assert (told.to.book.batches, told.state()) == ([], "filling")
    told.members(1)
    told.settle()
    assert told.known() == {1}


def test_many_come_in_batches_one_after_the_other(told: Told) -> None:
    told.people(1, syncer.BATCH_PEOPLE * 2 + 10)
    told.members(*range(1, syncer.BATCH_PEOPLE * 2 + 11))
    told.start()
    told.settle()
    assert [len(one["added"]) for one in told.to.book.batches] == [1000, 1000, 10]
    assert len(told.known()) == syncer.BATCH_PEOPLE * 2 + 10


def test_a_batch_whose_answer_is_lost_is_the_same_batch_again(told: Told) -> None:
    told.people(1, 4)
    told.members(1, 2)
    told.start()
    told.to.takes = lambda: False
    told.settle()
    assert (told.known(), told.state()) == ({1, 2}, "failing")
    assert store.get(told.conn, "a").problem == "no_answer"
    told.members(2, 3)  # meanwhile
    told.to.takes = lambda: True
    told.settle()
    assert len(told.to.book.batches) == 1  # it is not due yet
    told.ahead_ms = 60_000
    told.settle()
    assert told.known() == {2, 3}
    assert [one["sequence"] for one in told.to.book.batches] == [1, 2]


def test_a_kill_between_batch_and_call_loses_nothing(told: Told) -> None:
    told.people(1, 3)
    told.members(1, 2)
    told.start()
    (one,) = store.due(told.conn, clock.now())
    assert store.make(told.conn, one, [1, 2], []) is not None
    told.conn.commit()
    told.members(2, 3)
    told.settle()
    assert told.known() == {2, 3}
    assert [len(one["added"]) for one in told.to.book.batches] == [2, 1]


def test_killed_after_the_receiver_took_a_batch(told: Told, engines_urls: Urls) -> None:
    told.people(1, 4)
    told.members(1, 2)
    told.start()
    urls = (engines_urls.postgres, engines_urls.clickhouse, engines_urls.workspace)
    sender = subprocess.Popen([sys.executable, "-c", _PROGRAM, *urls])

    def kill() -> bool:
        sender.kill()
        return True

    told.to.takes = kill
    assert sender.wait(60) == -signal.SIGKILL
    assert (told.known(), store.get(told.conn, "a").is_pending) == ({1, 2}, True)
    told.conn.commit()
    told.members(2, 3)
    told.to.takes = lambda: True
    told.settle()
    assert told.known() == {2, 3}
    assert [one["sequence"] for one in told.to.book.batches] == [1, 2]


def test_each_attempt_is_written_down_and_one_may_be_had_at_once(told: Told) -> None:
    told.people(1, 3)
    told.members(1, 2)
    told.start()
    told.to.answer = 503
    told.settle()
    store.again(told.conn, "a", clock.now())
    told.conn.commit()
    told.to.answer = None
    told.settle()
    last, first = attempts.latest(told.conn, "a", 0, 9)
    assert (first.attempt, first.problem, last.attempt, last.problem) == (1, "http_503", 2, "")
    assert first.batch == last.batch and (last.added, last.removed) == (2, 0)
    assert first.next_at is not None and last.next_at is None
    assert attempts.latest(told.conn, "", first.id, 9) == []
    assert "503" in attempts.say(first.problem, "en")
    assert told.known() == {1, 2}


def test_it_waits_longer_and_longer_and_stops_after_three_days(told: Told) -> None:
    told.people(1, 1)
    told.members(1)
    told.start()
    told.to.answer = 503
    told.to.headers = {"retry-after": "100"}
    told.settle()
    one = store.get(told.conn, "a")
    assert (one.state, one.problem, one.attempts) == ("failing", "http_503", 1)
    assert 95 <= (one.next_at - clock.now()).total_seconds() <= 100
    told.conn.execute("update segment_sync set failing_since = failing_since - interval '3 days'")
    told.conn.commit()
    told.ahead_ms = _DAY_MS
    told.settle()
    assert told.state() == "stopped"
    told.to.answer = None
    told.settle()
    assert told.to.book.batches == []
    assert told.start() == ""  # the same secret goes on
    told.settle()
    assert (told.known(), told.state()) == ({1}, "active")


def test_a_receiver_that_is_gone_is_told_nothing_more(told: Told) -> None:
    told.members()
    told.start()
    told.to.answer = 410
    told.settle()
    assert told.state() == "stopped"


def test_who_is_erased_is_taken_off_by_the_id_that_was_told(told: Told) -> None:
    told.people(1, 2)
    told.members(1, 2)
    told.start()
    told.settle()
    told.conn.execute("delete from identifier where person = 2")
    told.conn.execute("delete from profile where person = 2")
    told.members(1)
    told.settle()
    assert told.known() == {1}
    assert told.conn.execute("select count(*) from segment_sync_member").fetchone() == (1,)


def test_who_is_erased_before_a_batch_arrives_is_not_told_of_and_taken_off(told: Told) -> None:
    told.people(1, 2)
    told.members(1, 2)
    told.start()
    told.to.answer = 500
    told.settle()
    told.conn.execute("delete from profile where person = 1")
    told.members(2)
    told.to.answer = None
    told.ahead_ms = 60_000
    told.settle()
    first, second = told.to.book.batches
    assert [len(first["added"]), len(second["removed"])] == [1, 1]
    assert told.known() == {2}


def test_another_address_begins_anew_and_an_archived_segment_pauses(told: Told) -> None:
    told.people(1, 2)
    told.members(1)
    told.start()
    told.settle()
    definitions.archive(told.conn, "a", told.by)
    told.members(1, 2)
    told.settle()
    assert (told.known(), told.state()) == ({1}, "paused")
    told.conn.execute("update segment set state = 'active'")
    other = Receiver()
    try:
        _, other.secret = store.put(told.conn, told.keys, "a", other.url, told.by, is_private=True)
        told.conn.commit()
        assert other.secret and other.secret != told.to.secret
        told.settle()
        assert (len(other.book.members), other.book.wrong) == (2, [])
    finally:
        other.close()
    assert told.known() == {1}


def test_a_new_secret_signs_from_then_on(told: Told) -> None:
    told.people(1, 2)
    told.members(1)
    first = told.start()
    told.settle()
    assert told.start(new_secret=True) not in ("", first)
    told.members(1, 2)
    told.settle()
    assert told.known() == {1, 2}
    kept = told.conn.execute("select secret from segment_sync").fetchone()
    assert kept is not None and told.to.secret.encode() not in kept[0]


def test_what_is_not_signed_by_us_is_not_taken(told: Told) -> None:
    told.members()
    told.start()
    told.to.secret = "whsec_" + "A" * 44
    told.settle()
    assert told.state() == "failing"
    assert told.to.book.wrong == ["signature"]
    told.to.book.wrong = []


def test_an_address_of_our_own_network_is_called_only_where_an_operator_said_so(told: Told) -> None:
    told.people(1, 1)
    told.members(1)
    told.start()
    told.conn.execute("update segment_sync set is_private = false")
    told.conn.commit()
    told.settle()
    assert store.get(told.conn, "a").problem == "kernel.url_not_allowed"
    assert told.to.book.batches == []


def test_an_imported_list_is_told_too(told: Told) -> None:
    told.people(1, 2)
    told.conn.execute("update segment set sort = 'list'")
    told.conn.execute(
        "insert into segment_list_word (list, people, gone, at) values (1, '{1,2}', false, now())"
    )
    lists.step(told.conn, told.client)
    mirror.step(told.conn, told.client, told.keys, USUAL)
    told.start()
    told.settle()
    assert told.known() == {1, 2}
