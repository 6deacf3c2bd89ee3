"""Measures how well the text of a mail is read on its background (WCAG 2.2, 1.4.3)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from kervan.content.lint import colour
from kervan.content.lint.check import ERROR, WARNING, Check, Found
from kervan.content.lint.colour import BLACK, WHITE, Rgb
from kervan.content.lint.subject import Subject, line_of
from kervan.content.tags import VOID

_INVISIBLE = 1.3
_SMALLEST_PX = 2.0
_LARGE_PX, _LARGE_BOLD_PX = 24.0, 18.66
# WCAG asks 3 of large text where it asks 4.5 of other text, and 4.5 where it asks 7.
_LARGE_SHARE = 2 / 3
_SIZE = re.compile(r"([0-9.]+)px")
_SILENT = ("style", "script", "head", "title")


class _Look(NamedTuple):
    """How text looks at a place; a background of None is a picture or nobody knows what."""

    tag: str
    text: Rgb | None = BLACK
    back: Rgb | None = WHITE
    size_px: float = 16.0
    bold: bool = False
    hidden: bool = False


class _Reader(HTMLParser):
    """Walks HTML whose styles stand on the elements, as mail has them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: dict[tuple[Rgb, Rgb, bool], str] = {}
        self._open = [_Look("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            given = {name: value or "" for name, value in attrs}
            self._open.append(_inside(self._open[-1], tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag in [one.tag for one in self._open[1:]]:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        look = self._open[-1]
        # Blocks of MJML are written in no size at all, and what stands in them has its own.
        if not data.strip() or look.hidden or look.size_px < _SMALLEST_PX:
            return
        if look.text is not None and look.back is not None:
            edge = _LARGE_BOLD_PX if look.bold else _LARGE_PX
            self.seen.setdefault((look.text, look.back, look.size_px >= edge), data.strip())


def _inside(around: _Look, tag: str, given: dict[str, str]) -> _Look:
    style = _style(given.get("style", ""))
    text, back, size_px = around.text, around.back, around.size_px
    if written := style.get("color") or (given.get("color", "") if tag == "font" else ""):
        text = colour.read(written)
    elif tag == "a" and given.get("href"):
        text = (0, 0, 238)
    ground = style.get("background-color") or style.get("background") or given.get("bgcolor", "")
    if "url(" in style.get("background", "") + style.get("background-image", ""):
        back = None
    elif ground and ground not in ("none", "transparent", "inherit"):
        back = colour.read(ground.split(" ")[0] if not ground.startswith("rgb") else ground)
    if found := _SIZE.match(style.get("font-size", "")):
        size_px = float(found[1])
    weight = style.get("font-weight", "")
    bold = around.bold or tag in ("b", "strong", "th") or weight in ("bold", "600", "700", "800")
    hides = "none" in style.get("display", "") or tag in _SILENT
    return _Look(tag, text, back, size_px, bold, around.hidden or hides)


def _style(written: str) -> dict[str, str]:
    parts = (one.partition(":") for one in written.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in parts}


def _look(subject: Subject) -> Iterator[Found]:
    least = subject.guide.limits.contrast
    for mail in subject.mails:
        reader = _Reader()
        reader.feed(mail.html)
        reader.close()
        for (text, back, large), words in reader.seen.items():
            ratio = colour.ratio(text, back)
            wanted = round(least * _LARGE_SHARE, 1) if large else least
            if ratio >= wanted:
                continue
            facts: dict[str, object] = {
                "ratio": f"{ratio:.1f}", "wanted": f"{wanted:g}", "words": words[:40],
                "text": colour.spelled(text), "ground": colour.spelled(back),
            }  # fmt: skip
            name = "invisible" if ratio < _INVISIBLE else "contrast"
            yield Found(name, mail.path("mjml"), facts, line_of(mail.source.mjml, words))


CHECK = Check({"contrast": WARNING, "invisible": ERROR}, _look)
