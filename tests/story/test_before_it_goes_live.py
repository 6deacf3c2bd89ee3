"""A message before it goes live: held against the guide, approved, tried on a colleague."""

import email
import email.policy
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.story.running import PATIENCE_SECONDS, Kervan, until
from tests.unit.delivery.peer import Peer

pytestmark = pytest.mark.usefixtures("healthy")
PATH = "/v1/messages/pots"
GUIDE = {"name": "Shop", "words": {"tr": {"avoid": {"ucuz": "uygun"}}}}
STRICT = {**GUIDE, "checks": {"tone_word": "error"}}


def _message(said: str) -> dict[str, Any]:
    mjml = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>"
        "{{ person.first_name | default('Merhaba') }}, "
        f"{said} <a href='https://ornek.test/pots'>bakın</a>."
        "</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    mail = {"subject": "Çömlek", "preheader": "Yeni", "mjml": mjml, "from_email": "shop@ornek.test"}
    return {
        "key": "pots", "name": "Pots", "intent": "Sell pots", "utm": {"campaign": "pots"},
        "variants": {"email": {"tr": mail}},
    }  # fmt: skip


def test_a_message_on_its_way(kervan: Kervan, mailbox: Peer) -> None:
    kervan.say_who_speaks()
    kervan.send({"type": "identify", "userId": "potter", "traits": {"firstName": "İrem"}})
    person = kervan.person("potter")
    try:
        assert kervan.api("PUT", "/v1/brand", STRICT).status == 200
        refused = kervan.api("PUT", PATH, _message("çömlekler ucuzladı"))
        assert refused.status == 422
        (problem,) = refused.json["error"]["problems"]
        assert (problem["code"], problem["path"]) == (
            "content.lint_tone_word", "/variants/email/tr/mjml",
        )  # fmt: skip
        kervan.api("PUT", "/v1/approvals/rules/message", {"scope": "marketing"})
        waits = kervan.api("PUT", PATH, _message("çömlekler geldi")).json["proposal"]
        own = kervan.api("POST", f"/v1/approvals/{waits}/approve", {})
        assert (own.status, own.code) == (403, "journeys.approval_own")
        assert kervan.api("GET", PATH).status == 404
        kervan.api("POST", f"/v1/approvals/{waits}/reject", {"note": "nobody else is here"})
    finally:
        kervan.api("PUT", "/v1/approvals/rules/message", {"scope": "none"})
        kervan.api("PUT", "/v1/brand", {"name": "Shop"})
    assert kervan.api("PUT", PATH, _message("çömlekler geldi")).json["version"] == 1

    seed = {"channel": "email", "name": "Oya", "address": "oya@colleague.test"}
    kept = kervan.api("POST", "/v1/seeds", seed).json["id"]
    (sent,) = kervan.api("POST", f"{PATH}/test", {"person": person, "seeds": [kept]}).json
    assert kervan.api("DELETE", f"/v1/seeds/{person}").status == 404

    def arrived() -> list[bytes]:
        return [raw for _, to, raw in mailbox.accepted if "oya@colleague.test" in to]

    until(lambda: len(arrived()) == 1, lambda: kervan.log[-1500:], PATIENCE_SECONDS)
    mail = email.message_from_bytes(arrived()[0], policy=email.policy.default)
    assert mail["subject"] == "[DENEME] Çömlek"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "İrem" in text
    (link,) = set(re.findall(r"https?://\S+/c/[\w-]+", text))
    answer = kervan.ask("GET", urlsplit(link).path)
    assert answer.status == 302

    def state() -> str:
        return str(kervan.get(f"/v1/messages/{sent['message']}/why")["state"])

    # Her mail is there before the sender has written down that it was taken.
    until(lambda: state() == "accepted", state, PATIENCE_SECONDS)
    assert kervan.rows("select count(*) from touch where message = %s", sent["message"]) == [(0,)]
    assert not [one for one in kervan.timeline("potter") if "Message" in str(one)]
    kervan.api("DELETE", f"/v1/seeds/{kept}")
