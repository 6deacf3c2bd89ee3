"""Finds the place in a text that a problem of its data is about."""

from typing import Any

from kervan.journeys.text import Place


def plain(place: Place) -> Any:
    """The data of a text without its places."""
    if isinstance(place.value, dict):
        return {name: plain(one) for name, one in place.value.items()}
    if isinstance(place.value, list):
        return [plain(one) for one in place.value]
    return place.value


def find(root: Place, path: str, line_inside: int = 0) -> tuple[int, int]:
    """The line and column of a JSON pointer, or of what is nearest above it.

    `line_inside` is the line (from 1) inside a text at that place, 0 for the whole of it.
    """
    place, at = root, (root.line, root.column)
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        inside = place.value
        if isinstance(inside, dict) and name in inside:
            place, at = inside[name], place.keys[name]
        elif isinstance(inside, list) and name.isdigit() and int(name) < len(inside):
            place = inside[int(name)]
            at = place.line, place.column
        else:
            return at
    if place.block and line_inside:
        return place.line + line_inside, 1
    return at
