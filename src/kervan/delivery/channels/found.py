"""Finds providers by their files, so that adding one touches nothing but its own file.

A provider called `netgsm` is the `PROVIDER` of the module `netgsm`, here or in a folder here. Only
the one that is asked for is imported: a process holds no code of providers nobody uses.
"""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from kervan.delivery import channels
from kervan.delivery.channels.channel import Provider
from kervan.kernel.errors import KervanError

_MARK = b"\nPROVIDER = Provider("


@cache
def names() -> tuple[str, ...]:
    """The names of all providers, in order."""
    return tuple(sorted(_modules()))


def find(name: str) -> Provider:
    """The provider of this name. Raises delivery.provider_unknown, which names all there are."""
    module = _modules().get(name)
    if module is None:
        known = ", ".join(names())
        raise KervanError("delivery.provider_unknown", status=404, name=name[:80], known=known)
    provider = importlib.import_module(module).PROVIDER
    assert isinstance(provider, Provider)
    return provider


def forget() -> None:
    """Look again: a file has come or gone."""
    importlib.invalidate_caches()
    names.cache_clear()
    _modules.cache_clear()


@cache
def _modules() -> dict[str, str]:
    found = {}
    for one in pkgutil.walk_packages(channels.__path__, f"{__package__}."):
        place = one.name.removeprefix(f"{__package__}.").replace(".", "/")
        for here in channels.__path__:
            path = Path(here) / f"{place}.py"
            if not one.ispkg and path.is_file() and _MARK in path.read_bytes():
                found[one.name.rpartition(".")[2]] = one.name
    return found
