"""Puts the reader's own language in the place of a message that is written in several."""

from collections import OrderedDict
from dataclasses import replace

from kervan.content import choice
from kervan.content.choice import Choice
from kervan.delivery.desk import Job
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "speak.sql")
_KEPT = 1_000


class Languages:
    """Which template versions are choices; a version never changes, so it is asked of once."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Choice | None] = OrderedDict()

    def settle(self, conn: Connection, jobs: list[Job]) -> None:
        """Name each job's template in its reader's language, on its row too: links lead by it."""
        unknown = {job.claim.template_version for job in jobs} - set(self._known)
        if unknown:
            found = choice.load(conn, sorted(unknown))
            self._known.update({one: found.get(one) for one in unknown})
        chosen = []
        for job in jobs:
            mine = self._known.get(job.claim.template_version)
            if mine is not None:
                version = mine.of(job.person.locale)
                job.claim = replace(job.claim, template_version=version)
                chosen.append((job.claim.subject.message, version))
        if chosen:
            messages, versions = zip(*chosen, strict=True)
            conn.execute(
                _SQL.settle,
                {"messages": postgres.uuids(messages), "versions": postgres.array(versions)},
            )
        while len(self._known) > max(_KEPT, len(jobs)):
            self._known.popitem(last=False)
