"""The process that reads one picture: `… -m kervan.content.media.child ROOM_BYTES CPU_SECONDS`.

The file is its input; its output is the answer, or nothing where the picture took too much.
"""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from kervan.content.media import picture
from kervan.content.media.confined import Answer
from kervan.kernel.errors import KervanError

MOST_ANSWER_BYTES = 100_000_000
_UNKNOWN_BYTES = 2_000_000_000


def serve(file: IO[bytes], answer: IO[bytes], room_bytes: int, cpu_seconds: int) -> None:
    """Answer what the picture in `file` becomes."""
    _limit(room_bytes, cpu_seconds)
    try:
        made = Answer(picture.read(file))
    except KervanError as error:
        made = Answer(None, error.code, error.status, {**error.params})
    answer.write(msgspec.msgpack.encode(made))


def _limit(room_bytes: int, cpu_seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, _taken_bytes() + room_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, MOST_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))
    with suppress(OSError):  # no Linux: where memory ends, this one goes before any other
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _taken_bytes() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except OSError:  # no Linux
        return _UNKNOWN_BYTES


if __name__ == "__main__":
    with open(0, "rb") as file, open(1, "wb") as answer:
        try:
            serve(file, answer, *map(int, sys.argv[1:]))
        except MemoryError:
            os._exit(1)  # who asked learns that it was too much
