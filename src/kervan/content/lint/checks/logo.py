"""Looks for the brand's picture in its mails."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject


def _look(subject: Subject) -> Iterator[Found]:
    logo = subject.guide.logo
    if logo is None:
        return
    for mail in subject.mails:
        if mail.source.purpose == "marketing" and logo.url not in mail.source.mjml:
            yield Found("logo", mail.path("mjml"), {"url": logo.url})


CHECK = Check({"logo": WARNING}, _look)
