"""What names a person: kinds of identifiers, how each is normalised, which are refused."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

CUSTOMER, EMAIL, PHONE, CARD = 1, 2, 3, 4
KIND_NAMES = {CUSTOMER: "customer_id", EMAIL: "email", PHONE: "phone", CARD: "card"}

# Values that many systems send for "nobody"; in any case, also in quotes.
_NOBODY = frozenset(
    {
        "anonymous",
        "guest",
        "distinctid",
        "distinct_id",
        "id",
        "not_authenticated",
        "undefined",
        "true",
        "false",
        "null",
        "none",
        "nan",
        "-1",
        "0",
        "anonymousid",
        "email",
        "misafir",
        "qonaq",
        "bilinmiyor",
        "bilinmir",
        "[object_object]",
        "unknown",
    }
)
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]{1,190}\.[^\s@.]{2,63}")
_ZERO_LIKE = re.compile(r"[0-]*")


def normalise(kind: int, value: object, country: str) -> str | None:
    """`value` in the one form it is compared in, or None when it names nobody.

    `country` (ISO 3166) is that of phone numbers written without a country code.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if not text or len(text) > 255:
        return None
    if kind == EMAIL:
        return _email(text)
    if kind == PHONE:
        return _phone(text, country)
    bare = text.strip("'\"").lower().replace(" ", "_")
    if bare in _NOBODY or _ZERO_LIKE.fullmatch(bare):
        return None
    return text.upper() if kind == CARD else text


def fold(text: str) -> str:
    """Lower case in which I, İ and ı are one letter, whatever the language."""
    return text.replace("İ", "i").replace("I", "i").replace("ı", "i").lower()


def _email(text: str) -> str | None:
    folded = fold(text)
    if not _EMAIL.fullmatch(folded):
        return None
    local = folded.partition("@")[0]
    return None if local in ("test", "noreply", "no-reply") else folded


@lru_cache(maxsize=4096)
def _phone(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if not phonenumbers.is_possible_number(number) or len(set(national)) <= 1:
        return None
    if len(set(national[1:])) <= 1:
        return None  # 0555 555 55 55 and its like: typed to get past a form
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
