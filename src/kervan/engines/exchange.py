"""One request and its answer in ClickHouse's HTTP dialect: headers, compression, errors."""

import json
import re
from collections.abc import Iterator, Mapping

from kervan.engines import pack
from kervan.engines.wire import Disconnected, Peer, Request
from kervan.kernel import ids

_WAIT_BYTES = 1 << 26
_CODE = re.compile(r"Code: (\d+)")
# ClickHouse's codes that are not the server's fault; everything else answers 500.
_STATUS = {
    **dict.fromkeys((192, 193, 497, 516, 164), 403),
    **dict.fromkeys((6, 26, 27, 33, 38, 41, 43, 53, 62, 70, 72, 271, 321, 456, 457), 400),
    **dict.fromkeys((36, 46, 47, 50, 56, 60, 73, 81, 115, 372), 404),
    48: 501,
}


class Exchange:
    """Answers one request exactly once, whole or as a stream."""

    def __init__(self, peer: Peer, request: Request) -> None:
        self.peer = peer
        self.request = request
        self._raw = peer.body(request)
        self._begun = False
        self._tag = ids.random_bytes(8).hex()

    def body(self) -> Iterator[bytes]:
        """The request's body, unpacked."""
        return pack.unpack(self.request.headers.get("content-encoding", ""), self._raw)

    def drain(self) -> None:
        """Read what is left of the body, so that the next request can be read."""
        for _ in self._raw:
            pass

    def whole(self, answer: bytes, form: str, counts: Mapping[str, int]) -> None:
        """Answer 200 with `answer`."""
        encoding = self._encoding() if answer else ""
        packer = pack.Packer(encoding)
        payload = packer.add(answer) + packer.end() if encoding else answer
        self.peer.answer(200, self._headers(form, encoding, counts), payload)

    def stream(self, blocks: Iterator[bytes], form: str) -> None:
        """Answer 200 and pass `blocks` on as they come.

        An error before the first byte is left to `fail`; a later one is written into the
        stream between markers that the header `X-ClickHouse-Exception-Tag` announced. With
        `wait_end_of_query` the first byte waits for the end, within a bound of memory.
        """
        waits = self.request.query.get("wait_end_of_query") in ("1", "true")
        first = _collect(blocks, _WAIT_BYTES if waits else 1)
        encoding = self._encoding()
        packer = pack.Packer(encoding)
        self.peer.begin(200, self._headers(form, encoding, {}))
        self._begun = True
        try:
            self.peer.send(packer.add(first))
            for block in blocks:
                self.peer.send(packer.add(block))
        except Disconnected:
            raise
        except RuntimeError as error:
            self.peer.send(packer.add(self._mark(str(error))))
        self.peer.send(packer.end())
        self.peer.end()

    def fail(self, message: str) -> None:
        """Answer with ClickHouse's error, its code in header and body."""
        if self._begun:
            raise Disconnected
        self.drain()
        found = _CODE.search(message)
        code = int(found.group(1)) if found else 1002
        headers = self._headers("", "", {})
        headers["X-ClickHouse-Exception-Code"] = str(code)
        text = message if found else f"Code: {code}. DB::Exception: {message} (UNKNOWN_EXCEPTION)"
        self.peer.answer(_STATUS.get(code, 500), headers, text.encode() + b"\n")

    def _encoding(self) -> str:
        if self.request.query.get("enable_http_compression") not in ("1", "true"):
            return ""
        return pack.choose(self.request.headers.get("accept-encoding", ""))

    def _headers(self, form: str, encoding: str, counts: Mapping[str, int]) -> dict[str, str]:
        summary = {
            name: str(counts.get(name, 0))
            for name in ("read_rows", "read_bytes", "written_rows", "written_bytes", "result_rows")
        }
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-ClickHouse-Query-Id": self.request.query.get("query_id") or str(ids.uuid7()),
            "X-ClickHouse-Server-Display-Name": "kervan",
            "X-ClickHouse-Timezone": "UTC",
            "X-ClickHouse-Exception-Tag": self._tag,
            "X-ClickHouse-Summary": json.dumps(summary),
        }
        if form:
            headers["X-ClickHouse-Format"] = form
        if encoding:
            headers["Content-Encoding"] = encoding
        return headers

    def _mark(self, message: str) -> bytes:
        text = message.encode()
        tag = self._tag.encode()
        return (
            b"\r\n__exception__\r\n"
            + tag
            + b"\r\n"
            + text
            + b"\n"
            + str(len(text)).encode()
            + b" "
            + tag
            + b"\r\n__exception__\r\n"
        )


def _collect(blocks: Iterator[bytes], size: int) -> bytes:
    """Take blocks until they are together `size` bytes or the end has come."""
    taken = []
    while size > 0 and (block := next(blocks, b"")):
        taken.append(block)
        size -= len(block)
    return b"".join(taken)
