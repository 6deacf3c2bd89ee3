"""Money is put aside with the gate's decision: no ceiling is passed, whoever else decides."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from kervan.delivery import books, decisions, gather, why
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.desk import Job, Result
from kervan.delivery.handed import Handed
from kervan.delivery.send import Sender
from kervan.delivery.spend import read, reserve, store
from kervan.delivery.states import State
from kervan.delivery.way import by_smtp
from kervan.kernel import clock
from kervan.kernel import postgres as kernel
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, SENDER, want
from tests.unit.delivery.peer import until
from tests.unit.delivery.world import QUICK, VAULT, PlainComposer, add_people

ZONE = "Europe/Istanbul"
WORKERS = 64


class Out:
    """A way out that says every message in two parts."""

    def __init__(self, name: str = "main") -> None:
        self.name = name

    def parts(self, _: Job) -> int:
        """Two."""
        return 2


def allow(conn: Connection, **ceiling: object) -> None:
    """Put a budget into force in which a mail costs 1.5 a part, 3 in all."""
    ceilings = [{"name": "mail", "most": "10", "per": "month", **ceiling}] if ceiling else []
    price = {"channel": "email", "per": "part", "price": "1.5"}
    wanted = read.read({"currency": "TRY", "prices": [price], "ceilings": ceilings})
    store.apply(conn, wanted, "test", NOON - timedelta(days=60))
    conn.commit()


def judge(
    conn: Connection, at: datetime = NOON, sender: int = SENDER, limit: int = 1000
) -> tuple[list[Job], list[books.Result]]:
    """Claim what is due, let the gate and the budget decide, write it down, and commit."""
    claims = books.claim(conn, sender, "email", limit, at)
    if not claims:
        return [], []
    jobs, results = gather.judge(conn, VAULT, claims, at, healthy=True, hold_seconds=30)
    shared, over = reserve.reserve(conn, ZONE, [(Out(), jobs)], at)
    books.write(conn, [sender], results + over, at)
    conn.commit()
    return [job for _, mine in shared for job in mine], over


def end(conn: Connection, jobs: list[Job], state: State, handed: datetime | None) -> None:
    """The messages have ended, and are settled."""
    ends: list[books.Result] = [books.End(one.claim, state, "", 1, handed) for one in jobs]
    books.write(conn, [SENDER], ends, NOON)
    reserve.settle(conn, [one.claim.subject.message for one in jobs])
    conn.commit()


def spent(conn: Connection) -> int:
    """What the ceiling has spent and put aside, in whole units."""
    found = store.current(conn)
    assert found is not None
    used: dict[Any, int] = reserve.used(conn, found.budget, [(0, "")], NOON.date())
    return used.get((0, ""), 0) // 1_000_000


def test_what_fits_goes_and_the_rest_has_a_reason(postgres: Connection) -> None:
    people = add_people(postgres, [f"a{n}@ev.example" for n in range(5)])
    allow(postgres, most="10")
    want(postgres, people, "m")
    going, over = judge(postgres)
    assert len(going) == 3
    ends = [one for one in over if isinstance(one, books.End)]
    assert {(one.state, one.reason) for one in ends} == {
        (State.SUPPRESSED, "delivery.budget_reached")
    }
    last = decisions.of(postgres, ends[0].claim.subject.message)[-1]
    assert (last.verdict, last.reason) == (Verdict.SUPPRESS, Reason.BUDGET_REACHED)
    told = why.say(why.why(postgres, ends[0].claim.subject.message), "tr")
    assert "“mail” tavanı: 10." in told
    assert "Bütçe: durdurdu" in told
    assert spent(postgres) == 9


def test_what_did_not_go_gives_its_room_back(postgres: Connection) -> None:
    people = add_people(postgres, [f"b{n}@ev.example" for n in range(3)])
    allow(postgres, most="10")
    want(postgres, people, "m")
    going, _ = judge(postgres)
    end(postgres, going[:1], State.ACCEPTED, NOON)
    end(postgres, going[1:2], State.FAILED, None)
    assert spent(postgres) == 6, "one went, one is under way; the third was refused at once"
    end(postgres, going[2:], State.FAILED, NOON)
    assert spent(postgres) == 6, "what failed after it was handed over was paid for"
    total = postgres.execute("select sum(messages), sum(parts), sum(micros) from spend_total")
    assert total.fetchone() == (2, 4, 6_000_000)
    assert postgres.execute("select count(*) from spend where settled").fetchone() == (2,)


def test_a_message_that_is_put_off_is_counted_once_when_it_goes(postgres: Connection) -> None:
    people = add_people(postgres, ["c@ev.example"])
    allow(postgres, most="10")
    want(postgres, people, "m")
    [job], _ = judge(postgres)
    later = books.PutOff(job.claim, NOON + timedelta(minutes=1), 1, "delivery.throttled")
    books.write(postgres, [SENDER], [later], NOON)
    postgres.commit()
    assert spent(postgres) == 0
    [again], _ = judge(postgres, NOON + timedelta(minutes=2))
    assert spent(postgres) == 3
    handed = Handed(again.claim, "main", "r1", NOON + timedelta(days=1), 1, NOON)
    from_books = books.End(handed.claim, State.DELIVERED, "", 1, NOON)
    books.write(postgres, [SENDER], [from_books], NOON)
    postgres.commit()
    assert reserve.sweep(postgres) == 1
    assert reserve.sweep(postgres) == 0
    assert spent(postgres) == 3


@pytest.mark.parametrize(
    ("blocked", "routes", "expected"),
    [
        ("hold", [], "2027-03-31 21"),
        ("next", [("email", 7), ("sms", 8)], "reroute 1"),
        ("next", [], "end"),
        ("skip", [("email", 7), ("sms", 8)], "end"),
    ],
)
def test_what_passes_a_ceiling_does_as_the_budget_says(
    postgres: Connection, blocked: str, routes: list[tuple[str, int]], expected: str
) -> None:
    people = add_people(postgres, ["d@ev.example"])
    allow(postgres, most="1", blocked=blocked)
    want(postgres, people, f"m{blocked}{len(routes)}", routes=routes)
    going, [over] = judge(postgres)
    assert not going
    if isinstance(over, books.PutOff):
        assert f"{over.due_at:%Y-%m-%d %H}" == expected, "the first hour of April in Istanbul"
    elif isinstance(over, books.Reroute):
        assert f"reroute {over.route}" == expected
    else:
        assert expected == "end"


def test_without_a_price_or_a_budget_nothing_is_counted(postgres: Connection) -> None:
    people = add_people(postgres, ["e@ev.example"])
    want(postgres, people, "m1")
    assert len(judge(postgres)[0]) == 1
    allow(postgres)
    want(postgres, people, "m2")
    assert len(judge(postgres)[0]) == 1
    assert postgres.execute("select parts, micros from spend").fetchall() == [(2, 3_000_000)]


def test_what_went_by_a_way_without_a_price_has_cost_nothing(postgres: Connection) -> None:
    people = add_people(postgres, ["f@ev.example"])
    allow(postgres, most="10")
    want(postgres, people, "m", routes=[("sms", 8)])
    [job], _ = judge(postgres)
    later = books.PutOff(job.claim, NOON, 1, "delivery.throttled")
    books.write(postgres, [SENDER], [later], NOON)
    [claim] = books.claim(postgres, SENDER, "email", 9, NOON)
    books.write(postgres, [SENDER], [books.Reroute(claim, NOON, 1, "delivery.no_way")], NOON)
    [moved] = books.claim(postgres, SENDER, "sms", 9, NOON)
    books.write(postgres, [SENDER], [books.End(moved, State.ACCEPTED, "", 1, NOON)], NOON)
    assert spent(postgres) == 0
    assert reserve.sweep(postgres) == 1
    assert spent(postgres) == 0
    assert postgres.execute("select count(*) from spend_total").fetchone() == (0,)


def test_who_waited_while_the_budget_was_changed_obeys_the_new_one(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, ["g@ev.example"])
    allow(postgres, most="10")
    want(postgres, people, "m")
    postgres.commit()
    found = store.current(postgres)
    assert found is not None
    less = msgspec.structs.replace(found.budget.ceilings[0], most="1")
    wanted = msgspec.structs.replace(found.budget, ceilings=(less,))
    waits = "select from pg_locks where not granted and pid = %s"
    mine = postgres.info.backend_pid
    postgres.commit()
    with ThreadPoolExecutor(1) as pool, kernel.connect(postgres_url, workspace=workspace) as other:
        store.apply(other, wanted, "test", NOON - timedelta(days=1))
        judged = pool.submit(judge, postgres)
        until(lambda: judged.done() or other.execute(waits, (mine,)).fetchone() is not None)
        assert not judged.done(), "it waits for whoever changes the budget"
        other.commit()
        going, over = judged.result()
    assert not going and len(over) == 1


def test_a_sender_waits_for_nobody_behind_the_sums_that_all_add_to(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"h{n}@ev.example" for n in range(3)])
    allow(postgres, most="100")
    now = clock.from_ms(clock.now_ms())  # what is intended begins at a whole one
    want(postgres, people, "m", now)
    first, second = judge(postgres, now, limit=2)[0]
    mail = Email(Settings(smtp_url="smtp://127.0.0.1:1", mail_from="news@shop.example"))
    sender = Sender(
        postgres_url, workspace, VAULT, "email", [by_smtp(mail, PlainComposer(mail))], QUICK
    )
    sender._numbers.append(SENDER)
    went: list[Result] = [books.End(first.claim, State.ACCEPTED, "", 1, now)]
    budget = store.current(postgres)
    assert budget is not None
    postgres.execute("select from budget_version where id = %s for no key update", (budget.id,))
    waits = "select from pg_locks where not granted"
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(sender._books, SENDER, went, 9)
        until(lambda: done.done() or postgres.execute(waits).fetchone() is not None)
        assert not done.done(), "it waits for the budget"
        postgres.execute("set local lock_timeout = '2s'")
        end(postgres, [second], State.ACCEPTED, NOON)
        assert len(done.result()) == 1
    sender._close()


def test_sixty_four_workers_never_pass_a_ceiling(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"w{n}@ev.example" for n in range(40)])
    allow(postgres, most="100")
    for number in range(5):
        want(postgres, people, f"m{number}", NOON + timedelta(microseconds=number))
    start = threading.Barrier(WORKERS)

    def work(sender: int) -> list[Job]:
        went: list[Job] = []
        with kernel.connect(postgres_url, workspace=workspace) as conn:
            start.wait()
            while True:
                going, over = judge(conn, NOON + timedelta(minutes=1), sender, limit=7)
                if not going and not over:
                    return went
                went += going

    with ThreadPoolExecutor(WORKERS) as pool:
        went = [job for mine in pool.map(work, range(1, WORKERS + 1)) for job in mine]
    assert len(went) == 33
    assert spent(postgres) == 99
