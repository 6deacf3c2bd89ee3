"""What rehearsals answer, as types: a report, and two of them compared."""

from typing import Annotated

from pydantic import BaseModel, Field


class RehearsedRefused(BaseModel):
    """How often the trigger let nobody in, and why."""

    reason: str
    times: int


class RehearsedStep(BaseModel):
    """One step: how often people left it by each of its exits."""

    key: str
    kind: str
    passed: dict[str, int]


class RehearsedDay(BaseModel):
    """One local day: entries, and messages that went, by channel."""

    day: str
    entered: int
    messages: dict[str, int]


class RehearsedHour(BaseModel):
    """One hour (UTC): how many steps people took, how many messages went."""

    hour: str
    steps: int
    messages: int


class RehearsedOutcome(BaseModel):
    """How many messages of a step ended so, by which channel ("" by none) and for which reason."""

    step: str
    channel: str
    state: str
    reason: str
    messages: int


class RehearsedHeld(BaseModel):
    """How many messages of a step were held for a reason before they went or ended."""

    step: str
    reason: str
    messages: int


class RehearsedCollision(BaseModel):
    """Another journey: our messages within a day of one of its own, and how many caps kept back
    because of the other's, of ours and of its."""

    journey: str
    within_a_day: int
    ours_kept_back: int
    theirs_kept_back: int


class RehearsedWeekly(BaseModel):
    """How many of those who get anything get more than `over` messages in some week."""

    over: int
    people: int
    share: float


class RehearsedCost(BaseModel):
    """Messages of one channel and their cost; `unpriced` are those that no price fits."""

    channel: str
    messages: int
    cost: str
    unpriced: int


class RehearsedReaction(BaseModel):
    """A range by observed rates, no forecast: what so many messages would bring."""

    channel: str
    what: str
    low: int
    high: int
    observed: int


class RehearsedEvent(BaseModel):
    """One thing in somebody's story; `what` is a word, `detail` an exit, a reason or a channel."""

    at: str
    journey: str
    what: str
    step: str
    detail: str


class RehearsedStory(BaseModel):
    """One person by her number, and all that would have happened to her."""

    person: int
    events: list[RehearsedEvent]


class Rehearsal(BaseModel):
    """What the journey would have done. Times are RFC 3339 in UTC, days are the workspace's.

    `outcomes` say what became of messages, by step, channel and reason; `reactions` are ranges by
    observed rates and no forecast; `caveats` name what could not be as it was.
    """

    journey: str
    name: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    zone: str
    seed: int
    others: list[str]
    events: int
    entered: int
    people: int
    inside: int
    goals: int
    refused: list[RehearsedRefused]
    exits: dict[str, int]
    steps: list[RehearsedStep]
    days: list[RehearsedDay]
    hours: list[RehearsedHour]
    outcomes: list[RehearsedOutcome]
    held: list[RehearsedHeld]
    collisions: list[RehearsedCollision]
    weekly: list[RehearsedWeekly]
    currency: str
    costs: list[RehearsedCost]
    reactions: list[RehearsedReaction]
    caveats: list[str]
    sample: list[RehearsedStory]


class RehearsedFigure(BaseModel):
    """One figure of both, by what it is of ("" for all): a channel, a reason, an exit."""

    name: str
    of: str
    this: int
    other: int
    difference: int


class RehearsedCostBoth(BaseModel):
    """What both would cost by a channel, as decimals."""

    channel: str
    this: str
    other: str
    difference: str


class RehearsedPair(BaseModel):
    """One person with both of her stories."""

    person: int
    this: RehearsedStory
    other: RehearsedStory


class RehearsedDifference(BaseModel):
    """One kind of difference: for exactly how many people, and some of them."""

    kind: str
    people: int
    sample: list[RehearsedPair]


class Compared(BaseModel):
    """Two journeys over the same history: `figures` side by side, and of the `people` who enter at
    least one how many differ how, with some of them and both of their stories; `same` differ in
    nothing. Differences are this one's figure less the other's.
    """

    this: Rehearsal
    other: Rehearsal
    figures: list[RehearsedFigure]
    costs: list[RehearsedCostBoth]
    people: int
    same: int
    differences: list[RehearsedDifference]
