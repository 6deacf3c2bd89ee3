"""The sender end to end: real PostgreSQL, a server that does as told, one final state each."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from kervan.delivery import books, outbox
from kervan.delivery.desk import Backoff
from kervan.kernel import clock
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import DROP, HANG, Peer, free_port, until
from tests.unit.delivery.world import (
    QUICK,
    VAULT,
    add_people,
    intend,
    intents,
    make_sender,
    sending,
    states,
)


def done(conn: Connection, **expected: int) -> bool:
    """Whether the messages are in exactly these states."""
    return states(conn) == expected


def own_events(conn: Connection) -> int:
    """How many own events are in the intake."""
    row = conn.execute("select coalesce(sum(events), 0) from kervan.intake").fetchone()
    conn.commit()
    assert row is not None
    return int(row[0])


def recipients(peer: Peer) -> list[str]:
    """To whom whole mails came, once per mail."""
    return sorted(to for _, to, _ in peer.whole)


def test_messages_go_out_once_with_their_books(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(60)])
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=60))
    assert recipients(peer) == sorted(f"p{i}@home.example" for i in range(60))
    assert own_events(postgres) == 60
    rows = postgres.execute(
        "select m.id, m.handed_at, m.finished_at, m.provider_ref, m.consent_event, h.links,"
        " h.attempt from message m join hand_over h on h.message = m.id"
    ).fetchall()
    assert len(rows) == 60
    ids = {row[0].hex for row in rows}
    for _, handed, finished, reference, event, links, attempt in rows:
        assert handed <= finished
        assert re.fullmatch(r"Q\d+", reference)
        assert event > 0
        assert links == ["https://shop.example/a", "https://shop.example/b"]
        assert attempt == 1
    assert {sender.partition("@")[0].removeprefix("b+") for sender, _, _ in peer.whole} == ids
    assert postgres.execute("select count(*) from message_open").fetchone() == (0,)


def test_from_intent_to_hand_over_in_under_a_second(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(20)])
    usual = replace(QUICK, pace=replace(QUICK.pace, idle_seconds=0.25))
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url, usual)):
        for number, person in enumerate(people):
            intend(postgres, intents([person]))
            until(lambda number=number: done(postgres, accepted=number + 1))  # type: ignore[misc]
    row = postgres.execute(
        "select percentile_cont(0.9) within group (order by extract(epoch from"
        " handed_at - intended_at)) from message"
    ).fetchone()
    assert row is not None
    print(f"nine of ten within {row[0]:.3f} s")
    assert row[0] < 1


def test_each_refusal_of_the_gate_is_a_final_state_with_a_reason(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    no_address, bounced, late, cancelled = add_people(
        postgres, ["", "gone@home.example", "late@home.example", "c@home.example"]
    )
    [no_consent] = add_people(postgres, ["no@home.example"], consenting=False)
    outbox.suppress(
        postgres,
        [VAULT.blind("email", "gone@home.example")],
        "email",
        "hard_bounce",
        clock.now(),
        [None],
    )
    intend(postgres, intents([no_address, bounced, no_consent, 99_999]))
    intend(postgres, intents([late], lives=timedelta(0)))
    intend(postgres, intents([cancelled]))
    outbox.cancel(postgres, [cancelled], "bought", clock.now())
    intend(postgres, intents([no_consent], message_class="transactional", key="receipt"))
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        until(lambda: done(postgres, suppressed=4, expired=1, cancelled=1, accepted=1))
    reasons = postgres.execute("select person, reason from message where state <> 2").fetchall()
    assert dict(reasons) == {
        no_address: "delivery.no_address",
        bounced: "delivery.address_suppressed",
        no_consent: "delivery.no_consent",
        99_999: "delivery.person_erased",
        late: "delivery.expired",
        cancelled: "bought",
    }
    assert recipients(peer) == ["no@home.example"]
    assert own_events(postgres) == 7


def test_a_stop_holds_and_lifting_it_lets_go(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, ["a@home.example", "b@home.example"])
    outbox.stop(postgres, "wrong price", clock.now())
    intend(postgres, intents(people[:1]))
    intend(postgres, intents(people[1:], lives=timedelta(milliseconds=500)))
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        until(lambda: done(postgres, queued=1, expired=1))
        assert peer.whole == []
        assert postgres.execute("select held from message_open").fetchone() == (
            "delivery.emergency_stop",
        )
        outbox.resume(postgres)
        postgres.commit()
        until(lambda: done(postgres, accepted=1, expired=1))


def test_refusals_of_the_server(postgres: Connection, postgres_url: str, workspace: str) -> None:
    seen: dict[str, int] = {}

    def script(stage: str, number: int, to: str) -> bytes | None:
        if stage == "rcpt":
            seen[to] = seen.get(to, 0) + 1
            if to.startswith("grey") and seen[to] < 3:
                return b"450 4.2.0 <" + to.encode() + b"> come back"
            if to.startswith("gone"):
                return b"550 5.1.1 <" + to.encode() + b"> no such user"
        if stage == "end" and to.startswith("spam"):
            return b"554 5.7.1 looks like spam"
        if stage == "end" and to.startswith("never"):
            return b"452 4.3.1 disk full"
        return None

    names = ["grey", "gone", "spam", "never", "fine"]
    people = add_people(postgres, [f"{name}@home.example" for name in names])
    with Peer(script=script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=2, failed=3))
        intend(postgres, intents([people[1]], key="next"))
        until(lambda: done(postgres, accepted=2, failed=3, suppressed=1))
    rows = postgres.execute(
        "select p.person, m.reason, m.provider_ref, m.attempts from message m"
        " join profile p using (person) where state = 4"
    ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {
        people[1]: ("delivery.address_rejected", "550 5.1.1", 1),
        people[2]: ("delivery.rejected", "554 5.7.1", 1),
        people[3]: ("delivery.put_off_too_often", "452 4.3.1", 5),
    }
    assert postgres.execute("select contact, reason from contact_suppression").fetchall() == [
        (_uuid("gone@home.example"), "hard_bounce")
    ]


def _uuid(address: str) -> object:

    return uuid.UUID(bytes=VAULT.blind("email", address))


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("body", DROP),
        ("data", DROP),
        ("rcpt", DROP),
        ("mail", HANG),
        ("greeting", DROP),
        ("ehlo", b"421 4.3.2 too busy"),
    ],
)
def test_a_line_lost_before_the_end_costs_only_time(
    postgres: Connection, postgres_url: str, workspace: str, stage: str, answer: bytes
) -> None:
    broken = [3]

    def script(place: str, number: int, to: str) -> bytes | None:
        if place == stage and broken[0]:
            broken[0] -= 1
            return answer
        return None

    people = add_people(postgres, [f"p{i}@home.example" for i in range(6)])
    with Peer(script=script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=6))
    assert recipients(peer) == [f"p{i}@home.example" for i in range(6)]


def test_no_answer_after_the_end_is_in_doubt_then_unknown_and_never_again(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    def script(stage: str, number: int, to: str) -> bytes | None:
        return DROP if stage == "end" and to.startswith("odd") else None

    people = add_people(postgres, [f"{'odd' if i % 3 else 'fine'}{i}@x.example" for i in range(9)])
    with Peer(script=script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=3, unknown=6))
    assert len(recipients(peer)) == len(set(recipients(peer))) == 9
    assert postgres.execute(
        "select count(*) from message where state = 9 and handed_at is not null"
    ).fetchone() == (6,)
    assert own_events(postgres) == 9


def test_a_sender_that_sends_doubtful_mail_again_is_caught(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    """The sabotage: with the one switch turned, the very check above sees doubles."""

    def script(stage: str, number: int, to: str) -> bytes | None:
        return DROP if stage == "end" and number <= 2 else None

    rules = replace(QUICK, doubt=books.DoubtPolicy(window_seconds=0.1, send_again=True))
    people = add_people(postgres, ["a@home.example"])
    with (
        Peer(script=script) as peer,
        sending(make_sender(postgres_url, workspace, peer.url, rules)),
    ):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=1))
    assert recipients(peer) == ["a@home.example"] * 3


def test_a_server_that_is_down_is_waited_for(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(5)])
    port = free_port()
    with sending(make_sender(postgres_url, workspace, f"smtp://127.0.0.1:{port}")):
        intend(postgres, intents(people))
        until(
            lambda: (
                postgres.execute(
                    "select count(*) from message_open where held = 'delivery.provider_unhealthy'"
                ).fetchone()
                == (5,)
                or postgres.commit()
            )
        )
        with Peer(port=port) as peer:
            until(lambda: done(postgres, accepted=5))
    assert len(recipients(peer)) == 5
    assert postgres.execute("select max(attempts) from message").fetchone() != (1,)


def test_a_sender_waiting_for_a_server_stops_at_once(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, ["a@home.example"])
    patient = replace(QUICK, pace=replace(QUICK.pace, stop_seconds=30))
    sender = make_sender(postgres_url, workspace, f"smtp://127.0.0.1:{free_port()}", patient)
    with sending(sender):
        intend(postgres, intents(people))
        until(
            lambda: (
                postgres.execute("select held from message_open").fetchone()
                == ("delivery.provider_unhealthy",)
                or postgres.commit()
            )
        )
        began = clock.monotonic()
    assert clock.monotonic() - began < 2
    assert done(postgres, queued=1)


def test_the_session_that_journals_is_killed_again_and_again(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(300)])
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        for most in (50, 120, 200):
            until(lambda most=most: len(peer.whole) >= most)  # type: ignore[misc]
            postgres.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            postgres.commit()
        until(lambda: set(states(postgres)) <= {"accepted", "unknown"}, 30)
    found = states(postgres)
    assert sum(found.values()) == 300
    assert len(recipients(peer)) == len(set(recipients(peer)))
    assert len(recipients(peer)) >= found["accepted"]
    assert own_events(postgres) == 300


def test_two_senders_share_the_work(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(200)])
    small = replace(QUICK, pace=replace(QUICK.pace, batch=20, desk=40))
    intend(postgres, intents(people))
    with (
        Peer() as peer,
        Peer() as other,
        sending(make_sender(postgres_url, workspace, peer.url, small)),
        sending(make_sender(postgres_url, workspace, other.url, small)),
    ):
        until(lambda: done(postgres, accepted=200))
    assert sorted(recipients(peer) + recipients(other)) == sorted(
        f"p{i}@home.example" for i in range(200)
    )
    assert peer.whole
    assert other.whole


def test_content_that_cannot_be_written_fails_alone(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, ["a@home.example", "broken <@home.example", "c@home.example"])
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: done(postgres, accepted=2, failed=1))
    assert postgres.execute("select reason from message where state = 4").fetchone() == (
        "delivery.address_invalid",
    )


def test_backoff_grows_spreads_and_ends() -> None:
    backoff = Backoff()
    assert [backoff.seconds(n, False, 0.5) for n in (1, 2, 3, 30)] == [60, 120, 240, 3600]
    assert backoff.seconds(1, True, 0.5) == 2
    assert backoff.seconds(1, False, 0.0) == 45
    assert backoff.seconds(1, False, 1.0) == 75


def test_an_idle_sender_asks_seldom(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    usual = replace(QUICK, pace=replace(QUICK.pace, idle_seconds=0.25, recover_seconds=2.0))

    def commits() -> int:
        with state.connect(postgres_url, autocommit=True) as conn:
            row = conn.execute(
                "select xact_commit from pg_stat_database where datname = current_database()"
            ).fetchone()
        assert row is not None
        return int(row[0])

    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url, usual)):
        clock.sleep(1.5)
        before = commits()
        clock.sleep(2)
        assert commits() - before < 30
        assert peer.connections == 0
