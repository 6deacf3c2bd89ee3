"""Traits of a person: which are personal, and whose word is the last."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# Traits that say who somebody is; they are sealed, and never reach ClickHouse.
PERSONAL = frozenset(
    {
        "email",
        "phone",
        "name",
        "firstName",
        "first_name",
        "lastName",
        "last_name",
        "address",
        "birthday",
        "username",
        "avatar",
        "title",
        "description",
        "card",
        "loyalty_card",
        "loyaltyId",
        "street",
        "postalCode",
        "postal_code",
        "identityNumber",
        "identity_number",
    }
)
# Names under which shops send the same: workEmail, gsm2, teslimatAdresi, soyadı, doğum_tarihi.
_PERSONAL_NAME = re.compile(
    r"(?:^|[_\-. ]|(?<=[a-zçğıöşüə])(?=[A-ZÇĞİÖŞÜƏ]))"
    r"(?i:(?:e[_-]?)?mail|e[_-]?posta|e[_-]?poçt|(?:tele|mobile[_ -]?)?phone"
    r"|telefon[iuı]?|gsm|msisdn|cep|mobile?|whatsapp|address|adres[iı]?|ünvan[ıi]?"
    r"|(?:last|first|full|sur|middle)[_ -]?name"
    r"|soyad[ıi]?|ad[_ ]?soyad[ıi]?|birth[_ ]?(?:day|date)|date[_ -]?of[_ -]?birth|dob"
    r"|do[gğ]um[_ ]?(?:tarihi|günü|tarixi)"
    r"|tckn|tc[_ ]?(?:kimlik|no)(?:[_ ]?no)?|passport(?:[_ ]?(?:no|number))?|iban|fin[_ ]?kod[u]?)"
    r"(?:[_ ]?(?:no|number|num|numaras[ıi]))?[_ ]?\d{0,2}$"
)
LIMIT = 500
"""Personal traits a person may have, and as many others: those whose names come first in the
alphabet. Not the first to arrive, so that who somebody is does not hang on the order of arrival;
and what is left out once would be left out of any larger set too, so nothing has to be kept of it.
"""

_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")

Entry = tuple[Any, int, int]
Traits = dict[str, Entry]
"""{name: (value, at_ms of the event that said so, its source's number)}"""


def entry(kept: Sequence[Any]) -> Entry:
    """An entry as it was read from where it is kept; early ones do not say their source (0)."""
    return (kept[0], kept[1], kept[2] if len(kept) > 2 else 0)


def stamp(traits: dict[str, Any], at_ms: int, source: int = 0) -> Traits:
    """The traits one event gives, each with its time and source; a null takes a trait away."""
    return {str(name)[:100]: (value, at_ms, source) for name, value in traits.items()}


def merge(into: Traits, new: Traits) -> bool:
    """Put `new` into `into`, the latest event time winning; gives whether anything changed.

    Of two with the same time the greater text wins, and of too many names the first stay (`LIMIT`),
    so that the result is a function of the set of what was said: in any order, in any portions.
    """
    changed = []
    for name, (value, at_ms, source) in new.items():
        old = into.get(name)
        if old is not None and (
            old[1] > at_ms or (old[1], _text(old[0]), old[2]) >= (at_ms, _text(value), source)
        ):
            continue
        into[name] = (value, at_ms, source)
        changed.append(name)
    if len(into) > LIMIT:
        for sort in split(into):
            for name in sorted(sort)[LIMIT:]:
                del into[name]
        return any(name in into for name in changed)
    return bool(changed)


def _text(value: Any) -> str:
    """The same for equal values, also when where they are kept has put their keys in order."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, default=repr)
    return repr(value)


def split(traits: Traits) -> tuple[Traits, Traits]:
    """(personal, the rest)."""
    personal = {name: entry for name, entry in traits.items() if is_personal(name)}
    return personal, {name: entry for name, entry in traits.items() if name not in personal}


@lru_cache(maxsize=4096)
def is_personal(name: str) -> bool:
    """Whether a trait of this name says who somebody is, or how to reach her."""
    return name in PERSONAL or _PERSONAL_NAME.search(name) is not None


def plain(traits: Traits) -> dict[str, Any]:
    """Names and values only."""
    return {name: entry[0] for name, entry in traits.items() if entry[0] is not None}


def kind_of(value: Any) -> str:
    """What a value is: boolean, number, date (RFC 3339, also with its time), text or json."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "date" if _DATE.fullmatch(value) else "text"
    return "json"
