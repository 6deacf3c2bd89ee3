"""Messages, receipts and replies over SMPP 3.4, with npm's `smpp` as the SMSC."""

import asyncio
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Hears, Outcome, Problem, Receipt
from kervan.delivery.channels.sms.smpp import PROVIDER, Settings, SmppLine
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from tests.simulators.smsc.smsc import Smsc
from tests.unit.delivery.channels.sms.smpp_house import (
    TO,
    heard,
    message,
    quietly,
    sent,
    settings,
    with_line,
)

pytestmark = pytest.mark.peer("node", "npm")
THROTTLED, QUEUE_FULL = 0x58, 0x14


def test_a_message_arrives_as_the_contract_says(smsc: Smsc) -> None:
    outcome = sent(smsc, "Salam", system_type="web", service_type="CMT")
    seen = smsc.wait("submit")
    assert outcome == Outcome(Fate.ACCEPTED, reference=seen["id"])
    bind = smsc.wait("bind")
    assert (bind["kind"], bind["version"], bind["system_type"]) == ("TRX", 0x34, "web")
    assert (seen["source"], seen["source_ton"], seen["source_npi"]) == ("KERVAN", 5, 0)
    assert (seen["to"], seen["to_ton"], seen["to_npi"]) == ("905321112233", 1, 1)
    assert (seen["text"], seen["data_coding"], seen["esm_class"]) == ("Salam", 0, 0)
    assert (seen["registered"], seen["service_type"]) == (1, "CMT")
    assert seen["validity"] is not None
    smsc.wait("unbind")


# The SMSC's own tables decode what ours encoded.
TURKISH = "Değerli müşterimiz, ŞIK İNDİRİM: çok güçlü ağaç [%50] 10€ ~ öÜ Çok"


@pytest.mark.parametrize("alphabet", ["turkish_single", "turkish_locking", "turkish_both"])
def test_an_smsc_of_others_reads_our_turkish(smsc: Smsc, alphabet: str) -> None:
    for text, parts in ((TURKISH, 1), (TURKISH * 4, 3 if alphabet == "turkish_single" else 2)):
        smsc.forget()
        outcome = sent(smsc, text, alphabets=[alphabet])
        assert outcome.fate is Fate.ACCEPTED
        seen = [smsc.wait("submit", number) for number in range(1, parts + 1)]
        assert len(outcome.reference.split()) == parts == len(smsc.all("submit"))
        in_order = sorted(seen, key=lambda one: one["udh"][0])
        assert "".join(one["text"] for one in in_order) == text
        assert {(one["esm_class"], one["data_coding"]) for one in seen} == {(0x40, 0)}
        shifts = {"turkish_single": ["240101"], "turkish_locking": ["250101"]}
        for one in seen:
            mine = [element for element in one["udh"] if not element.startswith("00")]
            assert mine == shifts.get(alphabet, ["240101", "250101"])


@pytest.mark.parametrize(
    ("text", "alphabets", "wanted", "data_coding"),
    [
        ("Hörmətli müştəri 😀", ["gsm", "ucs2"], "Hörmətli müştəri 😀", 8),
        ("Hörmətli müştəri", ["gsm", "turkish_single", "ucs2"], "Hörmetli müşteri", 0),
        ("Price [10€] ^{}~|\\", ["gsm"], "Price [10€] ^{}~|\\", 0),
        ("Hörmətli " * 20, ["ucs2"], "Hörmətli " * 20, 8),
    ],
)
def test_other_alphabets(
    smsc: Smsc, text: str, alphabets: list[str], wanted: str, data_coding: int
) -> None:
    outcome = sent(smsc, text, alphabets=alphabets)
    parts = len(outcome.reference.split())
    seen = [smsc.wait("submit", number) for number in range(1, parts + 1)]
    assert "".join(one["text"] for one in sorted(seen, key=lambda one: one["udh"])) == wanted
    assert {one["data_coding"] for one in seen} == {data_coding}


def test_the_smsc_may_be_asked_to_join(smsc: Smsc) -> None:
    sent(smsc, "a" * 200, joining="sar")
    seen = [smsc.wait("submit", number) for number in (1, 2)]
    assert [one["udh"] for one in seen] == [[], []]
    reference = seen[0]["sar"][0]
    assert [one["sar"] for one in seen] == [[reference, 2, 1], [reference, 2, 2]]
    assert [len(one["text"]) for one in seen] == [153, 47]


@pytest.mark.parametrize(
    ("text", "code", "changed"),
    [
        ("", "empty", {}),
        (" \n", "empty", {}),
        ("😀", "unsendable", {"alphabets": ["gsm", "turkish_single"]}),
        ("a" * 1000, "too_long", {}),
    ],
)
def test_what_cannot_go_out_does_not(
    smsc: Smsc, text: str, code: str, changed: dict[str, Any]
) -> None:
    assert sent(smsc, text, **changed) == Outcome(Fate.REJECTED, Problem.CONTENT, code)
    assert smsc.all("submit") == []


@pytest.mark.parametrize(
    ("status", "fate", "problem"),
    [
        (THROTTLED, Fate.DEFERRED, Problem.THROTTLED),
        (QUEUE_FULL, Fate.DEFERRED, Problem.THROTTLED),
        (0x08, Fate.DEFERRED, Problem.SERVER),
        (0x64, Fate.DEFERRED, Problem.SERVER),
        (0x0A, Fate.DEFERRED, Problem.ACCOUNT),
        (0x0B, Fate.REJECTED, Problem.ADDRESS),
        (0x01, Fate.REJECTED, Problem.CONTENT),
        (0x66, Fate.REJECTED, Problem.CONTENT),
        (0x401, Fate.REJECTED, Problem.REFUSED),
        (0x402, Fate.DEFERRED, Problem.SERVER),
    ],
)
def test_refusals(smsc: Smsc, status: int, fate: Fate, problem: Problem) -> None:
    smsc.order(answers=[{"status": status}])
    outcome = sent(smsc, "Salam", statuses={"0x00000401": Problem.REFUSED})
    assert (outcome.fate, outcome.problem, outcome.code) == (fate, problem, f"0x{status:08X}")
    assert (outcome.retry_after_seconds > 0) == (problem is Problem.THROTTLED)


@pytest.mark.parametrize("form", ["tlv", "text", "both"])
@pytest.mark.parametrize("before", [False, True])
def test_receipts_in_each_form_before_and_after_the_response(
    smsc: Smsc, form: str, before: bool
) -> None:
    smsc.order(answers=[{"receipt": form, "before": before, "delay_ms": 20, "twice": True}])
    mine = message()

    async def work(line: SmppLine) -> None:
        outcome, news = await asyncio.gather(line.send(mine), heard(line, 2))
        for one in news:
            assert isinstance(one, Receipt)
            assert (one.kind, one.reference) == ("delivered", outcome.reference)
            assert (one.message, one.problem) == (None, Problem.NONE)

    with_line(smsc, work)


def test_a_receipt_is_answered_once_it_is_kept(smsc: Smsc) -> None:
    smsc.order(answers=[{"receipt": "both"}])

    async def work(line: SmppLine) -> None:
        await line.send(message())
        await line.hear()
        smsc.order(enquire=True)
        await quietly(lambda: smsc.wait("alive"))
        assert smsc.all("heard") == []
        later = asyncio.create_task(line.hear())
        assert (await quietly(lambda: smsc.wait("heard")))["status"] == 0
        later.cancel()

    with_line(smsc, work)


@pytest.mark.parametrize(
    ("state", "err", "kind", "problem", "code"),
    [
        ("EXPIRED", "", "failed", Problem.SERVER, "001"),
        ("UNDELIV", "27", "failed", Problem.SERVER, "27"),
        ("UNDELIV", "11", "failed", Problem.ADDRESS, "11"),
        ("REJECTD", "99", "failed", Problem.REFUSED, "99"),
        ("ACCEPTD", "", "accepted", Problem.NONE, ""),
    ],
)
@pytest.mark.parametrize("form", ["tlv", "text"])
def test_other_ends(
    smsc: Smsc, state: str, err: str, kind: str, problem: Problem, code: str, form: str
) -> None:
    smsc.order(answers=[{"receipt": form, "state": state, "err": err}])

    async def work(line: SmppLine) -> Receipt:
        await line.send(message())
        [receipt] = await line.hear()
        assert isinstance(receipt, Receipt)
        return receipt

    receipt = with_line(smsc, work, unknown_numbers=["11"], refusals=["99"])
    assert (receipt.kind, receipt.problem) == (kind, problem)
    if err or kind == "accepted":
        assert receipt.code == (code if kind == "failed" or err else receipt.code)


def test_what_is_under_way_is_no_news(smsc: Smsc) -> None:
    smsc.order(answers=[{"receipt": "both", "state": "ENROUTE"}, {"receipt": "both"}])

    async def work(line: SmppLine) -> None:
        await line.send(message())
        second = await line.send(message())
        [receipt] = await line.hear()
        assert isinstance(receipt, Receipt) and receipt.reference == second.reference

    with_line(smsc, work)


def test_each_part_has_its_receipt(smsc: Smsc) -> None:
    smsc.order(answers=[{"id": "A"}, {"id": "B"}, {"id": "C"}])

    async def work(line: SmppLine) -> None:
        outcome = await line.send(message("a" * 400))
        assert outcome == Outcome(Fate.ACCEPTED, reference="A B C")
        for name, state in (("B", 2), ("A", 2), ("A", 2), ("C", 5)):
            tell(smsc, name, state)
        told = [one for one in await heard(line, 4) if isinstance(one, Receipt)]
        assert [(one.reference, one.kind) for one in told] == [
            ("B", "delivered"),
            ("A", "delivered"),
            ("A", "delivered"),
            ("C", "failed"),
        ]
        # The books know whose part it is; a part alone must not end the whole.
        assert {one.message for one in told} == {None}

    with_line(smsc, work)


def tell(smsc: Smsc, name: str, state: int = 2) -> None:
    """A receipt for an id."""
    smsc.order(
        deliver={
            "esm_class": 4,
            "receipted_message_id": name,
            "message_state": state,
            "source_addr": TO[1:],
        }
    )


def test_ids_that_are_spelt_differently_are_the_same(smsc: Smsc) -> None:
    smsc.order(answers=[{"id": "1F"}])

    async def work(line: SmppLine) -> None:
        assert (await line.send(message())).reference == "31"
        tell(smsc, "0000000031")
        [receipt] = await line.hear()
        assert isinstance(receipt, Receipt) and receipt.reference == "31"

    with_line(smsc, work, response_ids="hexadecimal", receipt_ids="decimal")


def test_silence_is_a_doubt_that_a_late_response_ends(smsc: Smsc) -> None:
    smsc.order(answers=[{"delay_ms": 800, "id": "late"}, {"delay_ms": 800, "status": 0x0B}])
    good, bad = message(), message()

    async def work(line: SmppLine) -> None:
        outcomes = await asyncio.gather(line.send(good), line.send(bad))
        assert [one.fate for one in outcomes] == [Fate.DOUBT, Fate.DOUBT]
        first, second = await heard(line, 2)
        assert isinstance(first, Receipt) and isinstance(second, Receipt)
        assert (first.kind, first.message, first.reference) == ("accepted", good.message, "late")
        assert (second.kind, second.message) == ("failed", bad.message)
        assert second.problem is Problem.ADDRESS
        tell(smsc, "late")
        [receipt] = await line.hear()
        assert isinstance(receipt, Receipt)
        assert (receipt.kind, receipt.message) == ("delivered", good.message)

    with_line(smsc, work, response_seconds=0.3)


def test_a_part_that_is_put_off_follows(smsc: Smsc) -> None:
    smsc.order(answers=[{"id": "A"}, {"status": THROTTLED}, {"id": "B"}])
    assert sent(smsc, "a" * 200) == Outcome(Fate.ACCEPTED, reference="A B")


@pytest.mark.parametrize(("status", "problem"), [(0x66, Problem.CONTENT), (0x0B, Problem.CONTENT)])
def test_a_message_whose_beginning_is_out_is_never_sent_again(
    smsc: Smsc, status: int, problem: Problem
) -> None:
    smsc.order(answers=[{"id": "A"}, {"status": status}])
    mine = message("a" * 200)

    async def work(line: SmppLine) -> None:
        outcome = await line.send(mine)
        code = f"part:0x{status:08X}"
        assert (outcome.fate, outcome.code, outcome.reference) == (Fate.DOUBT, code, "")
        [told] = await line.hear()
        assert isinstance(told, Receipt)
        assert (told.kind, told.message, told.problem) == ("failed", mine.message, problem)

    with_line(smsc, work)


def test_the_window_is_never_exceeded(smsc: Smsc) -> None:
    smsc.order(always={"delay_ms": 20})

    async def work(line: SmppLine) -> int:
        most = 0
        tasks = [asyncio.create_task(line.send(message())) for _ in range(60)]
        while not all(task.done() for task in tasks):
            session = await line._out.ready()
            most = max(most, len(getattr(session, "_asked", ())))
            await asyncio.sleep(0.002)
        assert all(task.result().fate is Fate.ACCEPTED for task in tasks)
        return most

    assert with_line(smsc, work, window=7) == 7


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"sender": "ŞİRKET"}, "sender"),
        ({"sender": "A" * 12}, "sender"),
        ({"sender": "1" * 21}, "sender"),
        ({"alphabets": []}, "alphabets"),
        ({"reserve_units": 99}, "alphabets"),
        ({"host": " "}, "host"),
        ({"port": 0}, "port"),
        ({"password": "a\0b"}, "password"),
        ({"window": 0}, "window"),
        ({"tls": True, "tls_ca": "nonsense"}, "tls_ca"),
    ],
)
def test_settings_that_cannot_work(smsc: Smsc, changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(KervanError) as caught:
        SmppLine(settings(smsc, **changed), Reach.ANYWHERE)
    assert caught.value.params == {"problem": problem}


def test_the_provider(smsc: Smsc) -> None:
    assert (PROVIDER.name, PROVIDER.channel, PROVIDER.settings) == ("smpp", "sms", Settings)
    assert PROVIDER.capabilities.receipts and not PROVIDER.capabilities.idempotent

    async def work() -> None:
        client = Client()
        line = PROVIDER.open(settings(smsc), client)
        assert isinstance(line, Hears)
        await line.close()
        assert await line.hear() == []

    asyncio.run(work())
