"""Begins with the files that take longest: begun last, each keeps one core busy and the other idle.

Workers take whole files (`--dist loadfile`), in the order in which they were collected.
"""

import pytest

_LONGEST = (
    "tests/story/test_api.py",  # each operation with examples that fit and that do not
    "tests/unit/segments/test_tree.py",  # 5,000 trees in ClickHouse
    "tests/unit/profiles/test_resolve.py",  # 2,000 examples in PostgreSQL
    "tests/crash/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, everything else as it was."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
