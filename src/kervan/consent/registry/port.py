"""What Kervan asks of a registry, whether it speaks to it directly or through a provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple, Protocol

import msgspec

ONAY, RET, NONE = "ONAY", "RET", ""
"""A record's status in the registry's words; "" when it holds no record."""
INDIVIDUAL, MERCHANT = "BIREYSEL", "TACIR"
RECIPIENT_TYPE = {"individual": INDIVIDUAL, "merchant": MERCHANT}
"""Our word for whose an address is -> the registry's."""


class NotTaken(Exception):
    """The registry certainly took nothing: try again later. Says why in a word or two."""


class InDoubt(Exception):
    """The call went out and its answer did not come back whole: ask before sending again."""


class NotAble(Exception):
    """This way to the registry has no such call."""


class Entry(NamedTuple):
    """One consent to be recorded; `at` is aware and in whole seconds, None for an undated one."""

    recipient: str
    type: str
    recipient_type: str
    status: str
    at: datetime | None
    source: str


class Fate(Enum):
    """What became of an entry."""

    DONE = "done"
    REFUSED = "refused"
    PENDING = "pending"
    ASKED_LATER = "asked_later"
    """A provider took it and will not say what became of it: the state is asked for later."""
    AGAIN = "again"
    """Not taken because of another entry of the same call: to be sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The fate of one entry: `request` and `part` name it while pending, `code` why refused."""

    fate: Fate
    request: str = ""
    part: str = ""
    code: str = ""
    transaction: str = ""


class Held(NamedTuple):
    """What the registry holds of one address; `at` is None when it holds nothing."""

    status: str
    at: datetime | None
    source: str = ""


NOTHING = Held(NONE, None)


class Moved(NamedTuple):
    """One change in the registry; `transaction` names it once and for all."""

    transaction: str
    recipient: str
    type: str
    recipient_type: str
    status: str
    at: datetime
    source: str


class Page(NamedTuple):
    """Changes in the registry's order, and the cursor that goes on behind them."""

    moved: list[Moved]
    after: str
    more: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one call may carry, by this way; no `recipients`: it has no call to check."""

    entries: int
    recipients: int


class Port(Protocol):
    """A way to the registry for one brand. Its calls raise NotTaken, InDoubt or NotAble."""

    @property
    def limits(self) -> Limits:
        """How much one call may carry."""

    def submit(self, entries: Sequence[Entry]) -> list[Answer]:
        """Record entries (at most `limits.entries`, one an address); an answer for each."""

    def results(self, request: str) -> dict[str, Answer]:
        """{part: answer} of a request whose entries were pending."""

    def check(self, recipients: Sequence[str], kind: str, recipient_type: str) -> dict[str, Held]:
        """What the registry holds now of each recipient (at most `limits.recipients`)."""

    def changes(self, after: str) -> Page:
        """What citizens changed behind a cursor ("" for as far back as the registry goes)."""

    def day(self, wanted: date) -> list[Moved]:
        """All changes of one past day."""

    def close(self) -> None:
        """Close its connections."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every provider's settings have; a provider adds its own fields.

    Fields named in `secret_names` are sealed at rest and never shown or logged.
    """

    base_url: str
    allow_private: bool = False
    timeout_seconds: float = 30.0


def schema(settings: type[Settings]) -> dict[str, Any]:
    """The JSON schema of a provider's settings, from which a form can be drawn."""
    return msgspec.json.schema(settings)
