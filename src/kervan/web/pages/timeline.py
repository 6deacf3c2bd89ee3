"""Says in a sentence what happened to a person: Turkish, Azerbaijani, English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kervan.history.read import Happening
from kervan.insight import timeline
from kervan.kernel import i18n
from kervan.web.pages.forms import Forms

# What each known event shows by: a sign beside the words, so that colour is never the only one.
_SIGNS = {
    "Order Completed": "good",
    "Goal Reached": "good",
    "Order Refunded": "bad",
    "Message Sent": "mail",
    "Message Delivered": "mail",
    "Message Received": "mail",
    "Message Opened": "mail",
    "Message Clicked": "mail",
    "Message Failed": "bad",
    "Message Bounced": "bad",
    "Message Complained": "bad",
    "Message Suppressed": "warn",
    "Unsubscribed": "warn",
    "Consent Changed": "warn",
    "Journey Entered": "way",
    "Journey Exited": "way",
    "Segment Entered": "way",
    "Segment Left": "way",
    "Segment Group Changed": "way",
    "Journey Called": "way",
    "Step Failed": "bad",
    "Points Promised": "good",
    "Coupon Given": "good",
    "Coupon Redeemed": "good",
    "Task Created": "way",
    "Colleague Notified": "mail",
    "Profile Updated": "way",
    timeline.DECIDED: "way",
    timeline.NOTED: "plain",
    timeline.AGREED: "warn",
}
_KEYS = {
    "Page Viewed": "web.did_page",
    "Product List Viewed": "web.did_list",
    "Product Viewed": "web.did_view",
    "Product Added": "web.did_add",
    "Product Removed": "web.did_remove",
    "Checkout Started": "web.did_checkout",
    "Order Completed": "web.did_order",
    "Order Refunded": "web.did_refund",
    "Identified": "web.did_identify",
    "Journey Entered": "web.did_enter",
    "Journey Exited": "web.did_exit",
    "Segment Entered": "web.did_segment_in",
    "Segment Left": "web.did_segment_out",
    "Segment Group Changed": "web.did_group",
    "Goal Reached": "web.did_goal",
    "Journey Called": "web.did_call",
    "Step Failed": "web.did_not_step",
    "Points Promised": "web.did_points",
    "Coupon Given": "web.did_coupon",
    "Coupon Redeemed": "web.did_redeem",
    "Task Created": "web.did_task",
    "Colleague Notified": "web.did_notify",
    "Profile Updated": "web.did_profile",
    "Message Sent": "web.did_sent",
    "Message Delivered": "web.did_deliver",
    "Message Received": "web.did_receive",
    "Message Failed": "web.did_fail",
    "Message Bounced": "web.did_bounce",
    "Message Complained": "web.did_complain",
    "Message Suppressed": "web.did_suppress",
    "Unsubscribed": "web.did_unsubscribe",
}

# An e-mail is called so; what goes by another channel names it.
_BY_CHANNEL = ("web.did_sent", "web.did_fail", "web.did_suppress")
_LEFT = {
    "exit_event": "web.left_event",
    "goal": "web.left_goal",
    "stopped": "web.left_stopped",
    "too_many_steps": "web.left_too_many_steps",
    "merged": "insight.left_merged",
}


@dataclass(frozen=True)
class Line:
    """One line of a timeline."""

    at_ms: int
    sign: str
    text: str
    detail: str
    name: str


def lines(found: Sequence[Happening], forms: Forms) -> list[Line]:
    """A piece of a timeline, newest first; an order told again is said to be the same one."""
    told: set[str] = set()
    said = []
    for one in reversed(found):
        again = one.name == "Order Completed" and one.order_id in told
        if one.order_id and one.name == "Order Completed":
            told.add(one.order_id)
        said.append(line(one, forms, again=again))
    return said[::-1]


def line(one: Happening, forms: Forms, *, again: bool = False) -> Line:
    """What happened, in the reader's language; an unknown event goes by its own name.

    `again` means that another source has told of this order before.
    """
    if one.kind == "record":
        return _record(one, forms)
    facts = one.properties
    key = "web.did_order_again" if again else _key(one.name, facts)
    product = str(facts.get("name") or facts.get("product_id") or "")
    amount = forms.money(one.value_minor, one.currency) if one.currency else ""
    text = (
        one.name
        if key is None
        else i18n.say(
            key,
            forms.locale,
            product=product[:120],
            amount=amount,
            order=one.order_id[:60],
            page=str(facts.get("name") or facts.get("path") or "")[:120],
            journey=str(facts.get("journey") or "")[:80],
            segment=str(facts.get("segment") or "")[:80],
            step=str(facts.get("step") or "")[:80],
            points=str(facts.get("points") or "")[:20],
            pool=str(facts.get("pool") or "")[:80],
            group=_group(facts.get("group"), forms),
            before=_group(facts.get("before"), forms),
            channel=_channel(facts, forms),
        )
    )
    sign = "plain" if again else _SIGNS.get(one.name, "plain")
    return Line(one.at_ms, sign, text, _detail(one.name, facts, forms), one.name)


def _channel(facts: Mapping[str, Any], forms: Forms) -> str:
    said = str(facts.get("channel") or "")[:40]
    return _named("insight.channel_", said, said, forms)


def _group(said: object, forms: Forms) -> str:
    """An RFM group by its name; one that is not ours goes by its own."""
    return _named("segments.rfm_", str(said or "")[:80], str(said or "")[:80], forms)


def _key(name: str, facts: Mapping[str, Any]) -> str | None:
    machine = facts.get("machine") is True
    if name == "Message Opened":
        return "web.did_open_machine" if machine else "web.did_open"
    if name == "Message Clicked":
        return "web.did_click_machine" if machine else "web.did_click"
    if name == "Consent Changed":
        given = facts.get("status") == "granted"
        return "web.did_consent" if given else "web.did_withdraw"
    known = _KEYS.get(name)
    if known in _BY_CHANNEL and facts.get("channel") not in (None, "", "email"):
        return f"{known}_by"
    return known


def label(name: str, forms: Forms) -> str:
    """What kind of thing happened, in a few words; an unknown event goes by its own name."""
    key = "web.event_" + name.lower().replace(" ", "_")
    said = i18n.say(key, forms.locale)
    return name if said == key else said


def _detail(name: str, facts: Mapping[str, Any], forms: Forms) -> str:
    """What an operator asks next: why it was held back, why she left."""
    reason = str(facts.get("reason") or "")[:100]
    if name in ("Message Suppressed", "Message Failed"):
        # A journey takes a message back for a reason of its own; an unknown code stays as it is.
        return i18n.say("delivery.cancelled" if reason in _LEFT else reason, forms.locale)
    if name == "Step Failed":
        shown = {key: str(one)[:100] for key, one in facts.items()}
        said = i18n.say(str(facts.get("code") or "")[:100], forms.locale, **shown)
        # Without its facts a sentence would show their names: then its code says more.
        return said if "{" not in said else str(facts.get("code"))[:100]
    if name == "Journey Exited":
        if facts.get("outcome"):
            return str(facts["outcome"])[:100]
        cause = label(str(facts.get("event") or ""), forms)
        return i18n.say(_LEFT.get(reason, "web.left_finished"), forms.locale, cause=cause)
    return ""


def _record(one: Happening, forms: Forms) -> Line:
    """What no event told: a decision, a note, a word about consent."""
    facts = {name: str(value) for name, value in one.properties.items()}
    if one.name == timeline.NOTED:
        text = i18n.say("insight.noted", forms.locale, author=facts["author"])
        detail = facts["text"]
    elif one.name == timeline.DECIDED:
        text, detail = _decided(facts, forms)
    else:
        channel = _named("insight.channel_", facts["channel"], facts["channel"], forms)
        text = i18n.say(f"insight.agreed_{facts['status']}", forms.locale, channel=channel)
        detail = ", ".join(facts[name] for name in ("topic", "brand") if facts[name])
    return Line(one.at_ms, _SIGNS.get(one.name, "plain"), text, detail, one.name)


def _decided(facts: Mapping[str, str], forms: Forms) -> tuple[str, str]:
    other = i18n.say("insight.kind_other", forms.locale)
    identifier = _named("insight.kind_", facts["identifier"], other, forms)
    key = f"insight.decided_{facts['what']}"
    text = i18n.say(key, forms.locale, actor=facts["actor"], identifier=identifier)
    if text.startswith("insight."):
        text = i18n.say("insight.decided_other", forms.locale)
    reason = facts["reason"]
    return text, _named("insight.because_", reason, reason, forms) if reason else ""


def _named(prefix: str, word: str, otherwise: str, forms: Forms) -> str:
    said = i18n.say(prefix + word, forms.locale)
    return otherwise if said == prefix + word else said
