"""Writes who speaks at the end of a commercial mail: its kind, trade name, number, contact."""

import html as html_text
from functools import lru_cache
from typing import NamedTuple

from kervan.content.company import Company
from kervan.kernel import i18n


class Imprint(NamedTuple):
    """The same few lines for both parts of a mail; "" where nobody set who speaks.

    `html` is ASCII, as mail wants it: letters are numeric references.
    """

    html: str
    text: str


@lru_cache(maxsize=1_024)
def imprint(company: Company, language: str) -> Imprint:
    """What a mail of `company` says of its sender, in tr, az or en."""
    if not company.title:
        return Imprint("", "")
    number = i18n.say("content.imprint_mersis", language, number=company.mersis)
    reach = [company.address, company.email, company.phone, company.website]
    lines = [
        i18n.say("content.imprint_kind", language),
        " · ".join([company.title, number] if company.mersis else [company.title]),
        " · ".join(filter(None, reach)),
    ]
    lines = [one for one in lines if one]
    shown = "<br />\n".join(html_text.escape(one, quote=False) for one in lines)
    ascii_ = f"{shown}<br />\n".encode("ascii", "xmlcharrefreplace").decode()
    return Imprint(ascii_, "\n".join(lines) + "\n")
