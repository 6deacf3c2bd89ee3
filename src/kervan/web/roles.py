"""Which role has which rights: data from roles.toml, deny by default."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

_EVERYTHING = "*"


@cache
def _data() -> dict[str, dict[str, object]]:
    text = resources.files(__package__).joinpath("roles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def rights() -> frozenset[str]:
    """Every right there is."""
    return frozenset(_data()["rights"])


@cache
def names() -> tuple[str, ...]:
    """Every role there is, in the order of the file."""
    return tuple(_data()["roles"])


@cache
def of(role: str) -> frozenset[str]:
    """The rights of one role; none for a role that is not known."""
    listed = _data()["roles"].get(role, [])
    if not isinstance(listed, list) or not listed:
        return frozenset()
    if listed == [_EVERYTHING]:
        return rights()
    found = frozenset(str(one) for one in listed)
    unknown = found - rights()
    if unknown:
        raise ValueError(f"role {role} names unknown rights: {sorted(unknown)}")
    return found


def of_all(held: Iterable[str]) -> frozenset[str]:
    """The rights of somebody with these roles."""
    return frozenset().union(*[of(role) for role in held])
