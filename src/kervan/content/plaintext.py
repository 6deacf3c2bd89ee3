"""Makes the text part of a mail out of its HTML: same words, same blocks, same links."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "table",
        "tr",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "pre",
    }
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table"})
_SILENT = frozenset({"style", "script", "head", "title"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_OUTLOOK = re.compile(r"<!--\[if\b[^\]]*\]>(?!<!--).*?<!\[endif\]-->", re.DOTALL)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_GAPS = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\n\r\f]+")


def from_html(html: str, word: re.Pattern[str]) -> str:
    """`html` (already with its link slots) as text; `word` matches a shielded template piece."""
    reader = _Reader(word)
    # Blocks may open and close in what only Outlook reads.
    reader.feed(_OUTLOOK.sub(
        lambda found: "".join(f"<!--{one}-->" for one in word.findall(found.group())), html
    ))  # fmt: skip
    reader.close()
    return "".join(reader.written).strip() + "\n"


class _Reader(HTMLParser):
    def __init__(self, word: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._word = word
        self._open: list[tuple[str, bool]] = []  # element, whether it hides what is inside
        self._links: list[str] = []
        self._breaks = 0  # line breaks due before the next words
        self._fresh = True  # at the beginning of a line
        self._space = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._breaks = min(2, self._breaks + 1)
        elif tag in _BLOCKS:
            self._break(2 if tag in _APART else 1)
        elif tag in ("td", "th"):
            self._space = not self._fresh
        if tag == "img" and given.get("alt") and not self._hidden():
            self._say(given["alt"])
        if tag == "li":
            self._say("- ")
        if tag in _VOID:
            return
        hides = tag in _SILENT or bool(_HIDDEN.search(given.get("style", "")))
        self._open.append((tag, hides))
        if tag == "a":
            self._links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in [name for name, _ in self._open]:
            return
        while True:
            name, _ = self._open.pop()
            if name == "a":
                link = self._links.pop()
                if link and not link.startswith("#") and not self._hidden():
                    self._space = True
                    self._say(f"<{link.removeprefix('mailto:').removeprefix('tel:')}>")
            if name == tag:
                break
        if tag in _BLOCKS:
            self._break(2 if tag in _APART else 1)

    def handle_data(self, data: str) -> None:
        if self._hidden():
            return
        if data[:1].isspace():
            self._space = True
        words = _BLANKS.sub(" ", data).strip(" ")
        if words:
            self._say(words)
            self._space = data[-1:].isspace()

    def handle_comment(self, data: str) -> None:
        # A block of the template: it takes no room of its own. Outlook's comments are not ours.
        if self._word.fullmatch(data) and not any(name in _SILENT for name, _ in self._open):
            self._flush()
            self.written.append(f"<!--{data}-->")

    def _hidden(self) -> bool:
        return any(hides for _, hides in self._open)

    def _break(self, count: int) -> None:
        self._breaks = max(self._breaks, count)

    def _flush(self) -> None:
        if self._breaks and self.written:
            self.written.append("\n" * (self._breaks - (1 if self._fresh else 0)))
            self._fresh = True
        self._breaks = 0

    def _say(self, words: str) -> None:
        if self._breaks:
            self._flush()
        elif self._space and not self._fresh:
            self.written.append(" ")
        self.written.append(words.replace("\xa0", " "))
        self._fresh = self._space = False


def tidy(text: str) -> str:
    """A rendered text part without blanks around line ends and without heaps of empty lines."""
    if " \n" in text or "\n " in text or "\t" in text:
        text = "\n".join([line.strip(" \t") for line in text.split("\n")])
    if "\n\n\n" in text:
        text = _GAPS.sub("\n\n", text)
    return text.strip() + "\n"
