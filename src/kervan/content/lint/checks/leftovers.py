"""Finds what an author meant to replace before sending: filling text, marks of other programs."""

import re
from collections.abc import Iterator

from kervan.content.lint.check import ERROR, Check, Found
from kervan.content.lint.subject import Subject, line_at

_LEFT = re.compile(
    r"\blorem ipsum\b|\*\|[A-Z_:]+\|\*|%%[A-Za-z_]+%%|\[\[[^\[\]]{1,40}\]\]|\$\{[A-Za-z_.]+\}"
    r"|\bTODO\b|\bXXXX+\b",
    re.IGNORECASE,
)


def _look(subject: Subject) -> Iterator[Found]:
    for field in subject.fields:
        for one in _LEFT.finditer(field.shown):
            facts: dict[str, object] = {"found": one[0][:60]}
            yield Found("leftover", field.path, facts, line_at(field.shown, one.start()))


CHECK = Check({"leftover": ERROR}, _look)
