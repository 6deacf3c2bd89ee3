"""A bind that is refused, cut, silent or ended is made again; what was open on it is said."""

import asyncio
from pathlib import Path

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Problem, Receipt
from kervan.delivery.channels.sms.smpp import SmppLine
from kervan.kernel.http import Reach
from tests.simulators.smsc.smsc import Smsc, running
from tests.unit.delivery.certificate import self_signed
from tests.unit.delivery.channels.sms.smpp_house import (
    at_last,
    message,
    quietly,
    sent,
    settings,
    with_line,
)

pytestmark = pytest.mark.peer("node", "npm")


def test_a_line_that_is_cut_leaves_a_doubt_and_comes_back(smsc: Smsc) -> None:
    smsc.order(answers=[{"cut": True}])

    async def work(line: SmppLine) -> list[Outcome]:
        first = await line.send(message())
        return [first, await at_last(line)]

    doubt, after = with_line(smsc, work)
    assert (doubt.fate, doubt.code) == (Fate.DOUBT, "line_lost")
    assert after.fate is Fate.ACCEPTED
    assert len(smsc.all("bind")) == 2


def test_a_line_on_which_nobody_lives_is_given_up(smsc: Smsc) -> None:
    smsc.order(deaf=True)

    async def work(line: SmppLine) -> None:
        assert (await line.send(message())).fate is Fate.ACCEPTED
        waiting = asyncio.create_task(line.hear())
        await quietly(lambda: smsc.wait("bind", 2))
        waiting.cancel()

    with_line(smsc, work, enquire_seconds=0.1, response_seconds=0.3)
    assert smsc.all("enquire")


@pytest.mark.parametrize(("status", "problem"), [(0, Problem.ACCOUNT), (5, Problem.LINE)])
def test_a_bind_that_is_refused(smsc: Smsc, status: int, problem: Problem) -> None:
    smsc.order(bind=status)
    outcome = sent(smsc, "Salam", password="yanlış" if status == 0 else "gizli")
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, problem)
    assert outcome.code == ("0x0000000D" if status == 0 else "0x00000005")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1", "2130706433"])
def test_a_host_in_our_own_network_needs_an_operators_word(smsc: Smsc, host: str) -> None:
    async def work() -> Outcome:
        line = SmppLine(settings(smsc, host=host), Reach.PUBLIC)
        try:
            return await line.send(message())
        finally:
            await line.close()

    outcome = asyncio.run(work())
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, Problem.ACCOUNT)
    assert outcome.code == "address_not_allowed"
    assert smsc.all("bind") == []


def test_nobody_there(smsc: Smsc) -> None:
    outcome = sent(smsc, "Salam", port=1)
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, Problem.LINE)
    assert outcome.code == "connect_refused"


def test_an_smsc_that_unbinds_and_one_that_enquires(smsc: Smsc) -> None:
    async def work(line: SmppLine) -> None:
        await line.send(message())
        smsc.order(enquire=True)
        await quietly(lambda: smsc.wait("alive"))
        smsc.order(unbind=True)
        await quietly(lambda: smsc.wait("closed"))
        assert (await at_last(line)).fate is Fate.ACCEPTED

    with_line(smsc, work)


def test_a_transmitter_and_a_receiver(smsc: Smsc) -> None:
    smsc.order(answers=[{"receipt": "tlv"}])

    async def work(line: SmppLine) -> None:
        waiting = asyncio.create_task(line.hear())
        await quietly(lambda: smsc.wait("bind", 2))
        outcome = await line.send(message())
        [receipt] = await waiting
        assert isinstance(receipt, Receipt) and receipt.reference == outcome.reference

    with_line(smsc, work, bind="transmitter_and_receiver")
    assert {event["kind"] for event in smsc.all("bind")} == {"TX", "RX"}


def test_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with running(key, certificate) as smsc:
        good = sent(smsc, "Salam", tls=True, tls_ca=certificate.read_text())
        assert good.fate is Fate.ACCEPTED
        bad = sent(smsc, "Salam", tls=True)
        assert (bad.fate, bad.problem, bad.code) == (
            Fate.DEFERRED,
            Problem.ACCOUNT,
            "tls_not_trusted",
        )
