"""What names a person: kinds of identifiers, how each is normalised, which are refused."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

CUSTOMER, EMAIL, PHONE, CARD, WHATSAPP, INSTAGRAM, TELEGRAM = 1, 2, 3, 4, 5, 6, 7
LEAD = 20
"""A browser's word for an e-mail or phone: it anchors a lead of its own and is nobody else's."""
FIRST_NAMESPACE = 100
"""From this kind on: customer ids of other systems, a kind for each."""
KIND_NAMES = {
    CUSTOMER: "customer_id",
    EMAIL: "email",
    PHONE: "phone",
    CARD: "card",
    WHATSAPP: "whatsapp",
    INSTAGRAM: "instagram",
    TELEGRAM: "telegram",
    LEAD: "lead",
}
MOST = {EMAIL: 5, PHONE: 5, CARD: 5, WHATSAPP: 5, INSTAGRAM: 5, TELEGRAM: 5}
"""How many of a kind one person may have; of each customer id kind, one."""


def most(kind: int) -> int:
    """How many identifiers of this kind one person may have, of what is not bounded a thousand."""
    return 1 if is_customer(kind) else MOST.get(kind, 1000)


def is_customer(kind: int) -> bool:
    """Whether it is a customer id, of whatever system."""
    return kind == CUSTOMER or kind >= FIRST_NAMESPACE


LONGEST = 255
PLACEHOLDER, TOO_LONG, NOT_AN_ADDRESS, NOT_A_NUMBER, MIXED_SCRIPTS, UNREADABLE = (
    "placeholder", "too_long", "not_an_address", "not_a_number", "mixed_scripts", "unreadable",
)  # fmt: skip
"""Why a value is refused."""

# Values that many systems send for "nobody", folded, quotes and spaces taken away.
_NOBODY = frozenset(
    """
    anonymous anonymousid anonymous_id guest visitor user userid user_id customer distinctid
    distinct_id id not_authenticated unauthenticated not_set undefined unknown true false null nil
    none nan n/a na - -- . ? -1 0 email mail test deneme default dummy
    [object_object] [object] {} [] misafir ziyaretçi ziyaretci kullanici kullanıcı müşteri musteri
    üye uye anonim bilinmiyor bilinmeyen tanimsiz belirsiz yok boş bos qonaq ziyarətçi istifadəçi
    istifadeci müştəri naməlum namelum bilinmir yoxdur sinaq
    """.replace("ı", "i").split()
)  # fmt: skip
_NOBODYS_LOCAL_PARTS = frozenset(
    """
    test tests testing deneme sinaq noreply no-reply no_reply donotreply yok yoxdur none null
    undefined anonymous misafir qonaq
    """.strip().split()
)
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]{1,190}\.[^\s@.]{2,63}")
_PLAIN_EMAIL = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.[a-z]{2,63}")
_ZERO_LIKE = re.compile(r"[0-]*|f{8}-(f{4}-){3}f{12}|(\{)?0{8}-(0{4}-){3}0{12}\}?")
# Numbers of which the library of phone numbers says the same, only later.
_MOBILE = {
    "TR": (re.compile(r"(?:\+?90|0090|0)?(5\d{9})"), "+90"),
    "AZ": (re.compile(r"(?:\+?994|00994|0)?((?:10|50|51|55|60|70|77|99)\d{7})"), "+994"),
}
_MARKS = str.maketrans("", "", " ()-./")


def normalise(kind: int, value: object, country: str) -> str | None:
    """`value` in the one form it is compared in, or None when it names nobody.

    `country` (ISO 3166) is that of phone numbers written without a country code.
    """
    return examine(kind, value, country)[0]


def examine(kind: int, value: object, country: str) -> tuple[str | None, str]:
    """(the one form `value` is compared in, "") or (None, why it is refused).

    The reason is "" too for what is not there at all: null, blank, or no text and no number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None, ""
    text = str(value)
    if len(text) > LONGEST:
        return None, TOO_LONG if text.strip() else ""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKC", text) if not _is_unseen(char))
    text = text.strip()
    if not text:
        return None, ""
    if not text.isprintable():
        return None, UNREADABLE
    if kind == EMAIL:
        return _email(text)
    if kind == PHONE:
        return _phone(text, country)
    if is_nobody(text):
        return None, PLACEHOLDER
    if kind == CARD:
        return (None, MIXED_SCRIPTS) if _mixes_scripts(text) else (text.upper(), "")
    return (text, "") if len(text) <= LONGEST else (None, TOO_LONG)


def is_nobody(text: str) -> bool:
    """Whether a value stands for nobody: "undefined", an all-zero UUID, "misafir" ..."""
    bare = fold(text.strip(" '\"`")).replace(" ", "_")
    if bare in _NOBODY or not bare:
        return True
    return bare[0] in "0-f{" and _ZERO_LIKE.fullmatch(bare) is not None


def shown(value: object) -> str:
    """A refused value, short enough to be kept and shown."""
    return str(value)[:80].encode("utf-8", "replace").decode()


def fold(text: str) -> str:
    """Lower case in which I, İ and ı are one letter, whatever the language."""
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").replace("I", "i").replace("ı", "i").lower()


def _is_unseen(char: str) -> bool:
    # Marks of direction, joiners, soft hyphens: an eye cannot tell the value from one without.
    return unicodedata.category(char) == "Cf"


def _mixes_scripts(text: str) -> bool:
    """Whether letters of more than one alphabet stand in it: the look-alike of another's."""
    if text.isascii():
        return False
    return len({unicodedata.name(char, "").split(" ")[0] for char in text if char.isalpha()}) > 1


def _email(text: str) -> tuple[str | None, str]:
    folded = fold(text)
    if not _PLAIN_EMAIL.fullmatch(folded):
        if not _EMAIL.fullmatch(folded):
            return None, PLACEHOLDER if is_nobody(folded) else NOT_AN_ADDRESS
        if any(map(_mixes_scripts, re.split(r"[@.]", folded))):
            return None, MIXED_SCRIPTS
    if folded.partition("@")[0] in _NOBODYS_LOCAL_PARTS:
        return None, PLACEHOLDER
    return folded, ""


def _phone(text: str, country: str) -> tuple[str | None, str]:
    pattern, prefix = _MOBILE.get(country, (None, ""))
    if pattern is not None and (
        found := pattern.fullmatch(text) or pattern.fullmatch(text.translate(_MARKS))
    ):
        national = found[1]
        if len(set(national[2:])) > 1:
            return prefix + national, ""
    return _any_phone(text, country)


@lru_cache(maxsize=4096)
def _any_phone(text: str, country: str) -> tuple[str | None, str]:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None, PLACEHOLDER if is_nobody(text) else NOT_A_NUMBER
    national = str(number.national_number)
    if not phonenumbers.is_possible_number(number):
        return None, NOT_A_NUMBER
    if len(set(national[1:])) <= 1:
        return None, PLACEHOLDER  # 0555 555 55 55 and its like: typed to get past a form
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), ""
