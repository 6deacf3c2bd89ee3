"""Finds the kinds of steps by their files, so that adding one touches nothing but its own file."""

import importlib
import pkgutil
from pathlib import Path

from kervan.journeys.steps.step import Step


def kinds() -> dict[str, type[Step]]:
    """Every step there is, by its `kind`, in the order of the files' names.

    A step is a class of a module beside this one that says its `kind`; two of one kind are a
    mistake of ours and raise TypeError.
    """
    found: dict[str, type[Step]] = {}
    for one in pkgutil.iter_modules([str(Path(__file__).parent)]):
        module = importlib.import_module(f"{__package__}.{one.name}")
        for thing in vars(module).values():
            if not (isinstance(thing, type) and issubclass(thing, Step) and thing.kind):
                continue
            if thing.__module__ == module.__name__ and found.setdefault(thing.kind, thing) != thing:
                raise TypeError(f"two steps are called {thing.kind}")
    return found
