"""Says which addresses a piece on the site may lead to."""

import re
from urllib.parse import unquote

from kervan.content.links import host_allowed, normal_url

_PATH = re.compile(r"/(?![/\\])[!#$%&'()*+,/:;=?@~\w.-]*", re.ASCII)
_MAIL = re.compile(r"mailto:[\w.+-]+@[\w.-]+(?:\?[!#$%&'()*+,/:;=?@~\w.-]*)?", re.ASCII)
_TEL = re.compile(r"tel:\+?[0-9().-]{3,24}")


def sound(url: str, hosts: frozenset[str], *, fetched: bool = False) -> bool:
    """Whether a page may follow `url`: a path of its own site, or http(s) to one of `hosts`.

    What is not `fetched` may also be an address of mail or a telephone number.
    """
    if any(sign in unquote(url) for sign in "\\\r\n\t\0"):
        return False
    if _PATH.fullmatch(url) or (not fetched and (_MAIL.fullmatch(url) or _TEL.fullmatch(url))):
        return True
    found = normal_url(url)
    return found is not None and host_allowed(found[1], hosts)
