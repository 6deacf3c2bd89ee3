"""Names colours that stand in a mail and not in the guide."""

from collections.abc import Iterator

from kervan.content.lint import colour
from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_at


def _look(subject: Subject) -> Iterator[Found]:
    known = {colour.read(one) for one in subject.guide.colours.values()}
    if not known:
        return
    listed = ", ".join(subject.guide.colours.values())
    for mail in subject.mails:
        told = set()
        for one in colour.COLOUR.finditer(mail.source.mjml):
            found = colour.read(one[0])
            if found is not None and found not in known and found not in told:
                told.add(found)
                facts: dict[str, object] = {"given": one[0], "known": listed}
                line = line_at(mail.source.mjml, one.start())
                yield Found("colour", mail.path("mjml"), facts, line)


CHECK = Check({"colour": WARNING}, _look)
