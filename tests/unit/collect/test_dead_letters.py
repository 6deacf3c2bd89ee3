"""What cannot be understood is set aside with its reason, found again and sent again."""

import json

from kervan.collect import dead_letters, intake, normalise, store
from kervan.kernel import clock
from tests.unit.collect.processing import AT_MS, VAULT, House, event


def test_a_bad_event_goes_to_the_dead_letters_and_can_be_sent_again(house: House) -> None:
    house.take(event("m1", userId="u1"), {"type": "track", "messageId": "bad", "event": 7})
    house.process()
    number = store.workspace_id(house.conn, house.workspace)
    letters = dead_letters.find(house.conn, VAULT, number, text="BAD")
    assert len(letters) == 1 and letters[0].source_name == "Shop"
    assert dead_letters.resend(house.conn, VAULT, number, [letters[0].id]) == 1
    assert dead_letters.resend(house.conn, VAULT, number, [letters[0].id]) == 0
    house.process()
    assert len(dead_letters.find(house.conn, VAULT, number)) == 1


def test_too_many_event_names_are_refused_not_an_outage(house: House) -> None:
    house.take(*[event(f"m{i}", f"Name {i}", userId="u1") for i in range(30)])
    house.process()
    assert len(house.names(house.person(1))) == 20
    number = store.workspace_id(house.conn, house.workspace)
    assert dead_letters.counts(house.conn, number) == {"collect.too_many_event_names": 10}


def test_a_name_set_aside_is_taken_when_it_is_sent_again(house: House) -> None:
    house.take(*[event(f"m{i}", f"Name {i}", userId="u1") for i in range(21)])
    house.process()
    number = store.workspace_id(house.conn, house.workspace)
    letters = dead_letters.find(house.conn, VAULT, number)
    assert json.loads(letters[0].raw)["event"] == "Name 9"  # as it came, not as we keep it
    house.conn.execute("delete from event_name where name = 'Name 0'")
    dead_letters.resend(house.conn, VAULT, number, [letters[0].id])
    house.process()
    assert "Name 9" in house.names(house.person(1))
    assert dead_letters.counts(house.conn, number) == {}


def test_what_a_shop_lives_by_is_never_one_name_too_many(house: House) -> None:
    house.take(*[event(f"m{i}", f"Name {i}", userId="u1") for i in range(20)])
    house.process()
    house.take(
        event("m98", "Name 98", userId="u1"),
        event("m99", "Order Completed", userId="u1", properties={"order_id": "o1"}),
    )
    person = house.person(1)
    own = intake.OwnEvent(
        message_id="own", event="Message Sent", timestamp_ms=AT_MS, person=person, properties={}
    )
    intake.append_own(house.conn, [own])
    house.process()
    assert sorted(house.names(person))[-2:] == ["Name 9", "Order Completed"]
    assert "Message Sent" in house.names(person)


def test_a_dead_letter_goes_back_by_the_door_it_came_by(house: House) -> None:
    """PostHog's words are no Segment event: without the door they would be refused again."""
    house.take(*[event(f"m{i}", f"Name {i}", userId="u1") for i in range(20)])
    house.process()
    now = clock.now()
    number = store.workspace_id(house.conn, house.workspace)
    posthog = {
        "event": "Name 20",
        "distinct_id": "u2",
        "uuid": "p1",
        "timestamp": "2026-10-01T10:00:00Z",
        "properties": {"$is_identified": True},
    }
    body = normalise.enclosed([json.dumps(posthog).encode()], "posthog", AT_MS)
    intake.append(house.conn, VAULT, number, house.server, body, 1)
    house.process()
    letter = dead_letters.find(house.conn, VAULT, number)[0]
    assert (letter.reason, letter.door) == ("collect.too_many_event_names", "posthog")
    assert letter.sent_at == clock.from_ms(AT_MS)
    house.conn.execute("delete from event_name")
    dead_letters.resend(house.conn, VAULT, number, [letter.id])
    house.process()
    assert dead_letters.counts(house.conn, number) == {}
    rows = house.history.query(
        "select kind, toUnixTimestamp64Milli(at) from events where name = 'Name 20'"
    ).result_rows
    # Its clock was weeks behind ours: corrected by its envelope's stamp, the second time as well.
    assert rows[0][0] == "track" and abs(rows[0][1] - clock.to_ms(now)) < 60_000
