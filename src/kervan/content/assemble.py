"""Joins pieces into the engine's template, with the notes and guards that need the whole."""

from collections.abc import Iterable

from kervan.content import emit, nodes
from kervan.kernel.errors import KervanError

OWN_LINKS = {"unsubscribe_url": "U", "preferences_url": "P", "confirm_url": "C"}
"""Variables that are addresses of our own, each with the letter of its slot (render.py)."""
TICK = "_tick"


def assemble(
    pieces: Iterable[nodes.Piece | str], part: str, *, links: bool, filter_links: bool = False
) -> str:
    """The engine's template of `pieces`; a plain str is static text that is already final.

    Each loop first reports how often it will turn and how much static text each turn lays down,
    so that the renderer can refuse what would grow too large before it grows. `links` says
    whether the part may hold our own addresses (a subject may not), `filter_links` whether
    `… | link` may stand in it.
    """
    written: list[str] = []
    scopes: list[frozenset[str]] = [frozenset()]
    loops: list[tuple[int, int]] = []  # place of the report in `written`, static chars before
    opened: list[bool] = []  # for each open block, whether it is a loop
    static = 0
    for piece in pieces:
        match piece:
            case str() as text:
                written.append(text)
                static += len(text)
            case nodes.Text(text):
                written.append(text)
                static += len(text)
            case nodes.Print(expression, line):
                about = (scopes[-1], line, part)
                written.append(_print(expression, *about, links=links, filtered=filter_links))
            case nodes.Branch("else", _, line):
                written.append(_block("else", line))
                if opened and opened[-1]:
                    _close_report(written, loops, static)
            case nodes.Branch(word, condition, line):
                assert condition is not None
                written.append(_block(f"{word} {emit.truth(condition, scopes[-1])}", line))
                if word == "if":
                    scopes.append(scopes[-1])
                    opened.append(False)
            case nodes.Loop(names, items, condition, line):
                head = f"for {', '.join(names)} in {emit.expression(items, scopes[-1])}"
                scopes.append(scopes[-1] | {*names})
                if condition is not None:
                    head += f" if {emit.truth(condition, scopes[-1])}"
                written.append(_block(head, line))
                loops.append((len(written), static))
                opened.append(True)
                written.append("")
            case nodes.End(word, line):
                scopes.pop()
                if opened.pop():
                    _close_report(written, loops, static)
                    loops.pop()
                written.append(_block(word, line))
    return "".join(written)


def _close_report(written: list[str], loops: list[tuple[int, int]], static: int) -> None:
    """Fill in the report at the head of the innermost loop, unless its `else` did already."""
    place, before = loops[-1]
    if not written[place]:
        report = f"{emit.PRINT} {TICK}(loop.length, {static - before}) {emit.PRINT_END}"
        written[place] = (
            f"{emit.BLOCK} if loop.first {emit.BLOCK_END}{report}"
            f"{emit.BLOCK} endif {emit.BLOCK_END}"
        )


def _print(
    expression: nodes.Expression,
    scope: frozenset[str],
    line: int,
    part: str,
    *,
    links: bool,
    filtered: bool,
) -> str:
    own = own_link(expression)
    if own and links:
        return f"{emit.MARK}{own}{emit.MARK}"
    if held := _held(expression):
        raise KervanError("content.unsubscribe_place", part=part, line=line, name=held)
    if isinstance(expression, nodes.Filter) and expression.name == "link":
        if not filtered:
            raise KervanError("content.link_filter_place", part=part, line=line)
        inner = _printed(expression.base, scope, line)
        return f"{emit.MARK}D{inner}{emit.MARK}"
    if _holds_filter(expression, "link"):
        raise KervanError("content.link_filter_place", part=part, line=line)
    return _printed(expression, scope, line)


def _printed(expression: nodes.Expression, scope: frozenset[str], line: int) -> str:
    # The note carries the source line to whoever explains an error of this place.
    inner = emit.expression(expression, scope)
    return f"{emit.PRINT} {inner} {emit.PRINT_END}{emit.NOTE}{line}{emit.NOTE_END}"


def _block(head: str, line: int) -> str:
    return f"{emit.BLOCK} {head} {emit.BLOCK_END}{emit.NOTE}{line}{emit.NOTE_END}"


def own_link(node: nodes.Expression) -> str:
    """The letter of the slot of an address of our own, "" for any other expression."""
    return OWN_LINKS.get(node.name, "") if isinstance(node, nodes.Name) else ""


def _held(node: nodes.Expression) -> str:
    """The name of an address of our own somewhere in `node`, or ""."""
    if isinstance(node, nodes.Name):
        return node.name if node.name in OWN_LINKS else ""
    return next((held for part in nodes.parts(node) if (held := _held(part))), "")


def _holds_filter(node: nodes.Expression, name: str) -> bool:
    if isinstance(node, nodes.Filter) and node.name == name:
        return True
    return any(_holds_filter(part, name) for part in nodes.parts(node))
