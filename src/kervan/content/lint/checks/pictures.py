"""Looks at the pictures of a mail: what stands for each, and whether there is text beside them."""

from collections.abc import Iterator

from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_at
from kervan.content.tags import TAG, attributes

_PICTURES = ("mj-image", "mj-carousel-image", "img")
_FEWEST_WORDS = 10


def _look(subject: Subject) -> Iterator[Found]:
    for mail in subject.mails:
        mjml, path, count = mail.source.mjml, mail.path("mjml"), 0
        for tag in TAG.finditer(mjml):
            if tag["close"] or tag["name"].lower() not in _PICTURES:
                continue
            count += 1
            given = {one.name.lower(): one.value or "" for one in attributes(tag["attrs"])}
            # An empty one says that a picture is decoration only, and nothing is lost without it.
            if "alt" not in given:
                facts: dict[str, object] = {"picture": given.get("src", "")[:80] or "–"}
                yield Found("alt", path, facts, line_at(mjml, tag.start()))
        words = next((len(one.shown.split()) for one in subject.fields if one.path == path), 0)
        if count and words < _FEWEST_WORDS:
            yield Found("pictures_only", path, {"count": count, "words": words})


CHECK = Check({"alt": WARNING, "pictures_only": WARNING}, _look)
