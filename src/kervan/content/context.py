"""Makes the data of one message plain and bounded before a template may touch it."""

from kervan.content.emit import METHODS
from kervan.content.wants import ELEMENT, PRESENCE, Tree
from kervan.kernel.errors import KervanError

MAX_TEXT_CHARS = 16_000
MAX_TOTAL_CHARS = 400_000
MAX_ITEMS = 500
MAX_DEPTH = 8
_SHORT_CHARS = 200
_PRESENT: Tree = {PRESENCE: {}}
_MAX_INT = 2**63
# Kept: tab and newline. The others are no text, and two of them are our own delimiters.
_CONTROLS = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\t\n"}

Value = str | int | float | bool | list["Value"] | dict[str, "Value"]


class Cleaner:
    """Copies what a template wants; `total` is in characters, over all texts."""

    def __init__(self) -> None:
        self.total = 0

    def clean(self, context: dict[str, object], tree: Tree) -> dict[str, Value]:
        """The wanted part of `context`: plain and without control characters.

        `None` counts as missing; a text of blanks only is empty. Raises content.context_type,
        content.value_too_long and content.context_too_large, with the path in `name`.
        """
        return self._dict(context, tree, "", 0) if tree else {}

    def _dict(
        self, value: dict[str, object], tree: Tree, above: str, depth: int
    ) -> dict[str, Value]:
        if ELEMENT in tree:  # a loop over the keys of a dict wants all of them
            tree = {}
        copied: dict[str, Value] = {PRESENCE: True} if PRESENCE in tree and value else {}
        for key in tree or value:
            found = value.get(key)
            if found is None:
                continue
            below = tree[key] if tree else tree
            # Most values are short printable texts; the rest takes the long way.
            if type(found) is str and len(found) <= _SHORT_CHARS and found.isprintable():
                self.total += len(found)
                clean: Value = "" if found.isspace() else found
            elif type(found) is bool or (type(found) is int and -_MAX_INT < found < _MAX_INT):
                clean = found
            else:
                clean = self._value(found, below, f"{above}.{key}" if above else key, depth + 1)
            if not tree and not (type(key) is str and key.isprintable() and len(key) <= 200):
                key = self._text(str(key), above)
            copied[key + "__" if key in METHODS else key] = clean
        return copied

    def _value(self, value: object, tree: Tree, path: str, depth: int) -> Value:
        if type(value) is str:
            return self._text(value, path)
        if type(value) is bool:
            return value
        if type(value) is int and -_MAX_INT < value < _MAX_INT:
            return value
        if type(value) is float and value - value == 0:  # neither NaN nor infinite
            return value
        if depth > MAX_DEPTH:
            raise KervanError("content.context_too_large", status=422, name=path)
        if type(value) is dict:
            if not tree and len(value) > MAX_ITEMS:
                raise KervanError("content.context_too_large", status=422, name=path)
            return self._dict(value, tree, path, depth)
        if type(value) is list:
            if len(value) > MAX_ITEMS:
                raise KervanError("content.context_too_large", status=422, name=path)
            below = tree.get(ELEMENT, _PRESENT) if tree else tree
            return [
                self._value(item, below, f"{path}[{place}]", depth + 1)
                for place, item in enumerate(value)
                if item is not None
            ]
        raise KervanError("content.context_type", status=422, name=path, type=type(value).__name__)

    def _text(self, value: str, path: str) -> str:
        if len(value) > MAX_TEXT_CHARS:
            raise KervanError("content.value_too_long", status=422, name=path, limit=MAX_TEXT_CHARS)
        if not value.isprintable():
            # Lone surrogates are no Unicode text: the engine and UTF-8 refuse them alike.
            value = value.encode("utf-8", "replace").decode().translate(_CONTROLS)
        self.total += len(value)
        if self.total > MAX_TOTAL_CHARS:
            raise KervanError("content.context_too_large", status=422, name=path)
        return "" if value.isspace() else value
