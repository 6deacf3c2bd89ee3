"""What rule trees say as sentences, kept: five thousand take a second to write."""

import threading

import msgspec

from kervan.kernel import ids
from kervan.segments.describe import Names, describe
from kervan.segments.tree import Node

_MOST = 20_000


class Sentences:
    """Sentences by tree and language; forgotten when any segment or topic is called otherwise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: dict[str, bytes] = {}
        self._kept: dict[tuple[str, Node], str] = {}

    def say(self, trees: list[Node | None], locale: str, names: Names) -> list[str]:
        """The sentence of each tree in a language (tr, az, en); "" for an imported list."""
        mark = ids.hash16(msgspec.json.encode([names.segments, names.topics]))
        with self._lock:
            if self._mark.get(locale) != mark or len(self._kept) > _MOST:
                self._kept = {key: one for key, one in self._kept.items() if key[0] != locale}
                self._mark[locale] = mark
            return [self._say(one, locale, names) if one is not None else "" for one in trees]

    def _say(self, tree: Node, locale: str, names: Names) -> str:
        found = self._kept.get((locale, tree))
        if found is None:
            found = self._kept[locale, tree] = describe(tree, locale, names)
        return found
