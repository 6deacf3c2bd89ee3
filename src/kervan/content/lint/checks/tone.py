"""Finds words that the brand does not say, with their endings."""

from collections.abc import Iterator

from kervan.content.lint import words
from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_at


def _look(subject: Subject) -> Iterator[Found]:
    for field in subject.fields:
        guide = {str(key): one for key, one in subject.guide.words.items()}.get(field.language)
        if guide is None or not field.says:
            continue
        for hit in words.find(field.shown, guide.avoid, field.language):
            instead = guide.avoid[hit.word] or ", ".join(guide.use) or "–"
            facts: dict[str, object] = {"found": hit.written, "instead": instead[:200]}
            yield Found("tone_word", field.path, facts, line_at(field.shown, hit.start))


CHECK = Check({"tone_word": WARNING}, _look)
