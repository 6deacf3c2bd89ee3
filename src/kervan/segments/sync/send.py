"""Says a batch to a receiver: a JSON text signed by Standard Webhooks, and what its answer means.

https://www.standardwebhooks.com: the signature covers id, time and body; an id is the same for each
attempt, so that a receiver that was told twice knows it; 2xx is an acknowledgement, 410 tells that
nobody will listen here again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from standardwebhooks import Webhook

from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Caller, Unanswered, Unreachable
from kervan.segments.sync.store import Said, Sync

TYPE = "segment.members"
GONE = "http_410"
_FIRST_SECONDS, _LONGEST_SECONDS = 5, 3_600
_GIVE_UP = timedelta(days=3)


class Outcome(NamedTuple):
    """What became of an attempt: `problem` is "" when it was acknowledged, a code otherwise.

    `wait_seconds` is what the receiver asked for, 0 when it did not.
    """

    problem: str = ""
    wait_seconds: int = 0


def text(one: Sync, added: Iterable[Said], removed: Iterable[Said]) -> bytes:
    """The body: ids alone, no contact point."""
    data = {
        "segment": one.key,
        "sync": one.id,
        "sequence": one.sequence,
        "added": [_named(each) for each in added],
        "removed": [_named(each) for each in removed],
    }
    return msgspec.json.encode({"type": TYPE, "data": data})


def headers(one: Sync, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """What goes with `body`, signed for an attempt at `at`."""
    return {
        "content-type": "application/json",
        "user-agent": "Kervan",
        "webhook-id": one.batch_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(one.batch_id, at, body.decode()),
    }


def send(caller: Caller, one: Sync, secret: str, body: bytes, at: datetime) -> Outcome:
    """One attempt; never raises for what a receiver or a network does."""
    try:
        answer = caller.call("POST", one.url, headers=headers(one, secret, body, at), body=body)
    except Unreachable:
        return Outcome("unreachable")
    except Unanswered:
        return Outcome("no_answer")
    except KervanError as error:  # its name leads to where no call may go
        return Outcome(error.code)
    return _judged(answer)


def next_at(one: Sync, outcome: Outcome, at: datetime) -> datetime | None:
    """When to try again after `outcome`; None when it is time to give up."""
    if outcome.problem == GONE or at - (one.failing_since or at) >= _GIVE_UP:
        return None
    wait = min(_FIRST_SECONDS << min(one.attempts, 20), _LONGEST_SECONDS)
    return at + timedelta(seconds=min(max(wait, outcome.wait_seconds), _LONGEST_SECONDS))


def _judged(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome()
    asked = answer.headers.get("retry-after", "")
    wait = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    return Outcome(f"http_{answer.status}", wait)


def _named(said: Said) -> dict[str, Any]:
    return {"person": said.id, "customer_id": said.customer_id or None}
