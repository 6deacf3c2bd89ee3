"""The outbox: intended once, cancelled when nobody holds it, never readable without the person."""

from datetime import timedelta

import pytest

from kervan.delivery import books, outbox
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel import postgres as kernel
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import (
    VAULT,
    add_people,
    intend,
    intents,
    make_sender,
    sending,
    states,
)


def test_intending_twice_is_intending_once(postgres: Connection) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(20)])
    assert intend(postgres, intents(people)) == 20
    assert intend(postgres, intents(people)) == 0
    assert intend(postgres, intents(people, key="next visit")) == 20
    assert states(postgres) == {"queued": 40}
    assert postgres.execute(
        "select count(*), count(distinct message) from message_open"
    ).fetchone() == (40, 40)
    assert outbox.intend(postgres, VAULT, outbox.Intents()) == 0


def test_the_context_opens_only_under_the_persons_key_and_in_its_place(
    postgres: Connection,
) -> None:
    intend(postgres, intents(add_people(postgres, ["a@home.example", "b@home.example"])))
    (one, sealed, key), (other, _, other_key) = postgres.execute(
        "select m.id, m.context, p.key from message m join profile p using (person)"
    ).fetchall()
    assert b"basket" not in sealed
    assert VAULT.open(key, sealed, outbox.context_place(one)) == b'{"basket": {"items": 2}}'
    for wrong_key, place in ((other_key, one), (key, other)):
        with pytest.raises(KervanError):
            VAULT.open(wrong_key, sealed, outbox.context_place(place))


def test_a_message_for_nobody_is_kept_and_says_nothing(postgres: Connection) -> None:
    assert intend(postgres, intents([4711])) == 1
    assert postgres.execute("select context from message").fetchone() == (b"",)


def test_cancel_takes_back_what_nobody_holds_and_marks_the_rest(postgres: Connection) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(4)])
    intend(postgres, intents(people))
    held = books.claim(postgres, 1, "email", 1, clock.now())
    at = clock.now()
    run = held[0].subject.run
    assert outbox.cancel(postgres, [*people[:2], run], "bought", at) == len({*people[:2], run}) - 1
    assert states(postgres)["cancelled"] == len({*people[:2], run}) - 1
    assert postgres.execute(
        "select cancelled from message_open where run = %s", (run,)
    ).fetchone() == ("bought",)
    # Put off and claimed again, it comes with the mark.
    later = books.PutOff(held[0], at, 1, "delivery.line_lost")
    books.write(postgres, [1], [later], at)
    again = books.claim(postgres, 1, "email", 10, clock.now())
    assert {one.subject.run: one.cancelled for one in again}[run] == "bought"
    assert outbox.cancel(postgres, [], "x", at) == 0


def test_a_late_result_of_a_lost_row_is_dropped(postgres: Connection) -> None:
    intend(postgres, intents(add_people(postgres, ["a@home.example"])))
    [first] = books.claim(postgres, 1, "email", 10, clock.now())
    assert books.recover(postgres, 2, clock.now()) == (1, 0, 0)
    [second] = books.claim(postgres, 2, "email", 10, clock.now())
    assert (first.attempt, second.attempt) == (1, 2)
    at = clock.now()
    assert books.write(postgres, [1], [books.End(first, State.FAILED, "x")], at) == 0
    end = books.End(second, State.ACCEPTED, "", 1, at)
    assert books.write(postgres, [2], [end], at) == 1
    assert books.write(postgres, [2], [end], at) == 0
    assert states(postgres) == {"accepted": 1}


def test_recovery_asks_the_journal(postgres: Connection) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(4)])
    intend(postgres, intents(people))
    claims = books.claim(postgres, 1, "email", 10, clock.now())
    open_, earlier, answered = [one.subject.message for one in claims[:3]]
    postgres.execute(
        "insert into hand_over (message, attempt, at, consent_event, links, answer) values"
        " (%s, 1, now(), 8, '{}', null), (%s, 0, now(), 8, '{}', 'Q'), (%s, 1, now(), 9, '{}', '')",
        (open_, earlier, answered),
    )
    assert books.recover(postgres, 2, clock.now()) == (2, 1, 1)
    assert books.recover(postgres, 2, clock.now()) == (0, 0, 0)
    assert len(books.claim(postgres, 2, "email", 10, clock.now())) == 2
    # In doubt: nothing before the window, then unknown, and said so once.
    policy = books.DoubtPolicy(window_seconds=60)
    assert books.end_doubts(postgres, policy, clock.now()) == 0
    late = clock.now() + timedelta(seconds=61)
    assert books.end_doubts(postgres, policy, late) == 1
    assert books.end_doubts(postgres, policy, late) == 0
    assert states(postgres) == {"queued": 2, "unknown": 1, "accepted": 1}
    assert postgres.execute(
        "select consent_event from message where state > 0 order by state"
    ).fetchall() == [(9,), (8,)]


def test_the_row_of_a_message_is_written_twice_and_stays_hot(postgres: Connection) -> None:
    intend(postgres, intents(add_people(postgres, [f"p{i}@home.example" for i in range(50)])))
    at = clock.now()
    claims = books.claim(postgres, 1, "email", 100, at)
    books.write(postgres, [1], [books.End(one, State.ACCEPTED, "", 1, at) for one in claims], at)
    postgres.commit()
    postgres.execute("select pg_stat_force_next_flush()")
    postgres.commit()
    updated, hot = postgres.execute(
        "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'message'"
        " and schemaname = current_schema()"
    ).fetchone()  # type: ignore[misc]
    assert updated == 50
    assert hot >= 30  # most, even when a whole batch ends in one transaction


def test_suppression_and_stops(postgres: Connection) -> None:
    hashes = [VAULT.blind("email", f"{i}@home.example") for i in range(3)]
    at = clock.now()
    outbox.suppress(postgres, hashes[:2], "email", "complaint", at, [None, None])
    outbox.suppress(postgres, hashes[:1], "email", "hard_bounce", at, [None])
    assert outbox.suppressed(postgres, hashes, "email") == dict.fromkeys(hashes[:2], "complaint")
    assert outbox.suppressed(postgres, hashes, "sms") == {}
    assert not outbox.stopped(postgres, "email")
    outbox.stop(postgres, "wrong price", at, channel="email")
    assert outbox.stopped(postgres, "email")
    assert not outbox.stopped(postgres, "sms")
    outbox.resume(postgres, channel="email")
    outbox.stop(postgres, "wrong price", at)
    assert outbox.stopped(postgres, "sms")
    outbox.resume(postgres)
    assert not outbox.stopped(postgres, "sms")


@pytest.mark.parametrize("drop", [False, True])
def test_a_stop_keeps_what_a_sender_is_about_to_hand_over(
    postgres: Connection, postgres_url: str, workspace: str, drop: bool
) -> None:
    """The gate let it go; the stop is pressed while the mail is being written."""
    people = add_people(postgres, ["a@home.example"])
    pressed: list[str] = []

    def script(said: str, number: int, to: str) -> None:
        if said == "data" and not pressed:
            pressed.append(said)
            with kernel.connect(postgres_url, workspace=workspace) as conn:
                outbox.stop(conn, "wrong price", clock.now(), brand="", channel="email")
                if drop:
                    outbox.resume(conn, channel="email", drop_until=clock.now())

    with Peer(script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        if drop:
            until(lambda: states(postgres) == {"cancelled": 1})
        else:
            until(lambda: _held(postgres) == "delivery.emergency_stop")
        assert peer.whole == []
    assert pressed == ["data"]


def _held(conn: Connection) -> str:
    row = conn.execute("select held from message_open").fetchone()
    conn.commit()
    return str(row[0]) if row else ""
