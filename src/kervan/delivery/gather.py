"""Brings together what the gate must know of claimed messages, asks it, and sorts the answers."""

from datetime import datetime, timedelta

import numpy as np

from kervan.consent import ledger
from kervan.consent.channels import KIND_OF
from kervan.delivery import books, chosen, outbox, permitted, reach
from kervan.delivery.decide import BY_WORD, Candidates, Reason, Verdict, decide
from kervan.delivery.desk import Job
from kervan.delivery.states import MARKETING, State
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_ENDS = {
    Verdict.SUPPRESS: State.SUPPRESSED,
    Verdict.EXPIRE: State.EXPIRED,
    Verdict.CANCEL: State.CANCELLED,
}


def judge(
    conn: Connection,
    vault: WorkspaceVault,
    claims: list[books.Claim],
    at: datetime,
    *,
    healthy: bool,
    hold_seconds: float,
    country: str = "TR",
) -> tuple[list[Job], list[books.Result]]:
    """Decide on `claims` of one channel at `at`: those to hand over, and results for the rest.

    A held message comes back after `hold_seconds`, at its time, or at its end, whichever is first.
    `country` is where people are whose own country nobody said.
    """
    channel = claims[0].subject.channel
    people = sorted({one.subject.person for one in claims})
    persons = profiles.contacts(conn, vault, people)
    choices = chosen.ask(conn, claims, at)
    mine = reach.reach(conn, vault, claims, persons, choices.language)
    blocked = outbox.suppressed(
        conn, [one.contact for one in mine if one is not None and one.contact], channel
    )
    stopped = outbox.stopped(conn, channel)
    marketing = [one.message_class == MARKETING for one in claims]
    seen = ledger.end(conn) if any(marketing) else 0  # before anybody's word is looked up
    # A system of ours that is told something is nobody's address, and nobody can agree for it.
    asked = marketing if channel in KIND_OF else [False] * len(claims)
    count = len(claims)
    agreed = permitted.ask(
        conn, channel, [one.contact if one else b"" for one in mine], asked, at, country,
        [one.topic for one in claims], [one.brand for one in claims],
    )  # fmt: skip
    decisions = decide(
        Candidates(
            at_ms=np.full(count, clock.to_ms(at), dtype=np.int64),
            not_before_ms=np.array([clock.to_ms(one.not_before) for one in claims], dtype=np.int64),
            expires_ms=np.array([clock.to_ms(one.expires_at) for one in claims], dtype=np.int64),
            stopped=np.full(count, stopped),
            cancelled=np.array([bool(one.cancelled) for one in claims]),
            marketing=np.array(marketing),
            erased=np.array([one is None for one in mine]),
            reachable=np.array([one is not None and bool(one.address) for one in mine]),
            suppressed=np.array([one is not None and one.contact in blocked for one in mine]),
            consent=agreed.answer,
            healthy=np.full(count, healthy),
            paused=choices.paused,
            frequent=choices.frequent,
        )
    )
    jobs: list[Job] = []
    results: list[books.Result] = []
    for claim, reached, event, against, verdict, reason in zip(
        claims, mine, agreed.event.tolist(), agreed.against.tolist(), decisions.verdict.tolist(),
        decisions.reason.tolist(), strict=True,
    ):  # fmt: skip
        if verdict == Verdict.HAND_OVER and reached is not None:
            jobs.append(Job(claim, reached, event, seen))
        else:
            why = Reason(reason)
            results.append(_refusal(claim, Verdict(verdict), why, at, hold_seconds, against))
    return jobs, results


def _refusal(
    claim: books.Claim,
    verdict: Verdict,
    reason: Reason,
    at: datetime,
    hold_seconds: float,
    against: int,
) -> books.Result:
    if verdict is Verdict.HOLD:
        due_at = at + timedelta(seconds=hold_seconds)
        if reason is Reason.NOT_YET:
            due_at = claim.not_before
        return books.PutOff(claim, min(due_at, claim.expires_at), claim.deferrals, reason.code)
    word = claim.cancelled if verdict is Verdict.CANCEL else reason.code
    return books.End(claim, _ENDS[verdict], word, against if reason in BY_WORD else 0)
