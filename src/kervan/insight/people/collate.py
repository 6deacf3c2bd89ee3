"""Sorts names as Turkish and Azerbaijani readers expect: ç after c, ı before i, ə after e."""

import unicodedata
from functools import lru_cache

_ALPHABETS = {
    "tr": "abcçdefgğhıijklmnoöpqrsştuüvwxyz",
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
_PLACES = {
    locale: {letter: (place + 1) * 2 for place, letter in enumerate(letters)}
    for locale, letters in _ALPHABETS.items()
}
_BARE = str.maketrans({"ı": "i", "ə": "e", "ø": "o", "ł": "l", "đ": "d"})


@lru_cache(maxsize=16_384)
def key(name: str, locale: str) -> tuple[int, ...]:
    """What a name is sorted by in a language; a letter foreign to it comes behind its bare one."""
    places = _PLACES.get(locale, _PLACES["en"])
    lower = name.replace("İ", "i").replace("I", "ı" if locale in ("tr", "az") else "i").lower()
    found = []
    for char in unicodedata.normalize("NFC", lower):
        place = places.get(char)
        if place is None:
            bare = unicodedata.normalize("NFKD", char.translate(_BARE))[:1]
            place = places[bare] + 1 if bare in places else 0 if char.isspace() else 1
        found.append(place)
    return tuple(found)
