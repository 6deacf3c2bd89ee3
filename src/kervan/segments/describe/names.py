"""Names that people gave to segments, journeys, topics and brands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kervan.segments.describe.write import quote


@dataclass(frozen=True, slots=True)
class Names:
    """The names by key, in the reader's language where there are several."""

    segments: Mapping[str, str] = field(default_factory=dict)
    journeys: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)


NO_NAMES = Names()


def called(key: str, names: Mapping[str, str]) -> str:
    """What to call it: its name; its key where it has none; both where two have one name.

    Where some have names, a key is told apart from a name by its brackets.
    """
    if not names:
        return quote(key)
    name = names.get(key)
    if name is None:
        return f"[{quote(key)}]"
    if Counter(names.values())[name] > 1:
        return f"{quote(name)} [{quote(key)}]"
    return quote(name)
