"""What a test says: who she is, what she does and when, and what has become of her by then."""

from typing import Any, Literal

import msgspec

CHANNELS = (
    "email", "sms", "whatsapp", "push", "web_push", "inbox", "call", "store", "telegram",
    "instagram", "messenger", "webhook",
)  # fmt: skip
Outcome = Literal["sent", "delivered", "failed", "suppressed"]
REACTIONS = {
    "opens": "Message Opened",
    "clicks": "Message Clicked",
    "bounces": "Message Bounced",
    "complains": "Message Complained",
    "receives": "Message Delivered",
}
"""What may follow on a message, by the word of a line, and the event that tells of it."""


class _Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Parts refuse what they do not know."""


class Past(_Part, frozen=True):
    """An event of hers from before the story, so long `ago`."""

    event: str
    ago: str
    properties: dict[str, Any] = {}


class Person(_Part, frozen=True):
    """Who she is. What is left out she has in common with everybody.

    `consents` are the channels she agreed to get marketing by, `channels` those that reach her:
    without them all. `segments` are the keys of those she is in, `facts` what Kervan itself knows
    or computes (rfm_group, score.churn …), `engaged` how readily she reacts, 0 to 1, `best_hour`
    ("19:30") when she does most.
    """

    traits: dict[str, Any] | None = None
    consents: list[str] | None = None
    channels: list[str] | None = None
    segments: list[str] | None = None
    facts: dict[str, Any] | None = None
    zone: str | None = None
    language: str | None = None
    country: str | None = None
    birthday: str | None = None
    engaged: float | None = None
    best_hour: str | None = None


class Then(_Part, frozen=True):
    """What must be true at this point of the story; all that is said must be.

    `message` (its key, or the step's) reached her since the last `then`, `by` a channel and `on` a
    clock time of hers ("10:00", "2026-03-02 10:00"); `messages` are all since then, in order.
    `took` says which exit she took of a step, `did` which steps did what they are for.
    """

    entered: bool | None = None
    because: str | None = None
    message: str | None = None
    by: str | None = None
    on: str | None = None
    messages: list[str] | None = None
    stands: str | None = None
    left: str | None = None
    goal: bool | None = None
    took: dict[str, str] | None = None
    did: list[str] | None = None


class Line(_Part, frozen=True):
    """One line of the story; it says exactly one of VERBS.

    `event` happens to her, with `properties`; the journey is `triggered`, with `properties`, by
    what is no event of hers: a schedule, a date, a call, the catalogue; time `pass`es, or `until` a
    clock time of hers comes; she `becomes` somebody a little different, `joins` or `leaves` a
    segment; she reacts to the message of a step.
    """

    event: str | None = None
    triggered: bool | None = None
    properties: dict[str, Any] | None = None
    pass_: str | None = msgspec.field(default=None, name="pass")
    until: str | None = None
    becomes: Person | None = None
    joins: str | None = None
    leaves: str | None = None
    opens: str | None = None
    clicks: str | None = None
    bounces: str | None = None
    complains: str | None = None
    receives: str | None = None
    then: Then | None = None


VERBS = ("event", "triggered", "pass", "until", "becomes", "joins", "leaves", *REACTIONS, "then")


class Case(_Part, frozen=True):
    """One story. `outcomes` says what becomes of the message of a step; without it, it is sent.

    `ways` says which way an experiment draws for her, by the step's key.
    """

    name: str
    story: list[Line]
    person: Person = Person()
    past: list[Past] = []
    outcomes: dict[str, Outcome] = {}
    ways: dict[str, str] = {}
    start: str | None = None


class Tests(_Part, frozen=True):
    """The tests of one journey: its file, the first hour on her clock, whom they are about."""

    journey: str
    cases: list[Case]
    start: str = "2026-03-02 10:00"
    zone: str = "Europe/Istanbul"
    person: Person = Person()
