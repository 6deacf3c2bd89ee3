"""What cannot be in a rehearsal as it was, by the journeys that play: said in its report."""

from kervan.journeys.definition import Definition
from kervan.journeys.rehearse.cast import Cast
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.wait import Wait
from kervan.journeys.triggers.trigger import CALLED, ENTERED, LEFT

ALWAYS = ("begin", "identity", "people", "gate", "content")
_REACTIONS = frozenset({"Message Opened", "Message Clicked", "Message Replied"})


def caveats(cast: Cast, *, has_prices: bool, settled: bool) -> list[str]:
    """Codes of the sentences that the report carries, in a fixed order.

    `settled`: whether all that people wait for was found out.
    """
    found = [*ALWAYS]
    some = cast.definitions
    if any(_asks(one) for one in some):
        found.append("traits")
    if any(_is_best(one) for one in some):
        found.append("best")
    if any(one.entry.event == CALLED for one in some):
        found.append("called")
    if any(one.names & {ENTERED, LEFT} for one in some):
        found.append("segments")
    if any(one.names & _REACTIONS for one in some):
        found.append("reactions")
    if any(cast.sends):
        found.append("delivered")
    if cast.oracle.steps:
        found.append("outcomes")
    if not settled:
        found.append("unsettled")
    if any(node.step.effect for one in some for node in one.nodes):
        found.append("effects")
    if cast.seats:
        found.append("limits")
    if has_prices:
        found.append("prices")
    return found


def _asks(definition: Definition) -> bool:
    """Whether rules are asked of people: branches, and waits for segments."""
    steps = [node.step for node in definition.nodes]
    waits = any(
        isinstance(one, Wait) and (one.until_segment or one.until_segment_left) for one in steps
    )
    return waits or any(one.kind == "branch" for one in steps) or bool(definition.hidden)


def _is_best(definition: Definition) -> bool:
    steps = [node.step for node in definition.nodes]
    return any(isinstance(one, Send) and (one.by_best or one.at_best) for one in steps)
