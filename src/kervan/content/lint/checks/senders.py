"""Holds the name and address that a mail comes from against those of the guide."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import EMAIL, Subject


def _look(subject: Subject) -> Iterator[Found]:
    known = subject.guide.senders.get(EMAIL, ())
    if not known:
        return
    names = {one.name for one in known}
    addresses = {one.address.casefold() for one in known if one.address}
    listed = ", ".join(f"{one.name} <{one.address}>" if one.address else one.name for one in known)
    for mail in subject.mails:
        name, address = mail.source.from_name, mail.source.from_email
        # Without one the account's own stands, which is set once and for all messages.
        if name and name not in names:
            yield Found("sender", mail.path("from_name"), {"given": name[:80], "known": listed})
        if address and addresses and address.casefold() not in addresses:
            yield Found("sender", mail.path("from_email"), {"given": address[:80], "known": listed})


CHECK = Check({"sender": WARNING}, _look)
