"""The governor in a real sender: a slow provider waits alone, a warming account keeps its day."""

from datetime import timedelta
from itertools import pairwise

from kervan.delivery import why
from kervan.delivery.channels.email import CAPABILITIES, Email, Settings
from kervan.delivery.mail import rules
from kervan.delivery.pacing import warm_up
from kervan.delivery.send import Sender
from kervan.delivery.way import open_way
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.test_send import done, recipients
from tests.unit.delivery.world import (
    QUICK,
    VAULT,
    PlainComposer,
    add_people,
    intend,
    intents,
    make_sender,
    sending,
)


def obey(conn: Connection, **wanted: object) -> None:
    """Put limits into force."""
    rules.save(conn, rules.read(wanted), "test", clock.now())
    conn.commit()


def waiting(conn: Connection) -> dict[str, int]:
    """{reason: how many wait for it}."""
    rows = conn.execute(
        "select held, count(*) from message_open where held is not null group by held"
    ).fetchall()
    conn.commit()
    return dict(rows)


def test_a_paced_domain_keeps_nobody_else_waiting(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    obey(postgres, paces={"gmail": {"per_second": 0.01}})
    slow = add_people(postgres, [f"g{number}@gmail.com" for number in range(30)])
    quick = add_people(postgres, [f"h{number}@home.example" for number in range(30)])
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(slow + quick))
        until(lambda: waiting(postgres) == {"delivery.domain_pace": 28}, what="gmail to wait")
        until(lambda: done(postgres, accepted=32, queued=28), what="the others")
    dues = postgres.execute(
        "select due_at from message_open where held = 'delivery.domain_pace' order by due_at"
    ).fetchall()
    apart = {round((late - early).total_seconds()) for (early,), (late,) in pairwise(dues)}
    assert apart == {100}, "each comes back at its own instant"
    assert len({to for _, to, _ in peer.whole if to.startswith("h")}) == 30
    tally = postgres.execute("select domain, sum(accepted) from mail_tally group by domain")
    assert dict(tally.fetchall()) == {"gmail": 2, "other": 30}


def test_a_provider_that_puts_us_off_rests_alone(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    def busy(stage: str, _: int, recipient: str) -> bytes | None:
        is_hers = stage == "rcpt" and recipient.endswith("@yahoo.com")
        return b"451 4.7.1 too fast, try later" if is_hers else None

    [first] = add_people(postgres, ["a@yahoo.com"])
    with Peer(busy) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents([first]))
        until(lambda: any("yahoo" in one for one in peer.commands), what="the first try")
        until(lambda: waiting(postgres).get("delivery.domain_rests") == 1, what="a rest")
        others = add_people(postgres, ["b@ymail.com", "c@home.example"])
        intend(postgres, intents(others))
        until(lambda: done(postgres, accepted=1, queued=2), what="the other provider's")
        until(lambda: waiting(postgres) == {"delivery.domain_rests": 2}, what="hers to wait")
    assert recipients(peer) == ["c@home.example"]
    assert not any("ymail" in one for one in peer.commands), "one provider, one rest"


def test_a_warming_account_sends_its_day_and_says_why_the_rest_waits(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    began = warm_up.today(clock.now(), "Europe/Istanbul").isoformat()
    obey(postgres, warm_up=[{"account": "smtp", "began_on": began, "first": 5}])
    people = add_people(postgres, [f"p{number}@home.example" for number in range(12)])
    [buyer] = add_people(postgres, ["buyer@home.example"])
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people, lives=timedelta(days=3)))
        until(lambda: done(postgres, accepted=5, queued=7), what="five")
        intend(postgres, intents([buyer], message_class="transactional"))
        until(lambda: done(postgres, accepted=6, queued=7), what="her receipt")
    assert len(recipients(peer)) == 6
    assert waiting(postgres) == {"delivery.warm_up": 7}
    row = postgres.execute("select message, due_at from message_open limit 1").fetchone()
    assert row is not None
    told = why.why(postgres, row[0])
    assert told.reason == "delivery.warm_up"
    assert told.due_at is not None and told.due_at > clock.now()
    assert "warmed up" in why.say(told, "en")


def test_what_a_warming_account_may_not_send_goes_by_a_warm_one(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    began = warm_up.today(clock.now(), "Europe/Istanbul").isoformat()
    obey(postgres, warm_up=[{"account": "smtp", "began_on": began, "first": 5}])
    people = add_people(postgres, [f"p{number}@home.example" for number in range(12)])
    with Peer() as young, Peer() as old:
        emails = [
            Email(Settings(smtp_url=peer.url, mail_from="news@shop.example", connections=1))
            for peer in (young, old)
        ]
        ways = [
            open_way(name, one.pool, PlainComposer(one), CAPABILITIES, QUICK.backoff)
            for name, one in zip(("smtp", "elder"), emails, strict=True)
        ]
        with sending(Sender(postgres_url, workspace, VAULT, "email", ways, QUICK)):
            intend(postgres, intents(people))
            until(lambda: done(postgres, accepted=12))
        assert (len(recipients(young)), len(recipients(old))) == (5, 7)
