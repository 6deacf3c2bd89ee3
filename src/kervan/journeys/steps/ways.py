"""Checks the names of the ways out that an author gives a step."""

import re

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
MOST_WAYS = 50


def names_problems(
    names: list[str], taken: str = "", setting: str = "ways"
) -> list[tuple[str, str, dict[str, object]]]:
    """At least one and at most MOST_WAYS names, each once, in the form of a key, none `taken`."""
    found: list[tuple[str, str, dict[str, object]]] = []
    if not 1 <= len(names) <= MOST_WAYS:
        found.append((setting, "journeys.way_count", {"limit": MOST_WAYS, "count": len(names)}))
    for i, name in enumerate(names):
        if not _NAME.fullmatch(name):
            found.append((setting, "journeys.way_name", {"way": name[:60]}))
        elif name == taken:
            found.append((setting, "journeys.way_taken", {"way": name}))
        elif name in names[:i]:
            found.append((setting, "journeys.way_twice", {"way": name}))
    return found
