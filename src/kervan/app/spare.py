"""Keeps out of our processes what packages would load though nobody here uses it.

pyarrow loads pandas as soon as it is installed (chdb-core asks for it): 30 MB in every process.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

_UNUSED = frozenset(
    {"pandas", "pyarrow._azurefs", "pyarrow._gcsfs", "pyarrow._hdfs", "pyarrow._s3fs"}
)
"""Each is asked for by a `try`, and done without when it is missing."""


class _Absent(MetaPathFinder):
    """Says of what is unused that it is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> None:
        if fullname in _UNUSED:
            raise ModuleNotFoundError(f"{fullname} is not used here", name=fullname)


def the_unused() -> None:
    """Load none of it from now on; doing it again changes nothing."""
    if not any(isinstance(one, _Absent) for one in sys.meta_path):
        sys.meta_path.insert(0, _Absent())
