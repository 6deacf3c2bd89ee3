"""The gate over real rows: the next channel, stops and drops, and one final state in the end."""

from datetime import timedelta

import pytest

from kervan.consent import store as consent
from kervan.delivery import books, decisions, outbox
from kervan.delivery.decide import Reason, Verdict
from kervan.kernel import ids
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import (
    NOON,
    accept,
    add_phones,
    allow,
    ended,
    held,
    judge,
    want,
)  # fmt: skip
from tests.unit.delivery.world import AT, VAULT, add_people, states

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SMS = [("sms", 11)]


def agree_to_sms(conn: Connection, people: list[int]) -> None:
    """Their word on texts."""
    said = [
        consent.Decision(one, "sms", "marketing", True, round(AT.timestamp() * 1000), 1, "",
                         ids.random_bytes(16))
        for one in people
    ]  # fmt: skip
    consent.record(conn, said, VAULT)
    conn.commit()


@pytest.fixture
def person(postgres: Connection) -> int:
    """Somebody with a phone and no e-mail, who agreed to texts."""
    [found] = add_people(postgres, [""], consenting=False)
    add_phones(postgres, [found], ["+905321234567"])
    agree_to_sms(postgres, [found])
    return found


def place(conn: Connection) -> tuple[object, ...]:
    """Where the one message stands: channel, template, route, and its open row's channel."""
    row = conn.execute(
        "select m.channel, m.template_version, m.route, o.channel from message m"
        " left join message_open o on o.message = m.id"
    ).fetchone()
    assert row is not None
    return row


def test_who_has_no_address_here_is_written_to_there(postgres: Connection, person: int) -> None:
    want(postgres, [person], "a", routes=SMS)
    assert place(postgres) == ("email", 7, 0, "email")
    going, results = judge(postgres)
    assert (going, held(results)) == ([], [("no_address", "2027-03-17 09:00")])
    assert place(postgres) == ("sms", 11, 1, "sms")
    assert judge(postgres) == ([], [])  # it is no longer e-mail's
    [claim], _ = judge(postgres, channel="sms")
    assert (claim.template_version, claim.attempt, claim.more) == (11, 2, False)
    accept(postgres, [claim])
    assert states(postgres) == {"accepted": 1}
    tried = decisions.of(postgres, claim.subject.message)
    assert [(one.channel, one.verdict, one.reason) for one in tried] == [
        ("email", Verdict.NEXT, Reason.NO_ADDRESS),
        ("sms", Verdict.HAND_OVER, Reason.NONE),
    ]


def test_the_last_channels_refusal_is_the_end(postgres: Connection) -> None:
    [nobody] = add_people(postgres, [""], consenting=False)
    want(postgres, [nobody], "a", routes=[("push", 5), ("sms", 11)])
    for channel in ("email", "push"):
        assert judge(postgres, channel=channel)[1] != []
    assert ended(judge(postgres, channel="sms")[1]) == [("suppressed", "no_address")]
    assert states(postgres) == {"suppressed": 1}


def test_a_cap_or_a_night_sends_it_on_where_the_author_says_so(
    postgres: Connection, person: int
) -> None:
    night = {"name": "n", "from": "22:00", "until": "09:00", "channels": ["sms"]}
    allow(postgres, quiet=[{**night, "blocked": "next"}])
    evening = NOON + 10 * HOUR
    want(postgres, [person], "a", evening, channel="sms", routes=[("email", 7)])
    assert held(judge(postgres, evening, "sms")[1]) == [("quiet_hours", "2027-03-17 19:00")]
    assert place(postgres)[0] == "email"
    assert ended(judge(postgres, evening)[1]) == [("suppressed", "no_address")]
    # Where there is no other channel, a night passes.
    want(postgres, [person], "b", evening, channel="sms")
    assert held(judge(postgres, evening, "sms")[1]) == [("quiet_hours", "2027-03-18 06:00")]


def test_after_a_hold_the_first_channel_is_asked_first_again(
    postgres: Connection, person: int
) -> None:
    allow(postgres, quiet=[{"name": "n", "from": "22:00", "until": "09:00"}],
          caps=[{"name": "mails", "most": 0, "per": "day", "channels": ["email"],
                 "blocked": "next"}])  # fmt: skip
    [other] = add_people(postgres, ["a@ev.example"])
    add_phones(postgres, [other], ["+905321234568"])
    agree_to_sms(postgres, [other])
    want(postgres, [other], "a", NOON, routes=SMS)
    assert held(judge(postgres)[1]) == [("cap_reached", "2027-03-17 09:00")]
    evening = NOON + 10 * HOUR
    assert held(judge(postgres, evening, "sms")[1]) == [("quiet_hours", "2027-03-18 06:00")]
    assert place(postgres) == ("email", 7, 0, "email")


def test_a_message_to_one_address_keeps_it_to_its_first_channel(
    postgres: Connection, person: int
) -> None:
    want(postgres, [person], "a", routes=SMS)
    contact = VAULT.blind("email", "old@ev.example")
    postgres.execute("update message set contact = %s", (contact.hex(),))
    judge(postgres)
    [claim], _ = judge(postgres, channel="sms")
    assert claim.contact == b""


@pytest.mark.parametrize(
    "scope", [{}, {"channel": "email"}, {"brand": "moda"}, {"campaign": "journey:basket"}]
)
def test_a_stop_holds_marketing_and_lets_go_what_is_still_true(
    postgres: Connection, scope: dict[str, str]
) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    brand = scope.get("brand", "")
    want(postgres, [person], "order", message_class="transactional", brand=brand)
    want(postgres, [person], "news", brand=brand)
    assert outbox.stop(postgres, "wrong price", NOON, **scope)
    assert not outbox.stop(postgres, "again", NOON, **scope)
    going, results = judge(postgres)
    assert [one.message_class for one in going] == ["transactional"]
    assert held(results) == [("emergency_stop", "2027-03-17 10:00")]
    assert outbox.resume(postgres, **scope, at=NOON)
    assert not outbox.resume(postgres, **scope, at=NOON)
    books.recover(postgres, 99, NOON)  # it sleeps until a sender hears that the stop is lifted
    _, results = judge(postgres, NOON)
    # A brand nobody agreed to is refused by consent: it was asked again from the top.
    assert [one.reason for one in results] == (["delivery.brand_not_agreed"] if brand else [])


def test_a_stop_of_a_brand_is_not_its_sisters(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    want(postgres, [person], "news")
    outbox.stop(postgres, "wrong price", NOON, brand="moda")
    assert len(judge(postgres)[0]) == 1
    with pytest.raises(KervanError, match="brand"):
        outbox.stop(postgres, "x", NOON, "email", brand="moda")


def test_a_stop_of_everything_holds_also_what_was_bought(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    want(postgres, [person], "order", message_class="transactional")
    outbox.stop(postgres, "leak", NOON)
    assert outbox.stop(postgres, "leak", NOON, everything=True)
    assert judge(postgres)[0] == []


def test_what_waited_can_be_dropped_and_what_comes_later_goes(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    want(postgres, [person], "old")
    want(postgres, [person], "order", message_class="transactional")
    outbox.stop(postgres, "wrong price", NOON, author="user 1")
    assert outbox.resume(postgres, drop_until=NOON + HOUR)
    want(postgres, [person], "new", NOON + 2 * HOUR)
    going, results = judge(postgres, NOON + 2 * HOUR)
    assert sorted(one.message_class for one in going) == ["marketing", "transactional"]
    assert ended(results) == [("cancelled", "dropped")]
    assert isinstance(results[0], books.End)
    [one] = outbox.stops(postgres)
    assert (one.scope, one.dropped_until) == ("workspace", NOON + HOUR)


def test_what_another_stop_still_holds_sleeps_on(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    want(postgres, [person], "news")
    outbox.stop(postgres, "x", NOON)
    outbox.stop(postgres, "y", NOON, "email")
    assert judge(postgres)[0] == []
    outbox.resume(postgres, at=NOON + MINUTE / 2)
    for minutes, woken in ((1, 1), (2, 0), (3, 0)):
        at = NOON + minutes * MINUTE
        books.recover(postgres, 99, at)
        assert len(judge(postgres, at)[1]) == woken
    outbox.resume(postgres, "email", at=NOON + 4 * MINUTE)
    books.recover(postgres, 99, NOON + 4 * MINUTE)
    assert len(judge(postgres, NOON + 4 * MINUTE)[0]) == 1


def test_what_somebody_waits_for_is_claimed_first(postgres: Connection) -> None:
    people = add_people(postgres, [f"p{n}@ev.example" for n in range(3)])
    want(postgres, people, "news")
    want(postgres, people[:1], "order", NOON, message_class="transactional")
    for expected in (["transactional", "marketing"], ["marketing", "marketing"], []):
        claims = books.claim(postgres, 1, "email", 2, NOON)
        assert [one.message_class for one in claims] in (expected, expected[::-1])
