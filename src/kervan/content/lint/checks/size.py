"""Weighs a mail: Gmail hides what comes after about 102 kB of its HTML."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject

_KB = 1_000


def _look(subject: Subject) -> Iterator[Found]:
    limit = subject.guide.limits.html_kb
    for mail in subject.mails:
        weighs = len(mail.compiled.html.encode())
        if weighs > limit * _KB:
            facts: dict[str, object] = {"size": -(-weighs // _KB), "limit": limit}
            yield Found("size", mail.path("mjml"), facts)


CHECK = Check({"size": WARNING}, _look)
