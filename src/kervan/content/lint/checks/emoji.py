"""Counts emoji, which tire readers and make an SMS dear."""

import re
from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject

# Unicode's blocks of pictographs; signs that join or colour others are not counted by themselves.
_EMOJI = re.compile("[\U0001f300-\U0001f3fa\U0001f400-\U0001faff☀-➿⬀-⯿\U0001f1e6-\U0001f1ff]")


def _look(subject: Subject) -> Iterator[Found]:
    limit = subject.guide.limits.emoji
    for field in subject.fields:
        count = len(_EMOJI.findall(field.shown)) if field.says else 0
        if count > limit:
            yield Found("emoji", field.path, {"count": count, "limit": limit})


CHECK = Check({"emoji": WARNING}, _look)
