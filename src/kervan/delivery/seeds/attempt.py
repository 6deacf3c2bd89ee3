"""Tries an account by itself: one fixed text to one of our own addresses, and what became of it.

It goes past the outbox, so that it tells of the account and of nothing else; it is in no figure.
"""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from kervan.delivery.accounts import Account
from kervan.delivery.channels.channel import Fate, LineLost, Outcome, Outgoing, Problem
from kervan.delivery.seeds.book import Seed
from kervan.kernel import i18n, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client

PATIENCE_SECONDS = 25.0
_PLAIN = (Problem.NONE, Problem.SERVER, Problem.FULL, Problem.WITHHELD)
"""What says no more than the fate itself."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the provider said: its own code, and the code of our sentence."""

    fate: Fate
    problem: Problem
    code: str
    said: str


def attempt(account: Account, seed: Seed, at: datetime, locale: str) -> Tried:
    """Send the text and wait for the provider's answer, in a thread that runs no loop.

    Raises delivery.trial_channel (422) where the account reaches no such address, and what `open`
    raises for settings that cannot work.
    """
    if account.provider.keeps or account.provider.channel != seed.channel:
        raise KervanError("delivery.trial_channel", status=422, provider=account.provider.name)
    text = i18n.say("delivery.trial_text", locale, account=account.name)
    shown = {"subject": "Kervan", "title": "Kervan", "text": text, "body": text}
    outgoing = Outgoing(
        key=None, message=ids.uuid7(), to=seed.address,
        fields={**shown, "html": f"<p>{text}</p>"}, marketing=False, language=locale,
        expires_at=at + timedelta(minutes=5),
    )  # fmt: skip
    done = asyncio.run(_send(account, outgoing))
    why = done.fate.value if done.problem in _PLAIN else done.problem.value
    return Tried(done.fate, done.problem, done.code, f"delivery.trial_{why}")


async def _send(account: Account, outgoing: Outgoing) -> Outcome:
    client = Client(account.reach)
    try:
        line = account.provider.open(account.settings, client)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await line.send(outgoing)
        except LineLost as lost:
            return Outcome(Fate.DEFERRED, Problem.LINE, str(lost))
        except TimeoutError:
            return Outcome(Fate.DOUBT)
        finally:
            await line.close()
    finally:
        await client.close()


def find(known: list[Seed], wanted: uuid.UUID) -> Seed:
    """The seed of this id. Raises delivery.seed_unknown (404)."""
    for one in known:
        if one.id == wanted:
            return one
    raise KervanError("delivery.seed_unknown", status=404, given=wanted)
