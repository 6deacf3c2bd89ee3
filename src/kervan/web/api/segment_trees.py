"""The rule tree that came with a request: read, resolved, said in words."""

from typing import Any

import msgspec
from fastapi import Request

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.segments.definitions import store, templates
from kervan.segments.definitions.store import Author
from kervan.segments.parse import parse
from kervan.segments.tree import Node
from kervan.web.reader import reader_of


def author(request: Request) -> Author:
    """Who sent this request, as versions name her: by the id the audit log knows."""
    return Author(str(reader_of(request).id), clock.now())


def tree_of(raw: msgspec.Raw) -> Node | None:
    """The tree that came; None for none. Raises segments.not_valid (422)."""
    text = bytes(raw)
    return parse(text, clock.now_ms()) if text and text != b"null" else None


def tree_or_template(raw: msgspec.Raw, template: str | None, values: dict[str, Any]) -> Node | None:
    """The tree that came, or that of the template that was named; None for neither.

    Raises segments.tree_or_list (422) for both, and what `tree_of` and `templates.fill` raise.
    """
    tree = tree_of(raw)
    if template is None:
        return tree
    if tree is not None:
        raise KervanError("segments.tree_or_list", status=422)
    return templates.fill(template, values)


def plain(node: Node) -> dict[str, Any]:
    """A tree as plain data."""
    found: dict[str, Any] = msgspec.json.decode(store.canonical(node))
    return found
