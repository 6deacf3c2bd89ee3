"""Brings together what the gate must know of claimed messages, asks it, and sorts the answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from kervan.consent import ledger
from kervan.consent.channels import KIND_OF
from kervan.consent.judge import Judged
from kervan.delivery import (
    books,
    chosen,
    decisions,
    outbox,
    permitted,
    reach,
    rules,
    slots,
    still,
    truth,
    windows,
)
from kervan.delivery.chosen import Chosen
from kervan.delivery.decide import BY_WORD, Candidates, Decisions, Reason, Verdict, decide
from kervan.delivery.decisions import Decision
from kervan.delivery.desk import Job
from kervan.delivery.mail.domains import group_of
from kervan.delivery.policy.quiet import NEVER_MS
from kervan.delivery.reach import Reached
from kervan.delivery.rules import Ruled
from kervan.delivery.states import MARKETING, State
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_ENDS = {
    Verdict.SUPPRESS: State.SUPPRESSED,
    Verdict.EXPIRE: State.EXPIRED,
    Verdict.CANCEL: State.CANCELLED,
    Verdict.GHOST: State.GHOST,
}
_PACED = (Reason.QUIET_HOURS, Reason.CAP_REACHED, Reason.TOO_SOON)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the gate was told, row by row, for what becomes of its answers."""

    claims: list[books.Claim]
    mine: list[Reached | None]
    agreed: Judged
    seen: int
    ruled: Ruled | None
    untrue: list[str]
    shut: list[bool]


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

    A held message comes back after `hold_seconds`, at its time, when a stop is lifted, or at its
    end, whichever is first.
    `country` is where people are whose own country nobody said. What goes has taken its place in
    its person's caps, and each decision is logged, in the caller's transaction.
    """
    channel = claims[0].subject.channel
    claims = still.wanted(conn, claims)
    ruled = rules.open_for(conn, claims)
    people = sorted({one.subject.person for one in claims})
    persons = profiles.contacts(conn, vault, people)
    choices = chosen.ask(conn, claims, at, held=ruled is not None and ruled.policy.paces)
    mine = reach.reach(conn, vault, claims, persons, choices.language)
    marketing = [one.message_class == MARKETING for one in claims]
    seen = ledger.end(conn) if any(marketing) else 0  # before anybody's word is looked up
    # A system of ours that is told something is nobody's address, and nobody can agree for it.
    asked = marketing if channel in KIND_OF else [False] * len(claims)
    agreed = permitted.ask(
        conn, channel, [one.asked if one else b"" for one in mine], asked, at, country,
        [one.topic for one in claims], [one.brand for one in claims],
    )  # fmt: skip
    untrue, shut = truth.untrue(conn, claims, at), windows.shut(conn, claims, mine, at)
    known = _Known(claims, mine, agreed, seen, ruled, untrue, shut)
    paces = rules.paces(conn, ruled, mine, at) if ruled else None
    made = decide(_candidates(conn, known, choices, at, healthy=healthy), paces)
    jobs, results, log = _sort(known, made, at, hold_seconds)
    slots.take(conn, [slots.Taken(one.claim, at) for one in jobs])
    decisions.write(conn, log)
    return jobs, results


def _candidates(
    conn: Connection, known: _Known, choices: Chosen, at: datetime, *, healthy: bool
) -> Candidates:
    claims, mine = known.claims, known.mine
    channel = claims[0].subject.channel
    blocked = outbox.suppressed(
        conn, [one.contact for one in mine if one is not None and one.contact], channel
    )
    stops = outbox.stops(conn)
    stopped, dropped = _stops(stops, claims)
    disliked, given_up = _disliked(stops, claims, mine)
    count = len(claims)
    return Candidates(
        at_ms=np.full(count, clock.to_ms(at), dtype=np.int64),
        not_before_ms=np.array([clock.to_ms(one.not_before) for one in claims], dtype=np.int64),
        expires_ms=np.array([clock.to_ms(one.expires_at) for one in claims], dtype=np.int64),
        stopped=stopped,
        cancelled=np.array([bool(one.cancelled) for one in claims]),
        marketing=np.array([one.message_class == MARKETING for one in claims]),
        erased=np.array([one is None for one in mine]),
        reachable=np.array([one is not None and bool(one.address) for one in mine]),
        suppressed=np.array([one is not None and one.contact in blocked for one in mine]),
        consent=known.agreed.answer,
        healthy=np.full(count, healthy),
        paused=choices.paused,
        frequent=choices.frequent,
        dropped=dropped | given_up,
        more=np.array([one.more for one in claims]),
        hold_out=np.array([one.hold_out for one in claims]),
        disliked=disliked,
        untrue=np.array([bool(one) for one in known.untrue]),
        shut=np.array(known.shut),
    )


def _disliked(
    stops: list[outbox.Stop], claims: list[books.Claim], mine: list[Reached | None]
) -> tuple[chosen.Flags, chosen.Flags]:
    """(held, dropped) of mail to groups of domains that are held for their complaints."""
    held, dropped = (np.zeros(len(claims), np.bool_) for _ in range(2))
    of_domains = [one for one in stops if one.scope.startswith("domain:")]
    if not of_domains or claims[0].subject.channel != "email":
        return held, dropped
    for row, (claim, reached) in enumerate(zip(claims, mine, strict=True)):
        domain = group_of(reached.address) if reached else ""
        for one in of_domains:
            if not one.holds_domain(domain, claim.brand, claim.message_class):
                continue
            if one.dropped_until is None:
                held[row] = True
            elif claim.intended_at is not None and claim.intended_at <= one.dropped_until:
                dropped[row] = True
    return held, dropped


def _stops(
    stops: list[outbox.Stop], claims: list[books.Claim]
) -> tuple[chosen.Flags, chosen.Flags]:
    """(stopped, dropped) of each claim."""
    stopped, dropped = (np.zeros(len(claims), np.bool_) for _ in range(2))
    for row, claim in enumerate(claims if stops else ()):
        for one in stops:
            if not one.holds(
                claim.subject.channel, claim.brand, claim.message_class, claim.subject.campaign
            ):
                continue
            if one.dropped_until is None:
                stopped[row] = True
            elif claim.intended_at is not None and claim.intended_at <= one.dropped_until:
                dropped[row] = True
    return stopped, dropped


def _sort(
    known: _Known, made: Decisions, at: datetime, hold_seconds: float
) -> tuple[list[Job], list[books.Result], list[Decision]]:
    jobs: list[Job] = []
    results: list[books.Result] = []
    log: list[Decision] = []
    agreed = known.agreed
    for row, (claim, reached, event, against, verdict, reason, until) in enumerate(zip(
        known.claims, known.mine, agreed.event.tolist(), agreed.against.tolist(),
        made.verdict.tolist(), made.reason.tolist(), made.until_ms.tolist(), strict=True,
    )):  # fmt: skip
        why, what = Reason(reason), Verdict(verdict)
        word = against if why in BY_WORD else 0
        due_at = None
        if what is Verdict.HAND_OVER and reached is not None:
            word = event
            jobs.append(Job(claim, reached, event, known.seen))
        elif what is Verdict.NEXT:
            results.append(books.Reroute(claim, at, claim.route + 1, why.code))
        elif what is Verdict.HOLD:
            due_at = _due(claim, why, at, hold_seconds, until)
            results.append(_held(claim, due_at, why))
        else:
            said = claim.cancelled if what is Verdict.CANCEL and claim.cancelled else why.code
            results.append(books.End(claim, _ENDS[what], said, word))
        if what is Verdict.HOLD and claim.held == why.code:
            continue  # it goes on being held as the log says already
        ruled = known.ruled
        facts = rules.facts(ruled, made, row) if ruled else {}
        if why is Reason.UNTRUE:
            facts = {"check": known.untrue[row]}
        log.append(
            Decision(
                claim.subject.message, claim.attempt, at, claim.subject.channel, what, why,
                due_at, word or event, ruled.version if ruled else 0, facts,
            )
        )  # fmt: skip
    return jobs, results, log


def _due(
    claim: books.Claim, reason: Reason, at: datetime, hold_seconds: float, until_ms: int
) -> datetime:
    if reason is Reason.NOT_YET:
        due_at = claim.not_before
    elif reason in _PACED:
        due_at = claim.expires_at if until_ms == NEVER_MS else clock.from_ms(until_ms)
    elif reason in (Reason.EMERGENCY_STOP, Reason.COMPLAINTS):  # woken (books.recover)
        due_at = at + timedelta(seconds=books.STOPPED_SECONDS)
    else:
        due_at = at + timedelta(seconds=hold_seconds)
    return min(due_at, claim.expires_at)


def _held(claim: books.Claim, due_at: datetime, reason: Reason) -> books.Result:
    """After a hold everything is asked again from the top, the first channel first."""
    if claim.route:
        return books.Reroute(claim, due_at, 0, reason.code)
    return books.PutOff(claim, due_at, claim.deferrals, reason.code)
