"""Counts what an SMS costs: parts in each way of writing, and which letters make it dear."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import URL, Field, Subject, line_at
from kervan.kernel import gsm, i18n
from kervan.kernel.gsm import Mode, Rules

_SMS = "sms"
# https://, a host, /c/ and a token of 38 signs (tokens.py).
_LINK = "https://" + "k" * 15 + "/c/" + "k" * 38
_EVERY = Rules(modes=(Mode.GSM, Mode.SINGLE, Mode.UCS2))


def _look(subject: Subject) -> Iterator[Found]:
    for field in subject.fields:
        if field.channel == _SMS:
            yield from _one(subject, field)


def _one(subject: Subject, field: Field) -> Iterator[Found]:
    text = URL.sub(_LINK, field.shown.strip()) + _end(subject, field)
    plain, turkish, unicode = gsm.compare(text, _EVERY)
    cheapest = gsm.count(text, _EVERY)
    costs = ", ".join(
        f"{name} {one.parts}"
        for name, one in (("GSM-7", plain), ("GSM-7 TR", turkish), ("UCS-2", unicode))
        if not one.unsendable
    )
    if cheapest.mode is Mode.UCS2:
        lost = [sign for sign in plain.unsendable if sign in turkish.unsendable]
        first = min((place for one in lost if (place := field.shown.find(one)) >= 0), default=0)
        facts: dict[str, object] = {
            "letters": " ".join(lost)[:60], "parts": cheapest.parts, "less": turkish.parts
        }  # fmt: skip
        yield Found("sms_letters", field.path, facts, line_at(field.shown, first))
    if cheapest.parts > subject.guide.limits.sms_parts:
        limit = subject.guide.limits.sms_parts
        said: dict[str, object] = {"parts": cheapest.parts, "limit": limit, "costs": costs}
        yield Found("sms_parts", field.path, said)


def _end(subject: Subject, field: Field) -> str:
    """What is written at the end of a commercial one, where its author gave no way to refuse."""
    if (field.channel, field.language) not in subject.ended:
        return ""
    said = [i18n.say("content.text_refuse", field.language, url=_LINK)]
    if subject.speaker.mersis:
        number = subject.speaker.mersis
        said.insert(0, i18n.say("content.text_mersis", field.language, number=number))
    return "\n" + " ".join(said)


CHECK = Check({"sms_letters": WARNING, "sms_parts": WARNING}, _look)
