"""Finds words by which readers and filters know spam; the lists are in spam.toml."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from kervan.content.lint import words
from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_at

_CHANNELS = ("email", "sms")


@cache
def _known() -> dict[str, list[str]]:
    text = (files(__package__) / "spam.toml").read_text(encoding="utf-8")
    return {language: lists["words"] for language, lists in tomllib.loads(text).items()}


def _look(subject: Subject) -> Iterator[Found]:
    if not subject.marketing:
        return
    for field in subject.fields:
        if field.channel in _CHANNELS:
            known = _known().get(field.language, [])
            for hit in words.find(field.shown, known, field.language):
                line = line_at(field.shown, hit.start)
                yield Found("spam_word", field.path, {"found": hit.written}, line)


CHECK = Check({"spam_word": WARNING}, _look)
