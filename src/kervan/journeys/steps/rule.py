"""A rule tree in a journey text: what it asks of a person, as the one JSON text of the tree."""


class Rule(str):
    """A rule tree (segments.tree) as canonical JSON; `Facts.meets` answers it."""

    __slots__ = ()
