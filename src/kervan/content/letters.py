"""Capital and small letters as Turkish, Azerbaijani and English write them (İ/i and I/ı!)."""

_DOTTED = ("tr", "az")
_TO_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_TO_LOWER = str.maketrans({"İ": "i", "I": "ı"})


def upper(text: str, language: str) -> str:
    """`text` in capitals; in tr and az i becomes İ and ı becomes I (Unicode SpecialCasing)."""
    if language in _DOTTED:
        text = text.translate(_TO_UPPER)
    return text.upper()


def lower(text: str, language: str) -> str:
    """`text` in small letters; in tr and az I becomes ı; İ becomes i everywhere."""
    if language in _DOTTED:
        return text.translate(_TO_LOWER).lower()
    # Python gives i with a combining dot (U+0307) for İ, which no reader expects to see.
    return text.replace("İ", "i").lower()


def capitalize(text: str, language: str) -> str:
    """The first letter of each word in capitals, the others small (names: İSMAİL → İsmail)."""
    words = lower(text, language).split(" ")
    return " ".join(upper(word[:1], language) + word[1:] for word in words)
