"""What a message said is shown to those who may see people, and each look is written down."""

import json
import uuid

from kervan.delivery.archive.keep import Archive, Said
from kervan.kernel import clock, ids
from kervan.profiles import read as profiles
from tests.unit.web.api.test_consents import place
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_a_copy_is_shown_to_whom_may_see_it(place: Place) -> None:
    message = ids.uuid7()
    with place.connect() as conn, conn.transaction():
        key = profiles.keys(conn, [1])[1]
        fields = {"to": "a@ev.example", "subject": "Sepetin", "html": "<p>İşte</p>"}
        one = Said(message, 1, key, b"<p></p>", fields, clock.now())
        Archive(place.house.keys).keep(conn, [one])
    agent = place.session(place.user("agent@shop.test", "agent"))
    shown = json.loads(agent.get(f"/v1/messages/{message}/sent").text)
    assert shown["fields"] == fields
    assert place.audit()[-1][0] == "message.read"
    assert agent.get(f"/v1/messages/{uuid.UUID(int=5)}/sent").status == 404
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    assert analyst.get(f"/v1/messages/{message}/sent").status == 403
