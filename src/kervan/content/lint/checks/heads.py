"""Looks at what a mail shows before it is opened: its subject and the line after it."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject


def _look(subject: Subject) -> Iterator[Found]:
    limit = subject.guide.limits.subject_chars
    for field in subject.fields:
        if field.channel == "email" and field.name == "subject":
            length = len(" ".join(field.shown.split()))
            if length > limit:
                facts: dict[str, object] = {"length": length, "limit": limit}
                yield Found("subject_long", field.path, facts)
    for mail in subject.mails:
        written = mail.source.preheader.strip() or "<mj-preview" in mail.source.mjml
        if mail.source.purpose == "marketing" and not written:
            yield Found("preheader", mail.path("preheader"), {})


CHECK = Check({"subject_long": WARNING, "preheader": WARNING}, _look)
