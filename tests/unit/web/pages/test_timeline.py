"""Each thing that happened is a sentence; machines and repeats say what they are."""

from typing import Any

from kervan.delivery.decide import Reason
from kervan.history.read import Happening
from kervan.web.pages import timeline
from kervan.web.pages.forms import Forms

_EN, _TR = Forms("en", "UTC"), Forms("tr", "UTC")


def _happening(name: str, at_ms: int = 0, order: str = "", /, **facts: Any) -> Happening:
    return Happening("e", at_ms, name, "track", "", 1, order, "TRY", 12_350, facts)


def test_machines_are_told_from_people() -> None:
    by_machine = timeline.line(_happening("Message Clicked", machine=True), _EN)
    by_person = timeline.line(_happening("Message Clicked", machine=False), _EN)
    assert "not counted" in by_machine.text
    assert by_person.text == "Followed a link in the e-mail"


def test_an_order_told_twice_is_said_to_be_the_same() -> None:
    newest_first = [
        _happening("Order Completed", 2, "o1"),
        _happening("Order Completed", 1, "o1"),
        _happening("Order Completed", 0, "o2"),
    ]
    texts = [one.text for one in timeline.lines(newest_first, _TR)]
    assert "bir kez sayıldı" in texts[0]
    assert texts[1].startswith("₺123,50")
    assert texts[2].startswith("₺123,50")


def test_reasons_are_sentences_and_unknown_ones_stay_as_they_are() -> None:
    held = timeline.line(_happening("Message Suppressed", reason=Reason.NO_CONSENT.code), _TR)
    assert "onay" in held.detail
    back = timeline.line(_happening("Message Suppressed", reason="exit_event"), _EN)
    assert "no longer" in back.detail
    odd = timeline.line(_happening("Message Suppressed", reason="weather"), _TR)
    assert odd.detail == "weather"
    left = timeline.line(
        _happening("Journey Exited", reason="exit_event", event="Unsubscribed"), _EN
    )
    assert left.detail == "because of: unsubscribed"
    assert timeline.line(_happening("Wheel Spun"), _TR).text == "Wheel Spun"


def test_segments_and_groups_are_told_in_the_readers_words() -> None:
    entered = timeline.line(_happening("Segment Entered", segment="buyers"), _TR)
    assert entered.text == "buyers segmentine girdi"
    left = timeline.line(_happening("Segment Left", segment="buyers"), _EN)
    assert left.text == "Left the segment buyers"
    moved = _happening("Segment Group Changed", before="champions", group="odd")
    assert timeline.line(moved, _TR).text == "Şampiyonlar grubundan odd grubuna geçti"


def test_facts_of_any_shape_do_no_harm() -> None:
    back = timeline.line(_happening("Message Suppressed", reason="exit_event"), _EN)
    assert "no longer" in back.detail
    odd = timeline.line(_happening("Product Viewed", name={"a": [1]}, reason=5, machine="x"), _EN)
    assert odd.text.startswith("Looked at")


def test_what_journeys_did_is_told_in_every_language() -> None:
    facts = {
        "journey": "basket", "step": "gift", "points": 50, "pool": "spring",
        "code": "delivery.coupon_empty", "effect": "give_coupon",
    }  # fmt: skip
    names = (
        "Journey Called", "Step Failed", "Points Promised", "Coupon Given", "Coupon Redeemed",
        "Task Created", "Colleague Notified", "Profile Updated",
    )  # fmt: skip
    for name in names:
        said = {
            timeline.line(_happening(name, **facts), Forms(locale, "UTC")).text
            for locale in ("tr", "az", "en")
        }
        assert len(said) == 3, name
        assert not any("{" in one or "web." in one for one in said), name
    failed = timeline.line(_happening("Step Failed", **facts), _TR)
    assert (failed.sign, failed.text) == ("bad", "basket yolculuğunun gift adımı yapılamadı")
    unknown = _happening("Step Failed", code="journeys.enter_too_big", journey="a", step="b")
    assert timeline.line(unknown, _EN).detail == "journeys.enter_too_big"
