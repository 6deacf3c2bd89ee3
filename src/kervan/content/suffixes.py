"""Puts a case ending on a name as Turkish and Azerbaijani do: Ayşe'ye, Murat'ın, Nigarın, 5'te.

Vowel harmony, buffer letters and, in Turkish, t after a voiceless consonant follow the last sound;
a number's is that of its spoken last word. Turkish parts a proper name from its ending by an
apostrophe (TDK, Yazım Kılavuzu); Azerbaijani writes both together, and a number with a hyphen.
"""

from kervan.content import letters
from kervan.kernel.errors import KervanError

CASES = ("genitive", "dative", "accusative", "locative", "ablative", "with", "plural")
_BACK, _ROUND = frozenset("aıou"), frozenset("ouöü")
_VOWELS = {"tr": frozenset("aeıioöuü"), "az": frozenset("aeəıioöuü")}
_VOICELESS = frozenset("fstkçşhp")
_PLAIN = str.maketrans("âîû", "aiu")
# a: a or e (az: ə); i: one of ı, i, u, ü; d: d or t. After a vowel, after a consonant.
_ENDINGS = {
    "tr": {
        "genitive": ("nin", "in"), "dative": ("ya", "a"), "accusative": ("yi", "i"),
        "locative": ("da", "da"), "ablative": ("dan", "dan"), "with": ("yla", "la"),
        "plural": ("lar", "lar"),
    },
    "az": {
        "genitive": ("nin", "in"), "dative": ("ya", "a"), "accusative": ("ni", "i"),
        "locative": ("da", "da"), "ablative": ("dan", "dan"), "with": (" ilə", "la"),
        "plural": ("lar", "lar"),
    },
}  # fmt: skip
# Their last l is spoken as if a front vowel came before: Kemal'e, not Kemal'a.
_FRONT_L = frozenset([
    "kemal", "cemal", "celal", "bilal", "hilal", "nihal", "zuhal", "iclal", "ikbal", "meral",
    "resul",
])  # fmt: skip
_DIGITS = {
    "tr": ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"),
    "az": ("sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz"),
}
_TENS = {
    "tr": ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"),
    "az": ("", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan"),
}
_GREAT = {"tr": ("yüz", "bin", "milyon", "milyar"), "az": ("yüz", "min", "milyon", "milyard")}


def suffixed(name: str, case: str, language: str) -> str:
    """`name` with the ending of `case` (one of CASES) in tr or az; in en a genitive is 's.

    Blanks around fall away; of nothing nothing is made. Raises content.case_unknown.
    """
    if case not in CASES:
        raise KervanError("content.case_unknown", given=case[:20], known=", ".join(CASES))
    name = name.strip()
    if not name:
        return ""
    if language not in _ENDINGS:
        return f"{name}'s" if case == "genitive" else name
    sound, is_number = _spoken(name, language)
    ending = _ending(sound, case, language)
    if ending.startswith(" "):
        return name + ending
    # After an abbreviation's dot Turkish writes no apostrophe either: A.Ş.ye.
    joint = "-" if is_number else ""
    if language == "tr":
        joint = "" if name.endswith(".") else "'"
    return f"{name}{joint}{ending}"


def _spoken(name: str, language: str) -> tuple[str, bool]:
    """(what the ending follows, in small letters; whether it is a number)."""
    end = len(name)
    while end and not name[end - 1].isalnum():
        end -= 1
    start = end
    while start and (name[start - 1].isdecimal() or name[start - 1] in ".,"):
        start -= 1
    digits = "".join(sign for sign in name[start:end] if sign.isdecimal())
    if digits and digits.isascii():
        return _number(digits, language), True
    word = letters.lower(name[:end], language).translate(_PLAIN).split(" ")[-1]
    if "." in word or not any(sign in _VOWELS[language] for sign in word):
        return "e", False  # an abbreviation is spelled: PTT'ye, A.Ş.ye
    return word, False


def _number(digits: str, language: str) -> str:
    if digits[-1] != "0":
        return _DIGITS[language][int(digits[-1])]
    kept = digits.rstrip("0")
    if not kept:
        return _DIGITS[language][0]
    zeros = len(digits) - len(kept)
    if zeros == 1:
        return _TENS[language][int(digits[-2])]
    return _GREAT[language][min(zeros // 3, 3)]


def _ending(sound: str, case: str, language: str) -> str:
    vowels = _VOWELS[language]
    last = next(sign for sign in reversed(sound) if sign in vowels)
    is_back = last in _BACK and sound not in _FRONT_L
    is_round = last in _ROUND
    high = ("u" if is_round else "ı") if is_back else ("ü" if is_round else "i")
    low = "a" if is_back else "e" if language == "tr" else "ə"
    ending = _ENDINGS[language][case][0 if sound[-1] in vowels else 1]
    if ending.startswith(" "):
        return ending
    if language == "tr" and ending[0] == "d" and sound[-1] in _VOICELESS:
        ending = "t" + ending[1:]
    return ending.replace("i", high).replace("a", low)
