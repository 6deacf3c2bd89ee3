"""Looks up what messages say of the house, a batch at a time, in the transaction that claims them.

A message without a code that its template must say is withheld, with the reason; a code that a
template turned out not to say goes back to its pool.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kervan.commerce.coupons import reserve
from kervan.commerce.coupons.reserve import Wanted
from kervan.content import showcase
from kervan.content.compiled import Compiled
from kervan.content.references import COUPONS, NAMESPACES, PRODUCTS, SEGMENTS
from kervan.content.showcase import Asking
from kervan.content.wants import PRESENCE
from kervan.delivery import coupons
from kervan.delivery.coupons import Unused
from kervan.delivery.desk import Job, Withheld
from kervan.delivery.lookups import keep
from kervan.delivery.states import TEST
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.live import store as membership

Wants = Mapping[str, Any]
_MISSING = "content.missing_value"


class Lookups:
    """What one composer looks up; a message's findings lie on its job."""

    def __init__(self, vault: WorkspaceVault) -> None:
        self._vault = vault
        self._unused: list[Unused] = []

    def load(self, conn: Connection, jobs: Sequence[Job], known: Mapping[int, Compiled]) -> None:
        """Find what the templates of `jobs` ({version: template}) want, and note it on each job."""
        left, self._unused = self._unused, []
        coupons.give_back(conn, left)
        asking = [
            (job, wanted)
            for job in jobs
            if job.claim.message_class != TEST  # its scene brought all of this, and takes no code
            and (template := known.get(job.claim.template_version))
            and any(name in (wanted := template.wants) for name in NAMESPACES)
        ]
        _return_others(conn, jobs, known)
        if asking:
            at = clock.now()
            _products(conn, [one for one in asking if PRODUCTS in one[1]], known)
            _coupons(conn, [one for one in asking if COUPONS in one[1]], at)
            _segments(conn, [one for one in asking if SEGMENTS in one[1]])
            keep.keep(conn, self._vault, [job for job, _ in asking], at)

    def withheld(self, job: Job, error: KervanError) -> KervanError:
        """What `error` of writing `job` means: a code that is not there withholds the message."""
        names = str(error.params.get("name", "")).split(".")
        if error.code != _MISSING or names[0] != COUPONS or not job.lacking:
            return error
        pool = names[1] if len(names) > 1 else ""
        why = job.lacking.get(pool) or next(iter(job.lacking.values()))
        return Withheld(f"delivery.coupon_{why}", status=409, pool=pool)

    def written(self, job: Job, said: Iterable[str]) -> None:
        """Note which of the codes of `job` its text does not say."""
        given = job.looked_up.get(COUPONS)
        if not isinstance(given, dict) or not given:
            return
        whole = _folded("\n".join(said))
        claim = job.claim
        for one in given.values():
            if _folded(str(one["code"])) not in whole:
                left = Unused(claim.subject.message, claim.attempt, str(one["code"]))
                self._unused.append(left)


def _folded(text: str) -> str:
    """Without what Turkish and Azerbaijani do to an I, and without case."""
    return text.replace("ı", "i").replace("İ", "i").casefold()


def _return_others(conn: Connection, jobs: Sequence[Job], known: Mapping[int, Compiled]) -> None:
    """What was put aside for an earlier try, which said another text."""
    again = {
        job.claim.subject.message: _names(template.wants, COUPONS)
        for job in jobs
        if job.claim.attempt > 1
        and job.claim.routes
        and (template := known.get(job.claim.template_version))
    }
    coupons.return_others(conn, again)


def _names(wants: Wants, name: str) -> list[str]:
    return [key for key in wants.get(name, ()) if key != PRESENCE]


def _products(
    conn: Connection, asking: Sequence[tuple[Job, Wants]], known: Mapping[int, Compiled]
) -> None:
    asked = []
    for job, wants in asking:
        hosts = frozenset(known[job.claim.template_version].link_hosts)
        asked.append(Asking(job.claim.subject.person, wants[PRODUCTS], hosts))
    for (job, _), found in zip(asking, showcase.find(conn, asked), strict=True):
        job.looked_up[PRODUCTS] = found


def _segments(conn: Connection, asking: Sequence[tuple[Job, Wants]]) -> None:
    keys = {key for _, wants in asking for key in _names(wants, SEGMENTS)}
    people = {job.claim.subject.person for job, _ in asking}
    inside = membership.inside(conn, people, keys) if keys else {}
    for job, wants in asking:
        hers = inside.get(job.claim.subject.person, set())
        job.looked_up[SEGMENTS] = {key: key in hers for key in _names(wants, SEGMENTS)}


def _coupons(conn: Connection, asking: Sequence[tuple[Job, Wants]], at: datetime) -> None:
    # What a step of the message's journey gave before is said instead of another.
    runs = {run for job, _ in asking if (run := job.claim.subject.run) > 0}
    known = reserve.of_runs(conn, runs, at)
    wanted = []
    for job, wants in asking:
        subject, names = job.claim.subject, _names(wants, COUPONS)
        mine = {key: has.plain() for key in names if (has := known.get((subject.run, key)))}
        job.looked_up[COUPONS] = mine
        job.lacking.clear()
        wanted += [
            Wanted(subject.message, subject.person, key, job.claim.brand)
            for key in names
            if key not in mine
        ]
    found = reserve.reserve(conn, wanted, at)
    jobs = {job.claim.subject.message: job for job, _ in asking}
    for one in wanted:
        job = jobs[one.message]
        coupon = found.given.get((one.message, one.key))
        if coupon is None:
            job.lacking[one.key] = found.lacking[one.message, one.key]
        else:
            given = job.looked_up[COUPONS]
            assert isinstance(given, dict)
            given[one.key] = coupon.plain()
