"""A way out of a channel: one account of a provider, with its desk, its pool and its composer.

A channel may have several: the first healthy one that takes an address is used, so a second
provider stands in for a first that fails, and one that hangs keeps nobody else's messages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from kervan.delivery import accounts, books
from kervan.delivery.channels.channel import Capabilities, Outgoing, anywhere
from kervan.delivery.channels.email import CAPABILITIES, Email
from kervan.delivery.channels.pool import Parcel, Pool
from kervan.delivery.channels.smtp import Mail
from kervan.delivery.desk import Backoff, Desk, Job
from kervan.delivery.reach import has_addresses
from kervan.delivery.states import State
from kervan.kernel.postgres import Connection

P = TypeVar("P", bound=Parcel)
Made = TypeVar("Made", bound=Parcel, covariant=True)
# A desk holds what a provider takes in this time, so that nothing waits long behind its gate.
_DESK_SECONDS = 5.0
_FEWEST = 10


class Composer(Protocol[Made]):
    """Turns decided messages into what a way hands over."""

    def load(self, conn: Connection, jobs: list[Job]) -> None:
        """Fetch the templates `jobs` need; runs beside the loop, in the claim's transaction."""

    def write(self, job: Job) -> Made:
        """One message; notes its own links on the job. Raises KervanError."""


Keep = Callable[[Connection, str, list[Outgoing], datetime], None]
"""Writes messages of an account into a list of ours, in the caller's transaction.

The `key` of each is its Job. A message that is there already stays as it is.
"""


def one_part(_: Job) -> int:
    """What is not billed by parts."""
    return 1


@dataclass(eq=False)
class Way(Generic[P]):
    """One account of a provider; `takes` says which addresses it can reach.

    With `keep` it is a list in our own database, and nothing leaves by its pool. `parts` says in
    how many parts a message goes that has its templates loaded; 1 for one that cannot be written.
    """

    name: str
    pool: Pool[P]
    desk: Desk[P]
    load: Callable[[Connection, list[Job]], None]
    able: Capabilities
    takes: Callable[[str], bool] = anywhere
    keep: Keep | None = None
    parts: Callable[[Job], int] = one_part

    def most(self, desk: int) -> int:
        """How many messages its desk may hold, `desk` at most."""
        return min(desk, max(_FEWEST, round(self.able.per_second * _DESK_SECONDS)))

    def room(self, desk: int) -> int:
        """How many more messages its desk takes now; none while it rests."""
        return max(0, self.most(desk) - self.desk.held()) if self.pool.healthy else 0


Shared = list[tuple[Way[Any], list[Job]]]


def open_way(
    name: str,
    pool: Pool[P],
    composer: Composer[P],
    able: Capabilities,
    backoff: Backoff | None = None,
    takes: Callable[[str], bool] = anywhere,
) -> Way[P]:
    """A way with a desk of its own."""
    desk = Desk(composer.write, backoff or Backoff(), able, name)
    return Way(name, pool, desk, composer.load, able, takes)


def by_smtp(email: Email, composer: Composer[Mail], backoff: Backoff | None = None) -> Way[Mail]:
    """The way of e-mail over SMTP."""
    return open_way("smtp", email.pool, composer, CAPABILITIES, backoff)


def _is_meant(way: Way[Any], claim: books.Claim) -> bool:
    """Whether a message may go by a way: one that names its account goes by that alone."""
    if not claim.contact or has_addresses(claim.subject.channel):
        return True
    return claim.contact == accounts.mark(way.name)


def share(
    ways: Sequence[Way[Any]], jobs: list[Job], desk: int, at: datetime
) -> tuple[Shared, list[books.Result]]:
    """Give each job to the first healthy way with room that takes its address.

    What no way takes goes by its next channel, or fails; what only has to wait for its way comes
    back after a moment.
    """
    given: dict[int, list[Job]] = {}
    rooms = [one.room(desk) for one in ways]
    refused: list[books.Result] = []
    for job in jobs:
        able = [
            row
            for row, one in enumerate(ways)
            if one.takes(job.reached.address) and _is_meant(one, job.claim)
        ]
        free = next((row for row in able if rooms[row] > 0), None)
        if free is not None:
            rooms[free] -= 1
            given.setdefault(free, []).append(job)
        elif able:
            resting = [ways[row].pool.retry_seconds for row in able if not ways[row].pool.healthy]
            wait = timedelta(seconds=min(resting) if len(resting) == len(able) else 1.0)
            reason = "delivery.provider_unhealthy" if resting else "delivery.provider_busy"
            refused.append(books.PutOff(job.claim, at + wait, job.claim.deferrals, reason))
        elif job.claim.more:
            on = job.claim.route + 1
            refused.append(books.Reroute(job.claim, at, on, "delivery.no_way"))
        else:
            refused.append(books.End(job.claim, State.FAILED, "delivery.no_way", job.consent_event))
    return [(ways[row], mine) for row, mine in given.items()], refused
