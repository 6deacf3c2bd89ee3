"""A batch of intents gets its channels and hours in place, from what people did, and says why."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kervan.delivery import erase, why
from kervan.delivery.choice import prior, say, settle, store
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT, add_people, intend, intents

AT = datetime.fromisoformat("2026-11-20T08:00:00+00:00")
"""In Istanbul it is 11."""
BEST = Wish(channel=True, explore=0.0, time=True)


@pytest.fixture
def two(postgres: Connection) -> tuple[Connection, int, int]:
    """One who clicks what comes by SMS at 20, and one of whom nothing is known."""
    known, unknown = add_people(postgres, ["a@ev.example", "b@ev.example"])
    postgres.execute(
        """update profile set traits = '{"timezone": ["Europe/Istanbul", 1, 1]}' """
        "where person = any(%s)",
        ([known, unknown],),
    )
    for day in range(1, 9):
        went = datetime(2026, 11, day, 12, tzinfo=ZoneInfo("Europe/Istanbul"))
        for channel in ("email", "sms"):
            past = intents([known], at=went, key=f"{day}{channel}")
            past.channel = [channel]
            intend(postgres, past)
            clicked = went + timedelta(hours=8, minutes=5) if channel == "sms" else None
            postgres.execute(
                "update message set state = 3, handed_at = %s, clicked_at = %s where key = %s",
                (went, clicked, past.key[0]),
            )
    return postgres, known, unknown


def wanted(people: list[int], key: str = "now") -> Intents:
    """One message for each, by e-mail and else by SMS."""
    made = intents(people, at=AT, key=key)
    made.routes = [[("sms", 9)] for _ in people]
    return made


def test_the_channel_and_the_hour_she_reacts_at(two: tuple[Connection, int, int]) -> None:
    conn, known, unknown = two
    made = wanted([known, unknown])
    settle.settle(conn, VAULT, made, [BEST, BEST])
    assert made.channel == ["sms", "email"]
    assert made.template_version == [9, 7]
    assert made.routes == [[("email", 7)], [("sms", 9)]]
    at = [clock.from_ms(one).astimezone(ZoneInfo("Europe/Istanbul")) for one in made.not_before_ms]
    assert (at[0].date(), at[0].hour) == (AT.date(), 20)
    assert (at[1].date(), at[1].hour) == (AT.date(), 11), "nothing is known: at once"
    lives = [e - n for e, n in zip(made.expires_ms, made.not_before_ms, strict=True)]
    assert lives == [86_400_000] * 2
    told = [msgspec.json.decode(one) for one in made.choice]
    assert told[0]["channel"]["of"][1] == {
        "channel": "sms", "sent": 8, "reacted": 8, "expected": pytest.approx(0.472, abs=0.001),
    }  # fmt: skip
    assert told[0]["time"]["hour"] == 20
    again = wanted([unknown, known])
    settle.settle(conn, VAULT, again, [BEST, BEST])
    assert again.channel == ["email", "sms"]
    assert sorted(again.not_before_ms)[-1] == max(made.not_before_ms), "asked again: the same"


def test_only_what_is_wished_for_changes(two: tuple[Connection, int, int]) -> None:
    conn, known, _ = two
    before, made = wanted([known, known]), wanted([known, known])
    settle.settle(conn, VAULT, made, [None, Wish()])
    assert made.choice == [b"", b""]
    made.choice = []
    assert made == before
    settle.settle(conn, VAULT, made, [None, Wish(time=True, from_minute=600, until_minute=720)])
    assert made.channel == before.channel
    at = clock.from_ms(made.not_before_ms[1]).astimezone(ZoneInfo("Europe/Istanbul"))
    assert 10 <= at.hour < 12


def test_it_is_written_with_the_message_said_in_words_and_forgotten_with_her(
    two: tuple[Connection, int, int],
) -> None:
    conn, known, unknown = two
    made = wanted([known, unknown])
    settle.settle(conn, VAULT, made, [BEST, Wish(channel=True, explore=1.0)])
    intend(conn, made)
    rows = conn.execute(
        "select choice from message where key = any(%s) order by person", (made.key,)
    ).fetchall()
    said = {locale: say.say(rows[0][0], locale) for locale in ("tr", "az", "en")}
    assert len({tuple(one) for one in said.values()}) == 3
    assert said["en"][0].startswith("Goes by sms: she reacted to 8 of 8 messages there")
    assert said["en"][1].startswith("Goes at about 20:00 (Europe/Istanbul)")
    assert "to learn" in say.say(rows[1][0], "en")[0]
    assert made.channel[1] == "sms", "the other one"
    [(message,)] = conn.execute("select id from message where key = %s", (made.key[0],)).fetchall()
    assert said["tr"][0] in why.say(why.why(conn, message), "tr")
    erase.erase(conn, [known, unknown], AT)
    left = conn.execute("select count(*) from message where choice is not null").fetchone()
    assert left == (0,)


def test_replies_and_orders_count_as_reactions(two: tuple[Connection, int, int]) -> None:
    conn, _, unknown = two
    past = intents([unknown], at=AT - timedelta(days=9), key="p")
    intend(conn, past)
    went = AT - timedelta(days=9)
    conn.execute("update message set state = 2, handed_at = %s where key = %s", (went, past.key[0]))
    conn.execute(
        "insert into purchase values (%s, 'o', %s, %s, 100, 'TRY', 0, 1)",
        (ids.uuid7(), unknown, went + timedelta(hours=3)),
    )
    made = wanted([unknown])
    settle.settle(conn, VAULT, made, [BEST])
    assert msgspec.json.decode(made.choice[0])["channel"]["of"][0]["reacted"] == 1


def test_a_prior_is_kept_as_it_was_learnt(postgres: Connection) -> None:
    assert store.load(postgres).channels == ()
    learnt = prior.nothing().over(["push", "sms"])
    learnt.share[1, 1] = 0.31
    store.save(postgres, learnt, 7, AT)
    store.save(postgres, learnt, 8, AT)
    found = store.load(postgres)
    assert found.channels == ("push", "sms")
    assert found.share.tolist() == learnt.share.tolist()
    assert found.hours.tolist() == learnt.hours.tolist()
    assert store.learnt(postgres) == (AT, 8)
