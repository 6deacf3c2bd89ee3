"""Reads the template language: the part of Jinja that mails need, and nothing that can hurt.

The grammar is the allow-list: no calls, no assignments, no macros, no includes, no dict methods.
What is read here is written out again for the engine by `emit`, so the engine never sees a
customer's or an author's own spelling, and the two can never read one text differently.
"""

import re

from kervan.content import nodes
from kervan.content.assemble import OWN_LINKS
from kervan.content.expressions import Reader, Token
from kervan.kernel.errors import KervanError

MAX_SOURCE_CHARS = 400_000
MAX_PIECES = 4_000
MAX_BLOCK_DEPTH = 6
MAX_LOOP_DEPTH = 2
_OPEN = re.compile(r"\{\{|\{%|\{#")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}


def parse(source: str, part: str) -> list[nodes.Piece]:
    """The pieces of `source`, in order; blocks are checked to open and close in pairs.

    `part` names the field of the template for the error text (subject, mjml, text, preheader).
    Raises KervanError content.* with `part` and `line`.
    """
    if len(source) > MAX_SOURCE_CHARS:
        raise KervanError("content.source_too_long", part=part, limit=MAX_SOURCE_CHARS)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(source):
        line = source.count("\n", 0, found.start()) + 1
        raise KervanError(
            "content.control_character", part=part, line=line, found=f"U+{ord(found.group()):04X}"
        )
    pieces = _read_pieces(source, part)
    if len(pieces) > MAX_PIECES:
        raise KervanError("content.too_complex", part=part, line=1)
    _check_pairs(pieces, part)
    return pieces


def _read_pieces(source: str, part: str) -> list[nodes.Piece]:
    pieces: list[nodes.Piece] = []
    at, line, trim_next = 0, 1, False
    while True:
        opened = _OPEN.search(source, at)
        text = source[at : opened.start()] if opened else source[at:]
        start_line = line
        line += text.count("\n")
        if trim_next:
            text = text.lstrip()
        if opened is None:
            _add_text(pieces, text, start_line)
            return pieces
        inside = opened.end()
        if source[inside : inside + 1] == "-":
            text, inside = text.rstrip(), inside + 1
        _add_text(pieces, text, start_line)
        opener = opened.group()
        if opener == "{#":
            end = source.find("#}", inside)
            if end < 0:
                raise KervanError("content.unclosed", part=part, line=line, opener="{#")
            at, trim_next = end + 2, source[end - 1] == "-"
        else:
            reader = Reader(source, inside, line, part, _CLOSE[opener])
            pieces.append(
                nodes.Print(reader.whole(), line) if opener == "{{" else _statement(reader, line)
            )
            at, trim_next = reader.end, reader.trims
        line += source.count("\n", inside, at)


def _add_text(pieces: list[nodes.Piece], text: str, line: int) -> None:
    if text:
        pieces.append(nodes.Text(text, line))


def _statement(reader: Reader, line: int) -> nodes.Piece:
    word = reader.take("name").text
    piece: nodes.Piece
    if word in ("if", "elif"):
        piece = nodes.Branch(word, reader.expression(), line)
    elif word == "else":
        piece = nodes.Branch(word, None, line)
    elif word in ("endif", "endfor"):
        piece = nodes.End(word, line)
    elif word == "for":
        piece = _loop(reader, line)
    else:
        raise KervanError("content.statement_unknown", part=reader.part, line=line, name=word)
    reader.finish()
    return piece


def _loop(reader: Reader, line: int) -> nodes.Loop:
    names = [_loop_name(reader)]
    if reader.skip(","):
        names.append(_loop_name(reader))
    if not reader.skip_word("in"):
        raise reader.unexpected()
    # A bare `if` after the list filters it, so the list itself is read without if … else.
    items = reader.operand()
    condition = reader.expression() if reader.skip_word("if") else None
    return nodes.Loop(tuple(names), items, condition, line)


def _loop_name(reader: Reader) -> str:
    token: Token = reader.take("name")
    reader.check_name(token)
    if token.text == "loop" or token.text in OWN_LINKS:
        raise KervanError(
            "content.name_reserved", part=reader.part, line=token.line, name=token.text
        )
    return token.text


def _check_pairs(pieces: list[nodes.Piece], part: str) -> None:
    open_blocks: list[tuple[str, int, bool]] = []  # word, line, had its else
    for piece in pieces:
        match piece:
            case nodes.Loop(_, _, _, line):
                open_blocks.append(("for", line, False))
            case nodes.Branch("if", _, line):
                open_blocks.append(("if", line, False))
            case nodes.Branch(word, _, line):
                if (
                    not open_blocks
                    or open_blocks[-1][2]
                    or (word == "elif" and open_blocks[-1][0] != "if")
                ):
                    raise KervanError("content.block_stray", part=part, line=line, name=word)
                if word == "else":
                    open_blocks[-1] = (open_blocks[-1][0], open_blocks[-1][1], True)
            case nodes.End(word, line):
                if not open_blocks or word != "end" + open_blocks[-1][0]:
                    raise KervanError("content.block_stray", part=part, line=line, name=word)
                open_blocks.pop()
            case _:
                continue
        loops = sum(word == "for" for word, _, _ in open_blocks)
        if len(open_blocks) > MAX_BLOCK_DEPTH or loops > MAX_LOOP_DEPTH:
            raise KervanError("content.too_deep", part=part, line=piece.line)
    if open_blocks:
        word, line, _ = open_blocks[-1]
        raise KervanError("content.block_open", part=part, line=line, name=word)
