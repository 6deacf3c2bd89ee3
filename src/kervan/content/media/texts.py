"""Says what may be written of a picture: its name, words for who does not see it, and tags."""

import re
from dataclasses import dataclass

from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from kervan.profiles.names import fold

NAME_CHARS = 200
ALT_CHARS = 500
TAG_CHARS = 40
MOST_TAGS = 20
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_BETWEEN = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Texts:
    """What is written of a picture; `alt` by language, "" nowhere."""

    name: str
    alt: dict[str, str]
    tags: tuple[str, ...]

    @property
    def found(self) -> str:
        """The folded words it is found by: İ, I, ı and i are one letter, and so are ə and e."""
        return fold(" ".join([self.name, *self.alt.values(), *self.tags]))


def tidy(name: str, alt: dict[str, str], tags: list[str]) -> Texts:
    """The texts as they are kept. Raises content.media_unfit (422) with what may not be so."""
    wanted = _line("name", name, NAME_CHARS)
    if not wanted:
        raise KervanError("content.media_unfit", status=422, part="name", most=NAME_CHARS)
    unknown = sorted(set(alt) - set(LOCALES))
    if unknown:
        raise KervanError("content.language_unknown", status=422, language=unknown[0][:20])
    said = {one: _line(f"alt.{one}", alt[one], ALT_CHARS) for one in LOCALES if alt.get(one)}
    named = {fold(tag): tag for tag in (_line("tags", one, TAG_CHARS) for one in tags) if tag}
    if len(named) > MOST_TAGS:
        raise KervanError("content.media_unfit", status=422, part="tags", most=MOST_TAGS)
    return Texts(wanted, {one: text for one, text in said.items() if text}, tuple(named.values()))


def named_by(file_name: str) -> str:
    """What a picture is called at first: its file's name, without what is for machines."""
    plain = "".join(one if one.isprintable() else " " for one in file_name)
    plain = _ENDING.sub("", plain.replace("\\", "/").rpartition("/")[2])
    return _BETWEEN.sub(" ", plain).strip()[:NAME_CHARS] or "–"


def _line(part: str, text: str, most: int) -> str:
    line = " ".join(text.split())
    if len(line) > most or not line.isprintable():
        raise KervanError("content.media_unfit", status=422, part=part, most=most)
    return line
