"""Notices a text that shouts."""

import re
from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import URL, Subject, line_at

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_IN_A_ROW = 4
_FEWEST_LETTERS = 10


def _look(subject: Subject) -> Iterator[Found]:
    for field in subject.fields:
        if not field.says:
            continue
        text = URL.sub(lambda found: " " * len(found[0]), field.shown)
        words = [*_WORD.finditer(text)]
        row: list[re.Match[str]] = []
        longest: list[re.Match[str]] = []
        for one in words:
            row = [*row, one] if one[0].isupper() else []
            longest = max(longest, row, key=len)
        letters = sum(len(one[0]) for one in longest)
        whole = len(longest) == len(words)
        if letters >= _FEWEST_LETTERS and (whole or len(longest) >= _FEWEST_IN_A_ROW):
            said = text[longest[0].start() : longest[-1].end()]
            facts: dict[str, object] = {"words": " ".join(said.split())[:60]}
            yield Found("capitals", field.path, facts, line_at(text, longest[0].start()))


CHECK = Check({"capitals": WARNING}, _look)
