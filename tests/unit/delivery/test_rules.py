"""The policy at the gate: what is quiet where she is waits, a cap does as its text says."""

from datetime import timedelta

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.delivery import books, decisions
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.policy import store
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import (
    NOON,
    SENDER,
    accept,
    allow,
    ended,
    held,
    judge,
    live_in,
    want,
)  # fmt: skip
from tests.unit.delivery.world import AT, VAULT, add_people

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = {"name": "night", "from": "22:00", "until": "09:00"}
ONE_A_DAY = {"name": "one a day", "most": 1, "per": "day"}


def test_without_a_policy_all_goes(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    for key in "abc":
        want(postgres, [person], key)
    going, results = judge(postgres)
    assert (len(going), results) == (3, [])
    # It is kept all the same, so that a policy of tomorrow counts what goes today.
    accept(postgres, going)
    allow(postgres, caps=[ONE_A_DAY])
    want(postgres, [person], "d")
    _, results = judge(postgres)
    assert ended(results) == [("suppressed", "cap_reached")]


def test_a_quiet_hour_holds_until_it_is_over_where_she_is(postgres: Connection) -> None:
    here, there = add_people(postgres, ["a@ev.example", "b@ev.example"])
    live_in(postgres, there, "Asia/Baku")  # an hour ahead
    allow(postgres, quiet=[NIGHT])
    evening = NOON + 9 * HOUR  # 21:00 in Istanbul, 22:00 in Baku
    want(postgres, [here, there], "a", evening)
    want(postgres, [there], "order", evening, message_class="transactional")
    going, results = judge(postgres, evening)
    assert {(one.subject.person, one.message_class) for one in going} == {
        (here, "marketing"), (there, "transactional")
    }  # fmt: skip
    assert held(results) == [("quiet_hours", "2027-03-18 05:00")]
    # At nine o'clock it is asked everything again, and goes.
    going, results = judge(postgres, NOON - 4 * HOUR + DAY)
    assert ([one.subject.person for one in going], results) == ([there], [])


def test_releases_are_spread_and_end_before_the_message_does(postgres: Connection) -> None:
    people = add_people(postgres, [f"p{n}@ev.example" for n in range(40)])
    allow(postgres, quiet=[NIGHT], spread_minutes=30)
    evening, morning = NOON + 10 * HOUR, NOON + DAY - 3 * HOUR
    want(postgres, people, "a", evening)
    want(postgres, people[:1], "short", evening, lives=11 * HOUR + timedelta(minutes=1))
    _, results = judge(postgres, evening)
    due = [one.due_at for one in results if isinstance(one, books.PutOff)]
    assert len(set(due[:40])) > 30
    assert all(morning <= one <= morning + HOUR / 2 for one in due)
    assert due[40] == morning or due[40] < morning + timedelta(minutes=1)


def test_what_the_author_would_rather_skip_is_skipped(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(postgres, quiet=[{**NIGHT, "blocked": "skip"}])
    want(postgres, [person], "a", NOON + 10 * HOUR)
    assert ended(judge(postgres, NOON + 10 * HOUR)[1]) == [("suppressed", "quiet_hours")]


def test_a_cap_holds_until_the_persons_next_day_has_its_morning(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(postgres, caps=[{**ONE_A_DAY, "blocked": "hold"}], quiet=[NIGHT])
    want(postgres, [person], "a")
    want(postgres, [person], "b")
    going, results = judge(postgres)
    assert len(going) == 1
    # Her next day begins at midnight, and is quiet until nine (06:00 UTC).
    assert held(results) == [("cap_reached", "2027-03-18 06:00")]
    accept(postgres, going)
    # The day after a hold counts its own: a third one has taken it.
    want(postgres, [person], "c", NOON - 3 * HOUR + DAY, priority=9)
    going, results = judge(postgres, NOON - 3 * HOUR + DAY)
    assert [one.priority for one in going] == [9]
    assert held(results) == [("cap_reached", "2027-03-19 06:00")]


def test_what_failed_gives_its_place_back_and_what_may_have_gone_keeps_it(
    postgres: Connection,
) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(postgres, caps=[ONE_A_DAY])
    want(postgres, [person], "a")
    [first], _ = judge(postgres)
    want(postgres, [person], "b")
    assert ended(judge(postgres)[1]) == [("suppressed", "cap_reached")]  # the first is under way
    books.write(postgres, [SENDER], [books.PutOff(first, NOON + HOUR, 1, "x")], NOON)
    want(postgres, [person], "c")
    [third], _ = judge(postgres)
    books.write(postgres, [SENDER], [books.Doubt(third, "delivery.no_answer")], NOON)
    books.end_doubts(postgres, books.DoubtPolicy(window_seconds=0), NOON)
    want(postgres, [person], "d")
    assert ended(judge(postgres)[1]) == [("suppressed", "cap_reached")]  # it may have arrived
    assert ended(judge(postgres, NOON + HOUR)[1]) == [("suppressed", "cap_reached")]


def test_a_dead_senders_places_share_the_fate_of_its_messages(postgres: Connection) -> None:
    people = add_people(postgres, ["a@ev.example", "b@ev.example"])
    allow(postgres, caps=[ONE_A_DAY])
    want(postgres, people, "a")
    (lost, gone), _ = judge(postgres, sender=77)
    postgres.execute(
        "insert into hand_over (message, attempt, at, links) values (%s, %s, %s, '{}')",
        (gone.subject.message, gone.attempt, NOON),
    )
    assert books.recover(postgres, 2, NOON) == (1, 0, 1)
    want(postgres, people, "b", priority=9)
    going, results = judge(postgres)
    # What was not journalled is in the queue again, and has to stand in line.
    assert [(one.subject.person, one.priority) for one in going] == [(lost.subject.person, 9)]
    assert ended(results) == [("suppressed", "cap_reached")] * 2


def test_a_gap_is_kept_in_one_batch_and_through_a_merge(postgres: Connection) -> None:
    one, two = add_people(postgres, ["a@ev.example", "b@ev.example"])
    allow(postgres, gaps=[{"name": "apart", "minutes": 90, "blocked": "hold"}])
    postgres.execute("update profile set merged_into = %s where person = %s", (one, two))
    want(postgres, [one, two], "a")
    going, results = judge(postgres)
    assert len(going) == 1
    assert held(results) == [("too_soon", "2027-03-17 10:30")]


def test_brands_and_topics_have_caps_of_their_own_and_of_their_group(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(
        postgres,
        caps=[{"name": "sisters", "most": 2, "per": "week", "brands": ["moda", "ev"]},
              {"name": "moda", "most": 1, "per": "week", "brands": ["moda"]}],
    )  # fmt: skip
    for key, brand in (("a", "moda"), ("b", "moda"), ("c", "ev"), ("d", "ev"), ("e", "spor")):
        want(postgres, [person], key, brand=brand)
        agree(postgres, person, brand)
    going, results = judge(postgres)
    assert [one.brand for one in going] == ["moda", "ev", "spor"]
    assert ended(results) == [("suppressed", "cap_reached")] * 2


def agree(conn: Connection, person: int, brand: str) -> None:
    """Let her agree to a brand's messages too."""
    contact = VAULT.blind("email", "a@ev.example")
    ledger.record(conn, VAULT, [Change("email", "granted", AT, person, contact, "email",
                                       brand=brand)])  # fmt: skip


def test_each_decision_is_kept_with_its_facts_and_a_hold_once(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    version = allow(postgres, quiet=[NIGHT], caps=[ONE_A_DAY])
    evening = NOON + 10 * HOUR
    want(postgres, [person], "a", evening)
    _, [put_off] = judge(postgres, evening)
    message = put_off.claim.subject.message
    assert isinstance(put_off, books.PutOff)
    judge(postgres, put_off.due_at)
    hold, go = decisions.of(postgres, message)
    assert (hold.verdict, hold.reason, hold.until) == (
        Verdict.HOLD, Reason.QUIET_HOURS, put_off.due_at,
    )  # fmt: skip
    assert hold.facts == {
        "rule": "night", "from": "22:00", "until": "09:00", "zones": ["Europe/Istanbul"],
    }  # fmt: skip
    assert (go.verdict, go.reason, go.policy, go.attempt) == (
        Verdict.HAND_OVER, Reason.NONE, version, 2,
    )  # fmt: skip
    assert go.consent_event > 0
    [counted] = go.facts["counted"]
    assert (counted["rule"], counted["most"], counted["used"]) == ("one a day", 1, 0)
    # The same again and again is said once: a stop of a day is no thousand rows.
    want(postgres, [person], "b", evening)
    for minutes in (0, 1, 2):
        _, some = judge(postgres, evening + timedelta(minutes=minutes))
        due = evening + timedelta(minutes=minutes + 1)
        postgres.execute("update message_open set due_at = %s", (due,))
    assert len(decisions.of(postgres, some[0].claim.subject.message)) == 1
    store.lift(postgres, evening)
    assert store.current(postgres) is None
