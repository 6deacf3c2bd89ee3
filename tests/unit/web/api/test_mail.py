"""Our standing over the API: limits that are kept and audited, notices, a hold that is let go."""

import json

from kervan.delivery import outbox
from kervan.delivery.mail import reports, rules
from kervan.delivery.mail.reports import Accepted
from kervan.kernel import clock
from tests.unit.web.api.test_refuse import place, send
from tests.unit.web.visiting import Place

__all__ = ["place"]


def test_limits_are_changed_by_who_may_and_written_down(place: Place) -> None:
    developer = place.session(place.user("dev@shop.example", "developer"))
    marketer = place.session(place.user("ece@shop.example", "marketer"))
    wanted = {
        "paces": {"gmail": {"per_second": 20}},
        "warm_up": [{"account": "smtp", "began_on": "2020-01-01", "first": 5}],
    }
    assert send(marketer, "PUT", "/v1/mail/rules", wanted).status == 403
    kept = send(developer, "PUT", "/v1/mail/rules", wanted)
    assert kept.status == 200
    assert json.loads(kept.text)["soft_bounces"] == {"count": 5, "days": 30}
    assert place.audit()[-1][0] == "mail.rules_changed"
    assert json.loads(marketer.get("/v1/mail/rules").text) == json.loads(kept.text)
    wrong = send(developer, "PUT", "/v1/mail/rules", {"paces": {"gmail": {"per_second": -1}}})
    assert (wrong.status, json.loads(wrong.text)["error"]["code"]) == (
        422, "delivery.mail_rules_wrong",
    )  # fmt: skip
    told = json.loads(marketer.get("/v1/mail").text)
    assert [(one["account"], one["ceiling"]) for one in told["warm_up"]] == [("smtp", None)]


def test_a_hold_is_shown_and_let_go(place: Place) -> None:
    marketer = place.session(place.user("ece@shop.example", "marketer"))
    with place.connect() as conn:
        rules.save(conn, rules.read({"standing": {"complaints_hold": 0.5}}), "test", clock.now())
        reports.tally(conn, [Accepted(clock.now(), "gmail", "kids")] * 1200, 1)
        outbox.stop(conn, "delivery.complaints", clock.now(), domain="gmail", brand="kids")
        conn.commit()
    [group] = json.loads(marketer.get("/v1/mail").text)["groups"]
    assert (group["domain"], group["brand"], group["accepted"]) == ("gmail", "kids", 1200)
    assert group["complaints_level"] == "good"
    assert json.loads(marketer.get("/v1/mail/notices").text) == []
    [stop] = json.loads(marketer.get("/v1/sending/stops").text)
    assert stop["scope"] == "domain:gmail/kids"
    wanted = {"domain": "gmail", "brand": "kids"}
    assert send(marketer, "POST", "/v1/sending/resume", wanted).status == 200
    assert place.audit()[-1][0] == "sending.resumed"
    assert json.loads(marketer.get("/v1/sending/stops").text) == []
    assert send(marketer, "POST", "/v1/sending/resume", wanted).status == 409
