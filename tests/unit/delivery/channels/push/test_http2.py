"""A shared connection against a peer that cuts, leaves, babbles or says nothing."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamEnded
from h2.settings import SettingCodes

from kervan.delivery.channels.push.http2 import Http2
from kervan.kernel.http import Answer, Unanswered, Unreachable
from tests.unit.delivery.certificate import self_signed

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEADERS = [(":method", "POST"), (":scheme", "https"), (":authority", "x"), (":path", "/")]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"))


@asynccontextmanager
async def peer(
    certificate: tuple[Path, Path], talk: Talk, *protocols: str, timeout_seconds: float = 5
) -> AsyncIterator[Http2]:
    """A way to a server that talks so."""
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(*certificate)
    if protocols:
        inside.set_alpn_protocols(list(protocols))
    outside = ssl.create_default_context(cafile=str(certificate[0]))
    outside.set_alpn_protocols(["h2"])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # the peer's own troubles are no matter
            await talk(reader, writer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=inside)
    way = Http2("127.0.0.1", server.sockets[0].getsockname()[1], outside, timeout_seconds)
    try:
        yield way
    finally:
        await way.close()
        server.close()


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side hangs up."""
    await reader.read()


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak another protocol."""
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 400)
    await reader.read()


def leave(last: int, *, answers: bool = True, settings: bool = True) -> Talk:
    """Say GOAWAY to the first request, up to a number, then answer it; byte by byte."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = H2Connection(H2Configuration(client_side=False))
        own.initiate_connection()
        own.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
        writer.write(own.data_to_send())
        ended: list[int] = []
        while not ended:
            for event in own.receive_data(await reader.read(4096)):
                if isinstance(event, StreamEnded):
                    ended.append(event.stream_id)
                elif isinstance(event, RequestReceived):
                    own.increment_flow_control_window(50, event.stream_id)
            writer.write(own.data_to_send())
        away = bytes(4) + b'{"reason": "Shutdown"}'
        frame = (len(away) + 4).to_bytes(3, "big") + b"\7\0" + bytes(4) + last.to_bytes(4, "big")
        told = frame + away
        if answers:
            for number in ended:
                own.send_headers(number, [(":status", "200"), ("x", "y")])
                own.send_data(number, b"", end_stream=False)
                own.send_data(number, b"done", end_stream=True)
        told += own.data_to_send()
        for place in range(len(told)):
            writer.write(told[place : place + 1])
            await writer.drain()
        await reader.read()

    return talk


def ask(certificate: tuple[Path, Path], talk: Talk, *protocols: str, wait: float = 5) -> Answer:
    """The answer to one request."""

    async def run() -> Answer:
        async with peer(certificate, talk, *protocols, timeout_seconds=wait) as way:
            return await way.request(HEADERS, b"x" * 40)

    return asyncio.run(run())


def test_who_leaves_answers_first_and_may_speak_in_single_bytes(
    certificate: tuple[Path, Path],
) -> None:
    answer = ask(certificate, leave(last=1), "h2")
    assert (answer.status, answer.headers, answer.body) == (200, {"x": "y"}, b"done")


def test_what_the_peer_did_not_look_at_was_not_done(certificate: tuple[Path, Path]) -> None:
    with pytest.raises(Unreachable, match="goaway"):
        ask(certificate, leave(last=0, answers=False), "h2")


def test_a_peer_of_another_protocol_takes_nothing(certificate: tuple[Path, Path]) -> None:
    with pytest.raises(Unreachable, match="no_http2"):
        ask(certificate, hang)
    with pytest.raises(Unreachable, match="hung_up"):
        ask(certificate, babble, "h2")


def test_a_request_without_an_answer_is_in_doubt(certificate: tuple[Path, Path]) -> None:
    with pytest.raises(Unanswered, match="timeout"):
        ask(certificate, leave(last=1, answers=False), "h2", wait=0.2)
