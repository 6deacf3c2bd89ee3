"""A refusal of any door is written by the law of the shop's place, with what proves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Request

from kervan.consent import ledger
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import refusals
from kervan.web.refusals import Refusal
from tests.unit.web.pages.preferences.opened import Opened, opened


@pytest.fixture
def her(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Opened]:
    with opened(postgres_url, workspace, tmp_path) as found:
        yield found


def test_it_is_in_the_ledger_and_on_the_timeline_once(her: Opened) -> None:
    refusal = Refusal("sms", "sms", b"k" * 16, 1, proof={"text": "RET"})
    with her.house.connection() as conn:
        first = refusals.write(her.house, conn, refusal, clock.now())
        assert refusals.write(her.house, conn, refusal, clock.now()) == first
        refusals.tell(conn, refusal, clock.now())
        refusals.tell(conn, Refusal("sms", "sms", b"n" * 16), clock.now())
        row = conn.execute(
            "select e.jurisdiction, e.zone, e.proof, p.key from consent_event e join profile p"
            " using (person) where e.id = %s", (first[0],),
        ).fetchone()  # fmt: skip
    assert row is not None
    assert row[:2] == ("TR", "Europe/Istanbul")
    assert ledger.read_proof(her.house.keys, row[3], row[2]) == {"text": "RET"}
    assert her.events() == ["Opted Out"]
    assert not her.allowed("sms")


def test_a_refusal_of_nobody_is_an_error(her: Opened) -> None:
    with pytest.raises(KervanError), her.house.connection() as conn:
        refusals.write(her.house, conn, Refusal("sms", "sms", b"k" * 16), clock.now())


def test_a_trace_is_cut() -> None:
    scope = {
        "type": "http", "client": ("85.105.7.9", 4000),
        "headers": [(b"user-agent", b"Firefox\x00" * 100)],
    }  # fmt: skip
    found = refusals.trace(Request(scope), message="m")
    assert (found["ip"], found["message"]) == ("85.105.7.0", "m")
    assert len(found["agent"]) == refusals.AGENT_CHARS
    assert "\0" not in found["agent"]
