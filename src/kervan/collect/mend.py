"""Makes JSON that real SDKs send, though it is none, readable: NaN, lone surrogates, depth."""

import re
from math import isfinite

PRUNE_DEPTH = 200
"""Deeper parts become null: the parser's own limit would cost the whole batch."""

# The closing quote is optional so that an open string is passed once, not once per character.
_TOKEN = re.compile(
    rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|-?\bInfinity\b|\bNaN\b|[\[{]++|[\]}]++', re.DOTALL
)
_ESCAPE = re.compile(
    rb"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000|.)",
    re.DOTALL,
)
_NUMBER = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|-?\d[\d.eE+\-]*+', re.DOTALL)
_MAX_DIGITS = 1000
_BOM = b"\xef\xbb\xbf"


def _replaced(match: re.Match[bytes]) -> bytes:
    text = match.group()
    if match.group(1) is None and len(text) == 6:
        return rb"\ufffd"
    return text


def _mended_text(text: bytes) -> bytes:
    if b"\\u" not in text:
        return text
    return _ESCAPE.sub(_replaced, text)


def tidy(body: bytes) -> bytes:
    """`body` as valid UTF-8 without a byte-order mark, lone surrogates or U+0000.

    Costs a scan when there is nothing to do. What cannot be stored becomes U+FFFD.
    """
    if body.startswith(_BOM):
        body = body[3:]
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError:
            body = body.decode(errors="replace").encode()
    # One byte is looked for ten times as fast as three: most bodies escape nothing.
    if b"\\" in body and (b"\\ud" in body or b"\\uD" in body or b"\\u0000" in body):
        body = _mended_text(body)
    return body


def lenient(body: bytes) -> bytes:
    """`body` with NaN and Infinity as null and with parts deeper than PRUNE_DEPTH as null.

    Only asked for what a strict parser has refused; what is broken otherwise stays broken.
    """
    pieces: list[bytes] = []
    depth = 0
    kept_to = 0
    for match in _TOKEN.finditer(body):
        token = match.group()
        first = token[0]
        if first == 0x22:
            continue
        if first in b"[{":
            before = depth
            depth += len(token)
            if before < PRUNE_DEPTH <= depth:
                keep = PRUNE_DEPTH - before
                pieces += [body[kept_to : match.start() + keep - 1], b"null"]
        elif first in b"]}":
            before = depth
            depth -= len(token)
            if depth < PRUNE_DEPTH <= before:
                kept_to = match.start() + before - PRUNE_DEPTH + 1
        elif depth < PRUNE_DEPTH:
            pieces += [body[kept_to : match.start()], b"null"]
            kept_to = match.end()
    if depth < PRUNE_DEPTH:
        pieces.append(body[kept_to:])
    return b"".join(pieces)


def _held(match: re.Match[bytes]) -> bytes:
    token = match.group()
    if token[:1] == b'"':
        return token
    try:
        return token if len(token) < _MAX_DIGITS and isfinite(float(token)) else b"null"
    except ValueError:
        return token


def finite(body: bytes) -> bytes:
    """`body` with numbers that no machine can hold (1e400) as null."""
    return _NUMBER.sub(_held, body)


def depth_of(body: bytes) -> int:
    """How deep the JSON value nests; 1 for a flat object."""
    deepest = depth = 0
    for match in _TOKEN.finditer(body):
        token = match.group()
        if token[0] in b"[{":
            depth += len(token)
            deepest = max(deepest, depth)
        elif token[0] in b"]}":
            depth -= len(token)
    return deepest
