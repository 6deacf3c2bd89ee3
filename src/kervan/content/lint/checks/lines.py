"""Looks for the lines that must stand: footers, and what the law of a place wants said."""

from collections.abc import Iterator

from kervan.consent.refusal_words import fold
from kervan.content.lint.check import ERROR, Check, Found
from kervan.content.lint.subject import Subject


def _look(subject: Subject) -> Iterator[Found]:
    purpose = "marketing" if subject.marketing else "transactional"
    said: dict[tuple[str, str], str] = {}
    for field in subject.fields:
        place = field.channel, field.language
        said[place] = f"{said.get(place, '')} {fold(field.shown)}"
    for line in subject.guide.lines:
        if (line.law and line.law != subject.law) or (
            line.purposes and purpose not in line.purposes
        ):
            continue
        wanted = {str(language): text for language, text in line.says.items()}
        for (channel, language), text in said.items():
            if (line.channels and channel not in line.channels) or language not in wanted:
                continue
            if f" {fold(wanted[language])} " not in f" {text} ":
                facts: dict[str, object] = {"name": line.name, "line": wanted[language][:200]}
                yield Found("line", f"/variants/{channel}/{language}", facts)


CHECK = Check({"line": ERROR}, _look)
