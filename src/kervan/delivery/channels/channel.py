"""What a provider of a channel is: typed settings, what it can, one send, its webhook as news.

A provider is one file with one `PROVIDER`. It gets a finished message for one address and says what
became of it; it knows this protocol and the kernel, nothing of people, journeys or the outbox.
"""

import enum
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, Protocol, runtime_checkable

import msgspec

from kervan.kernel.http import Client

Secret = Annotated[str, msgspec.Meta(extra_json_schema={"writeOnly": True, "format": "password"})]
"""The type of a setting that is kept sealed and never shown again."""


WITHHELD = "withheld"
"""Why the journal kept a message back: it was taken back since it was claimed."""


class LineLost(Exception):
    """A connection can no longer be used, or may not be; the text is one of a few stable words."""


class Fate(enum.Enum):
    """What one hand-over came to."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    """Certainly not sent; to be tried again."""
    REJECTED = "rejected"
    """Certainly not sent, and it never will be."""
    DOUBT = "doubt"
    """It went out and no whole answer came back."""


class Problem(enum.Enum):
    """What a hand-over that was not accepted failed on, and so what may be done about it."""

    NONE = ""
    LINE = "line"
    """No connection: tried again soon, and the provider rests."""
    SERVER = "server"
    """The other side put it off."""
    THROTTLED = "throttled"
    """Faster than the other side allows."""
    ADDRESS = "address"
    """Nothing will ever arrive there: the address is suppressed, a token deleted."""
    REFUSED = "refused"
    """The reader refuses this sender there: to be written down as a withdrawal."""
    WINDOW = "window"
    """Only an answer may be sent now, or only a template."""
    FULL = "full"
    """The mailbox is full: others may still arrive there, later."""
    CONTENT = "content"
    """This text is refused; others may go."""
    WITHHELD = "withheld"
    """It was taken back before it left: the gate ends it."""
    ACCOUNT = "account"
    """Our secrets, credit or sender are refused: so would all be, and the provider rests."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one hand-over. `code` is the provider's code, never its words: they may repeat
    the address. `reference` is what the provider calls the message, for its receipts."""

    fate: Fate
    problem: Problem = Problem.NONE
    code: str = ""
    reference: str = ""
    retry_after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One finished message for one address, which is never logged.

    `to` is as profiles normalise it (a phone in E.164, a token, an id); `fields` are the channel's
    texts, rendered. `message` is ours: a provider that takes an idempotency key is given it.
    """

    key: object
    message: uuid.UUID
    to: str = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    marketing: bool
    language: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider's last word is worth, and its limits."""

    receipts: bool = False
    """Whether it says later what became of a message; else its last word is `accepted`."""
    idempotent: bool = False
    """Whether the same message under the same key is sent once, so that a doubt is sent again."""
    doubt_window_seconds: float = 20.0
    """How long a doubt stays one where no receipt will ever resolve it."""
    receipt_window_seconds: float = 259_200.0
    per_second: float = 50.0
    """Hand-overs a second that the provider allows by default."""
    in_flight: int = 32
    """Hand-overs under way at once."""

    @property
    def in_doubt_seconds(self) -> float:
        """How long a doubt stays one: a receipt may resolve it as long as any is waited for."""
        return self.receipt_window_seconds if self.receipts else self.doubt_window_seconds


class Line(Protocol):
    """An open way to a provider."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one message over; its journal is written. Never raises for what a provider does."""

    async def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook call as it came: the raw body, header names in lower case, the query as it stood.

    `url` is the public one that was called, `source` the caller's address.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    source: str
    at: datetime


ReceiptKind = Literal[
    "accepted",
    "delivered",
    "failed",
    "read",
    "clicked",
    "complained",
    "bounced",
    "undelivered",
    "refused",
]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message: known by our id, or by the provider's `reference`.

    `kind` `failed` carries a problem; `refused` says that the reader opted out at the provider;
    `undelivered` that it came back and the address may be as good as before.
    """

    kind: ReceiptKind
    at: datetime
    reference: str = ""
    message: uuid.UUID | None = None
    problem: Problem = Problem.NONE
    code: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """What somebody wrote to us. `id` is the provider's and counts once; `to` is our own number."""

    id: str
    address: str = field(repr=False)
    at: datetime
    text: str = field(default="", repr=False)
    to: str = ""
    kind: str = "text"
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """An address is another one now (a token replaced, an id changed), or none: `new` is ""."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class CallNews:
    """What a switch says of a call that it makes for us; `call` is what it calls it.

    `seconds` are those spoken in a call that has `ended`, 0 in one that nobody answered.
    """

    kind: Literal["ringing", "answered", "ended"]
    call: str
    at: datetime
    seconds: int = 0
    code: str = ""


News = Receipt | Inbound | Moved | CallNews


@dataclass(frozen=True, slots=True)
class Dial:
    """A call that a switch shall make: it rings at our agent's `extension`, then at `to`.

    `call` is ours, another one for each attempt: a switch that takes an idempotency key gets it.
    """

    call: uuid.UUID
    to: str = field(repr=False)
    extension: str


Waiting = Sequence[tuple[uuid.UUID, str]]
"""Messages that wait for a word: our id, and the provider's ("" for one in doubt)."""


@runtime_checkable
class Hears(Protocol):
    """A line on which the provider speaks too (SMPP): what `open` gives may be one of these.

    It is to be heard all the time it is open, also while there is nothing to send. A text that
    goes out in parts has all their ids in its `reference`, with blanks between; receipts come for
    each part under its own id, in any order, also before `send` has given the reference.
    """

    async def hear(self) -> list[News]:
        """Wait for news and take them; [] once the line is closed. Never raises for a provider.

        Asking again says that the former news are kept: only then is the provider told that we
        have them, so that a kill between the two loses none (and may bring some twice).
        """


@dataclass(frozen=True, slots=True)
class Hook:
    """A verified webhook call: what it says, and what it must be answered with."""

    news: list[News]
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


def anywhere(_: str) -> bool:
    """Takes every address of its channel."""
    return True


def no_line(_settings: Any, _client: Client) -> Line:
    """For a provider that `keeps`: nothing leaves the house, so nothing is opened."""
    raise LineLost("no_line")


class Credit(NamedTuple):
    """What an account has left: a decimal text, in a currency or in what the provider counts."""

    amount: str
    unit: str


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to send on one channel; the console draws its form from the schema of `settings`.

    `open` raises KervanError for settings that cannot work. `read` verifies a webhook call and
    reads it; it raises delivery.hook_forged (401) or delivery.hook_unreadable (400). `poll` asks
    for news since an instant, where webhooks are not to be relied on; `ask` for what became of
    messages nobody told of.

    A provider that `keeps` names a list in our own database (tasks of agents, an inbox): a message
    is written into it in the very transaction in which the gate lets it go, so it is there exactly
    once, whoever dies when; nothing is journalled and nothing can be in doubt. `dial` makes a call
    for a task of such a list; its reference is what the news of that call name. `invite` gives the
    address that opens a chat with us, whose `start` (Inbound.data) will be the word it is given.

    `parts` counts what the fields for an address are billed as, of a channel that bills by parts;
    `left` asks what the account has left. Raises Unreachable and Unanswered.
    """

    name: str
    channel: str
    settings: type[msgspec.Struct]
    capabilities: Capabilities
    open: Callable[[Any, Client], Line]
    read: Callable[[Any, Request], Hook] | None = None
    takes: Callable[[str], bool] = anywhere
    poll: Callable[[Any, Client, datetime], Awaitable[list[News]]] | None = None
    ask: Callable[[Any, Client, Waiting], Awaitable[list[Receipt]]] | None = None
    keeps: str = ""
    dial: Callable[[Any, Client, Dial], Awaitable[Outcome]] | None = None
    invite: Callable[[Any, str], str] | None = None
    parts: Callable[[Any, str, Mapping[str, str]], int] | None = None
    left: Callable[[Any, Client], Awaitable[Credit]] | None = None
