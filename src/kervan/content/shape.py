"""Turns MJML with template pieces into HTML with the same pieces, in the same order.

The engine for MJML knows nothing of templates, so every piece travels as a short word it leaves
alone: as text inside attributes, as a comment between elements, wrapped in `mj-raw` where only
components may stand. Afterwards the order of the blocks is compared with the source.
"""

import re
from dataclasses import dataclass

import css_inline
from mjml import mjml2html

from kervan.content import nodes, tags
from kervan.kernel.errors import KervanError

PART = "mjml"
_MAX_NESTING = 60
# Components whose inside is the author's own text or HTML.
_TEXTUAL = frozenset(
    {
        "mj-text",
        "mj-button",
        "mj-table",
        "mj-raw",
        "mj-navbar-link",
        "mj-social-element",
        "mj-accordion-title",
        "mj-accordion-text",
        "mj-title",
        "mj-preview",
        "mj-style",
    }
)
# Components between whose children a block may open or close.
_REPEATABLE = frozenset({"mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"})
_KNOWN = (
    _TEXTUAL
    | _REPEATABLE
    | {
        "mjml",
        "mj-head",
        "mj-attributes",
        "mj-all",
        "mj-class",
        "mj-breakpoint",
        "mj-font",
        "mj-html-attributes",
        "mj-selector",
        "mj-html-attribute",
        "mj-divider",
        "mj-spacer",
        "mj-image",
        "mj-social",
        "mj-navbar",
        "mj-accordion",
        "mj-accordion-element",
        "mj-carousel",
        "mj-carousel-image",
    }
)
_NO_BLOCKS = frozenset({"mj-title", "mj-style", "mj-preview"})
_REFUSED = frozenset(
    {
        "script",
        "iframe",
        "object",
        "embed",
        "applet",
        "base",
        "link",
        "meta",
        "form",
        "noscript",
        "frame",
        "frameset",
        "textarea",
        "xmp",
        "plaintext",
        "svg",
        "math",
        "style",
        "title",
    }
)
_COMMENT = re.compile(r"<!--(?!\[if\b|<!).*?-->", re.DOTALL)
_INLINE_STYLE = re.compile(
    r"<mj-style\b[^>]*\binline\s*=\s*[\"']inline[\"'][^>]*>(.*?)</mj-style\s*>", re.DOTALL
)
_BAD_CSS = re.compile(r"@import|javascript:|expression\s*\(|</", re.IGNORECASE)
_POSITION = re.compile(r"position (\d+)")


@dataclass(frozen=True, slots=True)
class Shaped:
    """HTML in which `word(i)` stands for `pieces[i]`, and blocks stand in comments."""

    html: str
    pieces: list[nodes.Piece]
    mark: str

    def words(self) -> re.Pattern[str]:
        """Matches a piece's word, with the comment around it; group 1 is the piece's number."""
        return re.compile(rf"(?:<!--)?{self.mark}(\d+)z(?:-->)?")


def without_comments(mjml: str) -> str:
    """`mjml` less the author's comments (Outlook's conditions stay), line for line."""
    return _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), mjml)


def shape(body: list[nodes.Piece], preheader: list[nodes.Piece], language: str) -> Shaped:
    """Compile the MJML in `body`, with `preheader` as its preview text.

    Raises KervanError content.mjml_* and content.*_place with the line in the source.
    """
    pieces: list[nodes.Piece] = []
    static = "".join(piece.text for piece in body + preheader if isinstance(piece, nodes.Text))
    mark = "kvx"
    while mark in static.lower():
        mark += "q"

    def shielded(source: list[nodes.Piece]) -> str:
        words = []
        for piece in source:
            if isinstance(piece, nodes.Text):
                words.append(piece.text)
            else:
                words.append(f"{mark}{len(pieces)}z")
                pieces.append(piece)
        return "".join(words)

    text = shielded(body)
    body_count = len(pieces)
    preview = shielded([_escaped(piece) for piece in preheader])
    walker = _Walker(mark, pieces)
    inline_css: list[str] = []

    def keep_css(found: re.Match[str]) -> str:
        inline_css.append(found.group(1))
        return "\n" * found.group().count("\n")

    text = walker.walk(_INLINE_STYLE.sub(keep_css, text), language)
    for css in inline_css:
        walker.check_css(css, 1)
    if preview:
        text = _with_preview(text, preview)
    html = _to_html(text)
    if inline_css:
        html = _inlined(html, "\n".join(inline_css))
    shaped = Shaped(html, pieces, mark)
    _check_order(shaped, body_count)
    return shaped


def _escaped(piece: nodes.Piece) -> nodes.Piece:
    if not isinstance(piece, nodes.Text):
        return piece
    text = piece.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return nodes.Text(text, piece.line)


class _Walker:
    """Goes through the MJML once: checks what stands where, and makes it digestible."""

    def __init__(self, mark: str, pieces: list[nodes.Piece]) -> None:
        self._pieces = pieces
        self._word = re.compile(rf"{mark}(\d+)z")
        self._stack: list[str] = []  # all open elements
        self._mj: list[str] = []  # the open mj-* ones
        self._line = 1

    def walk(self, text: str, language: str) -> str:
        written: list[str] = []
        at = 0
        for tag in tags.TAG.finditer(text):
            written.append(self._between(text[at : tag.start()]))
            written.append(self._tag(tag, language))
            self._line += tag.group().count("\n")
            at = tag.end()
        written.append(self._between(text[at:]))
        if self._stack:
            raise self._error("content.mjml_unclosed", name=self._stack[-1])
        return "".join(written)

    def check_css(self, css: str, line: int) -> None:
        if self._word.search(css):
            raise KervanError("content.style_place", part=PART, line=line)
        if found := _BAD_CSS.search(css):
            raise KervanError("content.css_refused", part=PART, line=line, found=found.group())

    def _between(self, text: str) -> str:
        place = self._mj[-1] if self._mj else ""
        if place == "mj-style":
            self.check_css(text, self._line)

        def one(found: re.Match[str]) -> str:
            piece = self._pieces[int(found.group(1))]
            if isinstance(piece, nodes.Print):
                if place not in _TEXTUAL or "style" in self._stack:
                    raise KervanError("content.print_place", part=PART, line=piece.line)
                return found.group()
            comment = f"<!--{found.group()}-->"
            if place == "mj-wrapper":
                # Written into one of Outlook's comments, where another comment would end it.
                return f"<mj-raw>{found.group()}</mj-raw>"
            if place in _REPEATABLE:
                return f"<mj-raw>{comment}</mj-raw>"
            if place in _TEXTUAL and place not in _NO_BLOCKS:
                return comment
            raise KervanError("content.block_place", part=PART, line=piece.line, name=place)

        changed = self._word.sub(one, text)
        self._line += text.count("\n")
        return changed

    def _tag(self, tag: re.Match[str], language: str) -> str:
        name = tag.group("name").lower()
        lines = "\n" * tag.group().count("\n")
        if self._word.search(name):
            raise self._error("content.tag_place")
        if tag.group("close"):
            return self._closing(name, lines)
        self._check_name(name)
        if not self._stack and name != "mjml":
            raise self._error("content.mjml_unreadable", reason=f"<{name}>, not <mjml>")
        attrs = self._attributes(tags.attributes(tag.group("attrs")))
        if name == "mjml" and " lang=" not in attrs:
            attrs += f' lang="{language}"'
        if tag.group("void") or name in tags.VOID:
            return f"<{name}{attrs}{lines}/>"
        self._stack.append(name)
        if name.startswith("mj"):
            self._mj.append(name)
        if len(self._stack) > _MAX_NESTING:
            raise self._error("content.too_deep")
        return f"<{name}{attrs}{lines}>"

    def _closing(self, name: str, lines: str) -> str:
        if name in tags.VOID:
            return lines
        if not self._stack or self._stack[-1] != name:
            expected = self._stack[-1] if self._stack else "mjml"
            raise self._error("content.mjml_crossed", name=name, expected=expected)
        self._stack.pop()
        if name.startswith("mj"):
            self._mj.pop()
        return f"</{name}{lines}>"

    def _check_name(self, name: str) -> None:
        if name == "mj-include":
            raise self._error("content.include_refused")
        if name in _REFUSED:
            raise self._error("content.tag_refused", name=name)
        if name.startswith("mj") and name not in _KNOWN:
            raise self._error("content.component_unknown", name=name)
        if self._mj and self._mj[-1] in ("mj-style", "mj-title", "mj-preview"):
            raise self._error("content.tag_refused", name=name)

    def _attributes(self, found: list[tags.Attribute]) -> str:
        written = []
        for one in found:
            name = one.name.lower()
            holds = self._word.search(one.value or "")
            if self._word.search(name) or (holds and not one.quoted):
                raise self._error("content.tag_place")
            if name.startswith("on"):
                raise self._error("content.attribute_refused", name=name)
            if holds and name == "style":
                raise self._error("content.style_place")
            if one.value is None:
                written.append(f" {name}")
            else:
                written.append(f' {name}="{tags.encoded(one.value)}"')
        return "".join(written)

    def _error(self, code: str, **params: object) -> KervanError:
        return KervanError(code, 400, part=PART, line=self._line, **params)


def _with_preview(text: str, preview: str) -> str:
    if "<mj-preview" in text:
        raise KervanError("content.preview_twice", part="preheader", line=1)
    component = f"<mj-preview>{preview}</mj-preview>"
    if "<mj-head>" in text:
        return text.replace("<mj-head>", f"<mj-head>{component}", 1)
    return re.sub(
        r"(<mjml\b[^>]*>)",
        lambda root: f"{root.group()}<mj-head>{component}</mj-head>",
        text,
        count=1,
    )


def _to_html(text: str) -> str:
    try:
        # No fonts by default: a mail must not call other people's servers unasked.
        html = str(mjml2html(text, fonts={}))
    except ValueError as error:
        found = _POSITION.search(str(error))
        line = text.encode()[: int(found.group(1))].count(b"\n") + 1 if found else 1
        raise KervanError(
            "content.mjml_unreadable", part=PART, line=line, reason=str(error)[:200]
        ) from None
    if "<mj-body" not in text or "</body>" not in html:
        raise KervanError("content.mjml_unreadable", part=PART, line=1, reason="no mj-body")
    return html


def _inlined(html: str, css: str) -> str:
    inliner = css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
        extra_css=css,
    )
    return inliner.inline(html)


def _check_order(shaped: Shaped, body_count: int) -> None:
    """MJML may repeat a value (image and its fallback), but never move or lose a block."""

    def block(number: int) -> bool:
        return not isinstance(shaped.pieces[number], nodes.Print)

    wanted = [number for number in range(body_count) if block(number)]
    wanted += [number for number in range(body_count, len(shaped.pieces)) if block(number)]
    found = [int(word) for word in shaped.words().findall(shaped.html)]
    present = [number for number in found if block(number)]
    lost = {*range(len(shaped.pieces))} - {*found}
    if lost or sorted(present) != sorted(wanted) or not _ordered(present, body_count):
        at = min(lost) if lost else (present or wanted)[0]
        raise KervanError("content.block_moved", part=PART, line=shaped.pieces[at].line)


def _ordered(present: list[int], body_count: int) -> bool:
    body = [number for number in present if number < body_count]
    preheader = [number for number in present if number >= body_count]
    return body == sorted(body) and preheader == sorted(preheader)
