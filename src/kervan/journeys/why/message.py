"""What became of a message, as lines of a story: the gate's own words (delivery/why.py)."""

from kervan.delivery.decide import Reason
from kervan.delivery.why import Why
from kervan.journeys.why.line import Line
from kervan.kernel import clock


def at_ms(told: Why) -> int:
    """When it was meant to go."""
    return clock.to_ms(told.intended_at)


def lines(told: Why) -> list[Line]:
    """How it stands and, where it did not simply go, what would have changed that."""
    facts: dict[str, object] = {"channel": told.channel, "message": str(told.message)}
    words = {"state": f"delivery.state_{told.state.name.lower()}"}
    code = "journeys.why_message"
    if told.reason:
        words["reason"] = told.reason
        code = "journeys.why_message_reason"
    ended = told.handed_at or told.finished_at or told.intended_at
    found = [Line(clock.to_ms(ended), code, told.step, facts, words=words)]
    if told.due_at is not None and told.due_at > told.intended_at:
        next_ = {"until_ms": clock.to_ms(told.due_at)}
        found.append(Line(0, "journeys.why_message_next", told.step, next_))
    if told.judged and told.judged[-1].reason is not Reason.NONE:
        for change, about in told.judged[-1].change:
            found.append(Line(0, change, told.step, {"most": 1, **about}))
    return found
