"""Fills in the values that steps write as templates, from what the run carries along."""

from typing import Any

import msgspec

from kervan.content import nodes, size
from kervan.content.assemble import assemble
from kervan.content.context import Cleaner
from kervan.content.engine import Engine
from kervan.content.parse import parse
from kervan.content.wants import Tree, wants
from kervan.kernel.errors import KervanError

MAX_CHARS = 4_000
"""A filled-in value may have; as JSON, where it is a list or an object."""
_NAME = "value.txt"
Scalar = str | int | float | bool


class Fill:
    """The templates of one call of an effect, each compiled once; not shared between threads.

    `language` (tr, az, en) is that of numbers and dates where a filter writes them out.
    """

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._known: dict[str, _Template] = {}

    def value(self, written: Scalar, context: dict[str, Any]) -> Any:
        """A setting's value: `{{ event.price }}` alone keeps its type, all else becomes a text.

        Raises KervanError content.* (422), content.missing_value for what is not there.
        """
        if not isinstance(written, str) or "{" not in written:
            return written
        found = self._template(written)
        if found.path:
            return _at(context, found.path)
        return found.text(context)

    def text(self, written: str, context: dict[str, Any]) -> str:
        """A template filled in. Raises KervanError content.* (422)."""
        return self._template(written).text(context) if "{" in written else written

    def _template(self, written: str) -> "_Template":
        known = self._known.get(written)
        if known is None:
            known = self._known[written] = _Template(written, self._language)
        return known


def check(written: Scalar) -> KervanError | None:
    """What is wrong with a template, None for a sound one."""
    try:
        if isinstance(written, str) and "{" in written:
            _Template(written, "en")
    except KervanError as error:
        return error
    return None


class _Template:
    def __init__(self, written: str, language: str) -> None:
        pieces = parse(written, "value")
        size.check(pieces, "value")
        self.path = _path(pieces)
        self._wants: Tree = wants(pieces)
        text = assemble(pieces, "value", links=False)
        self._engine = Engine({_NAME: text}, {_NAME: "value"}, language, MAX_CHARS)

    def text(self, context: dict[str, Any]) -> str:
        self._engine.start()
        return self._engine.run(_NAME, Cleaner().clean(context, self._wants))


def _path(pieces: list[nodes.Piece]) -> tuple[str | int, ...]:
    """The path that a template is nothing but, () for another one."""
    if len(pieces) != 1 or not isinstance(pieces[0], nodes.Print):
        return ()
    keys: list[str | int] = []
    node = pieces[0].expression
    while isinstance(node, nodes.Attr):
        keys.append(node.key)
        node = node.base
    return (node.name, *reversed(keys)) if isinstance(node, nodes.Name) else ()


def _at(context: dict[str, Any], path: tuple[str | int, ...]) -> Any:
    found: Any = context
    for key in path:
        if isinstance(found, dict) and isinstance(key, str):
            found = found.get(key)
        elif isinstance(found, list) and isinstance(key, int) and -len(found) <= key < len(found):
            found = found[key]
        else:
            found = None
    if found is None:
        name = ".".join(map(str, path))
        raise KervanError("content.missing_value", status=422, part="value", line=1, name=name)
    if len(msgspec.json.encode(found)) > MAX_CHARS:
        raise KervanError("content.output_too_long", status=422, limit=MAX_CHARS)
    return found
