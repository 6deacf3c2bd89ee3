"""Writes a template's own HTML in ASCII once, so that no mail has to be written so again."""

import re

from kervan.content import emit

_ENGINES = re.compile(
    "|".join(
        f"{re.escape(begin)}.*?{re.escape(end)}"
        for begin, end in (
            (emit.PRINT, emit.PRINT_END),
            (emit.BLOCK, emit.BLOCK_END),
            (emit.NOTE, emit.NOTE_END),
        )
    ),
    re.DOTALL,
)
_STYLE = re.compile(r"<style.*?</style", re.DOTALL | re.IGNORECASE)


def asciify(source: str) -> str:
    """An HTML template with numeric references for letters and line ends before attributes.

    It says the same. What the engine reads stays as it is; style sheets know no references, so
    a template with letters in one stays as a whole.
    """
    if not all(found[0].isascii() for found in _STYLE.finditer(source)):
        return source
    written, last = [], 0
    for found in _ENGINES.finditer(source):
        written += [_plain(source[last : found.start()]), found[0]]
        last = found.end()
    return "".join([*written, _plain(source[last:])])


def takes_references(source: str) -> bool:
    """Whether values may be written as references too: no style sheet has or gets letters."""
    styles = [found[0] for found in _STYLE.finditer(source)]
    return all(one.isascii() and emit.PRINT not in one for one in styles)


def _plain(html: str) -> str:
    # Templates come as one long line, and a line of a mail has its limit.
    text = html.encode("ascii", "xmlcharrefreplace").decode()
    return text.replace(' style="', '\nstyle="')
