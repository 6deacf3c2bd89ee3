"""Names fonts that a mail asks for and the guide does not have."""

import re
from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_of

_FAMILY = re.compile(r"font-family\s*(?::|=\s*\")\s*([^;\">]+)", re.IGNORECASE)
# CSS Fonts 4, 2.1.3: whatever the reader's program has of the kind.
_GENERIC = frozenset({"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"})


def _look(subject: Subject) -> Iterator[Found]:
    known = {one.casefold() for one in subject.guide.fonts} | _GENERIC
    if not subject.guide.fonts:
        return
    for mail in subject.mails:
        told = set()
        for one in _FAMILY.finditer(mail.html):
            for name in (part.strip().strip("'\"") for part in one[1].split(",")):
                if name and name.casefold() not in known and name.casefold() not in told:
                    told.add(name.casefold())
                    facts: dict[str, object] = {
                        "given": name[:60], "known": ", ".join(subject.guide.fonts)
                    }  # fmt: skip
                    line = line_of(mail.source.mjml, name)
                    yield Found("font", mail.path("mjml"), facts, line)


CHECK = Check({"font": WARNING}, _look)
