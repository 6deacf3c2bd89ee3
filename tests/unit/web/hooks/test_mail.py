"""The door for piped bounces: the secret, the return path, and nothing of the mail is said back."""

import json
import uuid

from kervan.delivery import accounts
from kervan.delivery.channels import return_path
from tests.unit.web.api.test_refuse import place
from tests.unit.web.visiting import Answer, Place

__all__ = ["place"]


def pipe(place: Place, secret: str, recipient: str, body: bytes) -> Answer:
    """What a mail server pipes."""
    path = f"/hooks/mail/{secret}?recipient={recipient.replace('+', '%2B')}"
    return place.visitor().ask("POST", path, body, origin="", content_type="message/rfc822")


def test_who_knows_the_secret_and_a_return_path_is_heard(place: Place) -> None:
    keys = place.house.keys
    secret = accounts.hook_path(keys, "smtp").partition("/")[2]
    back = return_path.address(uuid.UUID(int=7), "b.example", return_path.key_of(keys))
    body = b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nAway\r\n"
    heard = pipe(place, secret, back, body)
    assert (heard.status, json.loads(heard.text)) == (200, {"taken": "auto_reply"})
    assert pipe(place, "x" + secret[1:], back, body).status == 401
    assert pipe(place, secret, "b+" + "0" * 48 + "@b.example", body).status == 422
    assert pipe(place, secret, back, b"x" * 1_100_000).status == 413
    lost = pipe(place, secret, back, b"From: MAILER-DAEMON@b\r\n\r\nNo.\r\n")
    assert json.loads(lost.text) == {"taken": "unknown"}, "no such mail was sent"
