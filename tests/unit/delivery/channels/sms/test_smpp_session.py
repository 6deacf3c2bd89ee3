"""A connection reads units however they are cut, survives nonsense, and says what was lost."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.channels.sms import smpp_pdu as pdu
from kervan.delivery.channels.sms.smpp_session import Answer, Gone, Patience, Session, Unanswered

CALM = Patience(response_seconds=20.0, enquire_seconds=20.0)
RESPONSE = pdu.SUBMIT_SM | pdu.RESPONSE


class Wire(asyncio.Transport):
    """What a session wrote, and whether it hung up."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = ""

    def write(self, data: Any) -> None:
        """Keep a unit."""
        self.written.append(bytes(data))

    def close(self) -> None:
        """Hang up."""
        self.closed = self.closed or "gently"

    def abort(self) -> None:
        """Hang up at once."""
        self.closed = "at once"

    def heads(self) -> list[pdu.Head]:
        """What was written, in short."""
        return [pdu.head(octets) for octets in self.written]


def session(told: list[Any], patience: Patience = CALM) -> tuple[Session, Wire]:
    """A session on a wire of ours."""
    one, wire = (
        Session(patience, lambda _, delivered, number: told.append((delivered, number))),
        Wire(),
    )
    one.connection_made(wire)
    return one, wire


def run(work: Callable[[], Awaitable[None]]) -> None:
    """`work` in a loop."""

    async def whole() -> None:
        async with asyncio.timeout(30):
            await work()

    asyncio.run(whole())


def ask(one: Session) -> "asyncio.Future[Answer]":
    """A submit_sm without a body."""
    return one.ask(lambda number: pdu.unit(pdu.SUBMIT_SM, number))


def delivery(number: int, text: bytes = b"Salam") -> bytes:
    """A deliver_sm, octet by octet (SMPP 3.4, 4.6.1)."""
    body = b"\0" + b"\1\1905321112233\0" + b"\0\0003025\0" + b"\0\0\0" + b"\0\0" + b"\0\0\0\0"
    body += bytes((len(text),)) + text + struct.pack(">HH", 0x001E, 2) + b"A\0"
    return pdu.unit(pdu.DELIVER_SM, number, body=body)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 40), max_size=60))
def test_units_may_be_cut_anywhere(cuts: list[int]) -> None:
    async def work() -> None:
        told: list[Any] = []
        one, wire = session(told)
        answers = [ask(one) for _ in range(3)]
        stream = b"".join(
            [
                pdu.unit(RESPONSE, 2, body=b"second\0"),
                delivery(7),
                pdu.unit(pdu.ENQUIRE_LINK, 8),
                pdu.unit(RESPONSE, 1, 0x58),
                pdu.unit(pdu.GENERIC_NACK, 3, 0x03),
            ]
        )
        for cut in cuts:
            one.data_received(stream[:cut])
            stream = stream[cut:]
        one.data_received(stream)
        assert [await each for each in answers] == [(0x58, ""), (0, "second"), (0x03, "")]
        [(delivered, number)] = told
        assert (number, delivered.octets, delivered.source.text) == (7, b"Salam", "905321112233")
        assert delivered.tlvs == {0x001E: b"A\0"}
        assert wire.heads()[3:] == [(16, 0x80000015, 0, 8)]
        one.cut()

    run(work)


@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        (pdu.unit(0x0103, 9), (16, pdu.GENERIC_NACK, pdu.INVALID_COMMAND, 9)),
        (pdu.unit(0x0000_0999, 9), (16, pdu.GENERIC_NACK, pdu.INVALID_COMMAND, 9)),
        (pdu.unit(pdu.DELIVER_SM, 9, body=b"\0\1"), (17, 0x80000005, pdu.INVALID_LENGTH, 9)),
        (pdu.unit(pdu.UNBIND, 9), (16, 0x80000006, 0, 9)),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", (16, pdu.GENERIC_NACK, pdu.INVALID_LENGTH, 0)),
        (struct.pack(">IIII", 15, 5, 0, 1), (16, pdu.GENERIC_NACK, pdu.INVALID_LENGTH, 0)),
    ],
)
def test_nonsense_is_answered(octets: bytes, answer: tuple[int, ...]) -> None:
    async def work() -> None:
        told: list[Any] = []
        one, wire = session(told)
        one.data_received(octets)
        assert wire.heads() == [answer]
        assert told == []
        hangs_up = answer[1] == 0x80000006 or answer[2:] == (pdu.INVALID_LENGTH, 0)
        assert bool(wire.closed) == hangs_up
        one.cut()

    run(work)


@given(st.binary(max_size=200))
def test_no_octets_break_it(octets: bytes) -> None:
    async def work() -> None:
        one, _ = session([])
        one.data_received(octets)
        one.data_received(octets)
        one.cut()

    run(work)


def test_what_has_no_answer_is_lost_and_nothing_more_is_asked() -> None:
    async def work() -> None:
        one, _ = session([])
        asked = ask(one)
        one.connection_lost(None)
        with pytest.raises(Gone):
            await asked
        with pytest.raises(Gone):
            ask(one)
        one.answer(pdu.DELIVER_SM, 1)

    run(work)


def test_who_wants_to_go_gets_what_is_owed_first() -> None:
    async def work() -> None:
        one, wire = session([])
        asked = ask(one)
        one.data_received(pdu.unit(pdu.UNBIND, 5))
        assert not one.usable
        assert wire.closed == ""
        one.data_received(pdu.unit(RESPONSE, 1, body=b"A\0"))
        assert await asked == (0, "A")
        assert wire.closed == "gently"
        one.cut()

    run(work)


def test_silence_is_asked_about_and_then_given_up() -> None:
    async def work() -> None:
        late: list[Answer] = []
        one, wire = session([], Patience(response_seconds=0.1, enquire_seconds=20.0))
        asked = one.ask(lambda number: pdu.unit(pdu.SUBMIT_SM, number), late.append)
        with pytest.raises(Unanswered):
            await asked
        assert wire.heads()[-1].command == pdu.ENQUIRE_LINK
        one.data_received(pdu.unit(RESPONSE, 1, body=b"A\0"))
        assert late == [(0, "A")]
        await one.ended
        assert wire.closed == "at once"

    run(work)


def test_sequence_numbers_begin_again() -> None:
    async def work() -> None:
        one, wire = session([])
        one._sequence = 0x7FFF_FFFE
        for _ in range(2):
            ask(one)
        assert [head.sequence for head in wire.heads()] == [0x7FFF_FFFF, 1]
        one.cut()

    run(work)
