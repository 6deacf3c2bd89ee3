"""The API of consents: a recorded word is a row of the ledger, and says why a message was sent."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kervan.consent import ledger, verify
from kervan.consent.ledger import Change
from kervan.delivery import outbox
from kervan.kernel import clock
from tests.unit.consent import people as crowd
from tests.unit.delivery.world import intents
from tests.unit.web.visiting import Place, Visitor, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    """A web process that knows person 1, with an e-mail and a phone."""
    with open_place(engines_urls, tmp_path) as opened:
        with opened.connect() as conn:
            crowd.add(conn, 1, "ayse@ornek.test", "+905321234567", vault=opened.house.keys)
            crowd.add(conn, 2, "baska@ornek.test", vault=opened.house.keys)
        yield opened


def _id(place: Place, person: int = 1) -> str:
    with place.connect() as conn:
        row = conn.execute("select id from profile where person = %s", (person,)).fetchone()
    assert row is not None
    return str(row[0])


def _post(who: Visitor, path: str, **said: object) -> tuple[int, Any]:
    body = json.dumps(said).encode()
    answer = who.ask("POST", path, body, content_type="application/json")
    return answer.status, json.loads(answer.text)


def _get(who: Visitor, path: str) -> tuple[int, Any]:
    answer = who.get(path)
    return answer.status, json.loads(answer.text)


def test_words_are_recorded_listed_and_refusals_cover_their_channels(place: Place) -> None:
    agent = place.session(place.user("agent@shop.test", "agent"))
    path = f"/v1/people/{_id(place)}/consents"
    said = {"channel": "sms", "status": "granted", "source": "call_centre", "key": "call-7",
            "address": "0532 123 45 67", "proof": {"recording": "r-7"}}  # fmt: skip
    assert _post(agent, path, **said) == (201, {"positions": [1]})
    assert _post(agent, path, **said) == (201, {"positions": [1]}), "the same key again"
    status, found = _post(agent, path, channel="sms", status="withdrawn", source="call_centre")
    assert (status, found) == (201, {"positions": [2, 3]}), "messages by WhatsApp end too"
    status, rows = _get(agent, path)
    assert status == 200
    assert [(one["position"], one["channel"], one["status"]) for one in rows[:3]] == [
        (3, "whatsapp", "withdrawn"), (2, "sms", "withdrawn"), (1, "sms", "granted"),
    ]  # fmt: skip
    assert [one["in_force"] for one in rows] == [True, True, False]
    assert rows[2]["actor"].startswith("user ") and rows[2]["zone"] == "Europe/Istanbul"
    assert place.audit()[-1][0] == "consent_recorded"
    with place.connect() as conn, conn.transaction():
        assert verify.verify(conn, place.house.keys).sound


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"status": "granted", "occurred_at": "2011-01-01T00:00:00Z"}, 422, "consent.too_early"),
        ({"status": "granted", "occurred_at": "2199-01-01T00:00:00Z"}, 422, "consent.in_future"),
        ({"status": "maybe"}, 422, "consent.status_unknown"),
        ({"status": "granted", "channel": "fax"}, 422, "consent.channel_unknown"),
        ({"status": "granted", "zone": "Mars/Base"}, 422, "consent.zone_unknown"),
        ({"status": "granted", "zone": "../../etc/passwd"}, 422, "consent.zone_unknown"),
        ({"status": "granted", "source": "dream"}, 422, "consent.word_unknown"),
        ({"status": "granted", "notice": 77}, 422, "consent.notice_unknown"),
        ({"status": "granted", "address": "nobody"}, 422, "consent.address_unfit"),
        ({"status": "granted", "address": "baska@ornek.test"}, 409, "consent.address_of_another"),
        ({"status": "granted", "topic": "a\tb"}, 422, "consent.text_unfit"),
    ],
)
def test_what_cannot_be_recorded_says_why(
    place: Place, said: dict[str, str], status: int, code: str
) -> None:
    agent = place.session(place.user("agent@shop.test", "agent"))
    path = f"/v1/people/{_id(place)}/consents"
    answered, problem = _post(agent, path, **said)
    assert answered == status
    assert code in json.dumps(problem)
    assert _get(agent, path) == (200, [])


def test_an_analyst_reads_and_writes_nothing(place: Place) -> None:
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    path = f"/v1/people/{_id(place)}/consents"
    assert _get(analyst, path) == (200, [])
    assert _post(analyst, path, status="granted")[0] == 403
    assert _get(analyst, f"/v1/people/{uuid.UUID(int=5)}/consents")[0] == 404


def test_notices_are_published_and_never_changed(place: Place) -> None:
    agent = place.session(place.user("officer@shop.test", "privacy_officer"))
    first = _post(agent, "/v1/notices", key="kvkk", language="tr", text="Metin")
    assert first[0] == 201 and first[1]["version"] == 1
    assert _post(agent, "/v1/notices", key="kvkk", language="tr", text="Metin") == first
    assert _post(agent, "/v1/notices", key="kvkk", language="tr", text="Metin 2")[1]["version"] == 2
    assert _post(agent, "/v1/notices", key="kvkk", language="fr", text="Texte")[0] == 422
    assert [one["version"] for one in _get(agent, "/v1/notices")[1]] == [1, 2]


def test_what_allowed_a_message_is_shown_with_the_proof_for_those_who_may(place: Place) -> None:
    keys = place.house.keys
    with place.connect() as conn, conn.transaction():
        at = clock.now() - timedelta(days=1)
        (event,) = ledger.record(
            conn, keys, [Change("email", "granted", at, person=1, proof={"ip": "192.0.2.7"})]
        )
        outbox.intend(conn, keys, intents([1]))
        row = conn.execute("select id from message").fetchone()
        assert row is not None
        conn.execute("update message set consent_event = %s, state = 2", (event,))
    path = f"/v1/messages/{row[0]}/consent"
    agent = place.session(place.user("agent@shop.test", "agent"))
    status, shown = _get(agent, path)
    assert status == 200
    assert shown["consent"]["position"] == event and shown["intact"] is True
    assert shown["proof"] == {"ip": "192.0.2.7"}
    assert place.audit()[-1][0] == "proof_revealed"
    staff = place.session(place.user("staff@shop.test", "analyst"))
    assert _get(staff, path)[1]["proof"] is None
    assert _get(staff, f"/v1/messages/{uuid.UUID(int=5)}/consent")[0] == 404
