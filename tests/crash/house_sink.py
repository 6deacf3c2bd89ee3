"""A mail server of its own process that notes every mail it takes on, before it says so.

`python -m tests.crash.house_sink FILE` prints its port and writes one line `MESSAGE RECIPIENT` a
mail. It answers a mail after up to 80 ms, so that a kill finds mails taken and not yet answered.
"""

import asyncio
import re
import sys
from contextlib import suppress
from random import Random
from typing import BinaryIO

_SLOWEST_SECONDS = 0.08
_MESSAGE = re.compile(rb"b\+([0-9a-f]{32})[^@]*@", re.IGNORECASE)
_PATH = re.compile(rb"<([^>]*)>")
_END = b"\r\n.\r\n"


class Sink:
    """Takes every mail and notes it in `notes`."""

    def __init__(self, notes: BinaryIO) -> None:
        self._notes = notes
        self._random = Random()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"220 sink\r\n")
            sender = recipient = b""
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await writer.drain()
                    await reader.readuntil(_END)
                    await self._note(sender, recipient)
                    writer.write(b"250 2.0.0 taken\r\n")
                elif verb == b"QUIT":
                    break
                else:
                    if verb == b"MAIL":
                        sender = line
                    elif verb == b"RCPT":
                        recipient = line
                    writer.write(b"250 2.0.0 ok\r\n")
                await writer.drain()
        writer.close()

    async def _note(self, sender: bytes, recipient: bytes) -> None:
        message, to = _MESSAGE.search(sender), _PATH.search(recipient)
        self._notes.write(b"%b %b\n" % (message[1] if message else b"?", to[1] if to else b"?"))
        self._notes.flush()
        await asyncio.sleep(self._random.random() * _SLOWEST_SECONDS)


async def main() -> None:
    """Listen until killed."""
    with open(sys.argv[1], "ab") as notes:  # noqa: ASYNC230, PTH123 - before the first mail
        sink = Sink(notes)
        server = await asyncio.start_server(sink.talk, "127.0.0.1", 0, limit=10_000_000)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
