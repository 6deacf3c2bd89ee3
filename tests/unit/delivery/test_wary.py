"""What senders may have died of is rendered apart first; its version ends, the others go on."""

from dataclasses import replace

import pytest

from kervan.content import versions
from kervan.content.compiled import encode
from kervan.content.confine import trial
from kervan.content.texts.compile import CompiledText
from kervan.delivery import books, gather
from kervan.delivery.desk import Job
from kervan.delivery.wary import CLAIMS, LOST, Wary
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.content.confine.bombs import MEMORY, compiled, needs
from tests.unit.delivery.world import AT, VAULT, add_people, intend, intents


def _job(conn: Connection) -> Job:
    intend(conn, intents(add_people(conn, ["a@home.example"]), at=AT))
    [claim] = books.claim(conn, 1, "email", 5, AT)
    [job], _ = gather.judge(conn, VAULT, [claim], AT, healthy=True, hold_seconds=1)
    return job


def _again(job: Job, attempt: int, deferrals: int = 0, held: str = LOST) -> Job:
    claim = replace(job.claim, attempt=attempt, deferrals=deferrals, held=held)
    return replace(job, claim=claim)


def test_only_what_was_claimed_in_vain_is_tried_apart(postgres: Connection) -> None:
    job, wary = _job(postgres), Wary()
    bomb = compiled(needs("a", 3), "a")
    harmless, deadly = {"a": "abc"}, {"a": "abcd"}
    for attempt, deferrals in ((1, 0), (CLAIMS, 0), (9, 9)):
        wary.check(_again(job, attempt, deferrals), bomb, {**deadly})
    waited = _again(job, 99, held="delivery.quiet_hours")  # often, but no sender died with it
    wary.check(waited, bomb, {**deadly})
    wary.check(_again(job, CLAIMS + 1), bomb, {**harmless})
    with pytest.raises(KervanError, match="memory"):
        wary.check(_again(job, CLAIMS + 1), bomb, {**deadly})
    with pytest.raises(KervanError, match="memory"):  # no other message of it is tried again
        wary.check(job, bomb, {**harmless})
    other = replace(job, claim=replace(job.claim, template_version=8))
    wary.check(_again(other, CLAIMS + 1), bomb, {**harmless})


def test_a_version_in_quarantine_is_not_sent(postgres: Connection) -> None:
    row = postgres.execute(
        "insert into template_version (hash, source, compiled, static_links)"
        " values ('x', '{}', %s, '{}') returning id",
        (encode(compiled(MEMORY)),),
    ).fetchone()
    assert row is not None
    for _ in range(2):
        with pytest.raises(KervanError) as caught:
            versions.load_tried(postgres, row[0], CompiledText)
        assert caught.value.code == trial.QUARANTINED
    trial.passed(postgres, row[0])
    assert versions.load_tried(postgres, row[0], CompiledText)
    wary = Wary()
    job = _job(postgres)
    again = _again(job, CLAIMS + 1)
    mine = replace(again, claim=replace(again.claim, template_version=row[0]))
    with pytest.raises(KervanError, match="memory"):
        wary.check(mine, compiled(MEMORY), {})
    wary.load(postgres)
    with pytest.raises(KervanError, match="memory"):
        versions.load_tried(postgres, row[0], CompiledText)
