"""Writes contact points and names as the platforms compare them, and hashes them.

Meta: "Customer Information Parameters" and "Customer File Custom Audiences" of the Marketing API;
Google: "Format user data" of the Data Manager API. Both take SHA-256 in small hexadecimal. What
they leave open is Turkish: their own libraries lower İ to two characters and drop no country code
in; here an address is never lowered by Turkish rules (INFO would become ınfo), and of a name both
readings are given where they differ.
"""

import hashlib
import re
import unicodedata

_GMAIL = ("gmail.com", "googlemail.com")
_TO_ASCII_I = str.maketrans("İı", "ii")
_TO_TURKISH = str.maketrans("İI", "iı")
_SPACE = re.compile(r"\s+")


def sha256(text: str) -> str:
    """The hash as it is sent, "" for nothing."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def email(text: str) -> str:
    """An address without white space and in small letters; İ and ı are i. "" for none."""
    plain = _SPACE.sub("", unicodedata.normalize("NFC", text)).translate(_TO_ASCII_I).lower()
    local, at, domain = plain.rpartition("@")
    return plain if at and local and domain else ""


def google_email(text: str) -> str:
    """The same; at Gmail without dots, and without what follows a plus sign."""
    local, at, domain = email(text).rpartition("@")
    if domain in _GMAIL:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}{at}{domain}" if local else ""


def meta_phone(e164: str) -> str:
    """The digits with the country's code, and no zeros before it."""
    return "".join(one for one in e164 if one in "0123456789").lstrip("0")


def google_phone(e164: str) -> str:
    """E.164 with its plus sign; "" for what is not."""
    digits = meta_phone(e164)
    return f"+{digits}" if e164.strip().startswith("+") and digits else ""


def names(text: str) -> tuple[str, ...]:
    """A name in small letters without punctuation: by Unicode's rules and, if other, by Turkish."""
    plain = unicodedata.normalize("NFC", text).strip()
    plain = "".join(one for one in plain if not unicodedata.category(one).startswith("P"))
    plain = _SPACE.sub(" ", plain).strip()
    both = (plain.lower(), plain.translate(_TO_TURKISH).lower())
    return tuple(dict.fromkeys(one for one in both if one))
