"""Makes scenes as large as any that a message may be written with, to try a template out on."""

from typing import Any

from kervan.content.context import MAX_ITEMS, MAX_TEXT_CHARS, MAX_TOTAL_CHARS
from kervan.content.wants import ELEMENT, PRESENCE, Tree

_SIGNS = "<İı&\"'ğ> "
_MOST_INT = 2**63 - 1
_SPARE_CHARS = 20_000
_MOST_VALUES = 10_000
_ITEMS = (1, 30, MAX_ITEMS)
"""How long lists are: a few long texts, many short ones."""


def scenes(tree: Tree) -> list[dict[str, Any]]:
    """Scenes for a template that wants `tree`: every value long, long lists, numbers, nothing."""
    found: list[dict[str, Any]] = [{}]
    for items in _ITEMS:
        leaves = _leaves(tree, items)
        each = (MAX_TOTAL_CHARS - _SPARE_CHARS) // max(1, leaves)
        text = _text(min(MAX_TEXT_CHARS, each))
        found.append(_filled(tree, items, text))
        inner = max(1, min(items, _MOST_VALUES // max(1, leaves)))
        in_list = [_text(min(MAX_TEXT_CHARS, each // inner))] * inner
        found.append(_filled(tree, items, in_list))
        found.append(_filled(tree, items, {f"k{place}": one for place, one in enumerate(in_list)}))
    found += [_filled(tree, 2, _MOST_INT), _filled(tree, 2, -0.1), _filled(tree, 2, "")]
    return [*found, _filled(tree, 2, "2026-11-22")]


def _text(chars: int) -> str:
    return (_SIGNS * (chars // len(_SIGNS) + 1))[:chars]


def _leaves(tree: Tree, items: int) -> int:
    if tree.keys() == {PRESENCE}:  # a list that is only counted holds values all the same
        return 1
    count = 0
    for key, below in tree.items():
        if key != PRESENCE:
            inner = _leaves(below, items) if below else 1
            count += inner * items if key == ELEMENT else inner
    return count


def _filled(tree: Tree, items: int, leaf: object) -> dict[str, Any]:
    return {key: _value(below, items, leaf) for key, below in tree.items() if key != PRESENCE}


def _value(tree: Tree, items: int, leaf: object) -> object:
    if not tree or tree.keys() == {PRESENCE}:
        return leaf
    if ELEMENT in tree:
        element = _value(tree[ELEMENT], items, leaf)
        return [element] * items
    return _filled(tree, items, leaf)
