"""Finds the place in a text that a problem of its data is about."""

from typing import Any

from kervan.content.messages.problem import MessageNotValid
from kervan.content.messages.problem import Problem as InMessage
from kervan.journeys import text as texts
from kervan.journeys.text import Place
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid
from kervan.segments.problem import SegmentNotValid


class TextNotValid(KervanError):
    """A text that cannot be used; says all that is wrong, each with its line and column."""

    def __init__(self, error: NotValid | MessageNotValid | SegmentNotValid, root: Place) -> None:
        super().__init__(error.code, error.status, **error.params)
        self._problems = error.problems
        self._root = root

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        lines = [KervanError.say(self, locale)]
        for one in self._problems:
            inside = one.line if isinstance(one, InMessage) else 0
            line, column = find(self._root, one.path, inside)
            facts = {"line": line, "column": column, "what": one.what(locale)}
            lines.append(i18n.say("kernel.text_at", locale, **facts))
        return "\n".join(lines)


def is_of(text: str, name: str) -> bool:
    """Whether a text has `name:` at its top. Raises JourneyNotValid."""
    root = texts.read(text)
    return isinstance(root.value, dict) and name in root.value


def under(text: str, name: str, other: str) -> Place:
    """What stands below `name:`, which stands alone. Raises KervanError `other` (422)."""
    root = texts.read(text)
    for field, place in root.keys.items():
        if field != name:
            facts = {"line": place[0], "column": place[1], "field": field}
            raise KervanError(other, status=422, **facts)
    found: Place = root.value[name]
    return found


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
