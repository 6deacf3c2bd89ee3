"""Joins several Arrow IPC streams of one schema into one, without understanding the columns.

Format: Arrow columnar format, "Encapsulated message format" and "IPC streaming format".
"""

import struct
from collections.abc import Iterator

_CONTINUATION = b"\xff\xff\xff\xff"
_END = _CONTINUATION + b"\0\0\0\0"


def join_streams(documents: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the first document's schema once, then every batch, then one end marker."""
    first = True
    for document in documents:
        body = document.removesuffix(_END)
        if not first:
            # The schema message has no body, so it ends with its metadata.
            size = struct.unpack_from("<i", body, 4)[0]
            body = body[8 + size :]
        first = False
        yield body
    if not first:
        yield _END
