"""A mail with its reader's own code and what she looked at; the code is redeemed at the till."""

import email
import email.policy
import re
from pathlib import Path

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan, track
from tests.unit.delivery.peer import Peer

pytestmark = pytest.mark.usefixtures("healthy")
_SUBJECT = (
    "{{ coupons.story10.code }}: {% for p in products.viewed[:1] %}{{ p.name }}"
    "{% else %}yeni gelenler{% endfor %}"
)
_MESSAGE = {
    "key": "looked-at",
    "name": "Looked at",
    "intent": "she comes back to what she looked at",
    "purpose": "transactional",
    "variants": {
        "email": {"tr": {"subject": _SUBJECT, "mjml": "<mjml><mj-body></mj-body></mjml>"}}
    },
}
_JOURNEY = """\
journey:
  key: looked-at
  name: Looked at
  trigger: {event: Wish Said}
  steps:
    - {key: tell, kind: send, message: looked-at, channels: [email]}
    - {key: end, kind: exit}
"""


def test_a_code_and_a_product_reach_their_reader(
    kervan: Kervan, mailbox: Peer, tmp_path: Path
) -> None:
    pool = {"name": "Story", "kind": "percent", "percent": 10}
    assert kervan.api("PUT", "/v1/messages/looked-at", _MESSAGE).status == 422
    assert kervan.api("PUT", "/v1/coupons/story10", pool).status == 200
    made = {"pattern": "STORY-########", "count": 5}
    assert kervan.api("POST", "/v1/coupons/story10/generate", made).status == 200
    assert kervan.api("PUT", "/v1/messages/looked-at", _MESSAGE).status == 200
    [shown] = kervan.api("POST", "/v1/messages/looked-at/preview", {}).json
    assert shown["fields"]["subject"] == "SAMPLE-CODE: yeni gelenler"
    journey = tmp_path / "journey.yaml"
    journey.write_text(_JOURNEY, encoding="utf-8")
    done = kervan.cli("apply", str(journey))
    assert done.returncode == 0, done
    coat = {"product_id": "c-7", "name": "Kaşmir palto", "price": 4990, "currency": "TRY"}
    kervan.send(
        {"type": "identify", "userId": "D-1", "traits": {"email": "data@ev.example"}},
        track("Product Viewed", "D-1", properties=coat),
    )
    kervan.names("D-1", 2)
    kervan.send(track("Wish Said", "D-1"))

    def subjects() -> list[str]:
        return [
            str(email.message_from_bytes(raw, policy=email.policy.default)["subject"])
            for _, to, raw in mailbox.accepted
            if to == "data@ev.example"
        ]

    until(lambda: bool(subjects()), lambda: kervan.log[-3000:], PATIENCE_SECONDS)
    found = re.fullmatch(r"(STORY-[2-9A-Z]{8}): Kaşmir palto", subjects()[0])
    assert found is not None, subjects()
    until(lambda: kervan.get("/v1/coupons/story10")["given"] == 1, str, PATIENCE_SECONDS)
    order = {"order_id": "S-1"}
    code = found[1].lower()
    assert kervan.api("POST", f"/v1/coupon-codes/{code}/redeem", order).json["state"] == "redeemed"
    refused = kervan.api("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "S-2"})
    assert (refused.status, refused.code) == (409, "commerce.coupon_redeemed")
    until(lambda: "Coupon Redeemed" in kervan.names("D-1", 4), str, PATIENCE_SECONDS)
    [(message,)] = kervan.rows("select id::text from message where journey = 'looked-at'")
    assert kervan.get(f"/v1/messages/{message}/why")["coupons"] == [
        {"pool": "story10", "state": "redeemed", "reason": ""}
    ]
    sent = kervan.get(f"/v1/messages/{message}/sent")["fields"]
    assert sent["subject"] == subjects()[0]
