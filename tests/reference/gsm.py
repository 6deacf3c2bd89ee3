"""A phone that receives short messages: packed user data to text, written from the standard.

3GPP TS 23.038 and 23.040. Slow on purpose: it looks at single bits, keeps the tables as the
standard prints them (columns of sixteen), and shares no code with Kervan.
"""

# 23.038, 6.2.1: eight columns (b7..b5), each from row 0 to row 15; "_" stands for itself.
COLUMNS = (
    "@ £ $ ¥ è é ù ì ò Ç LF Ø ø CR Å å",
    "Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Æ æ ß É",
    "SP ! \" # ¤ % & ' ( ) * + , - . /",
    "0 1 2 3 4 5 6 7 8 9 : ; < = > ?",
    "¡ A B C D E F G H I J K L M N O",
    "P Q R S T U V W X Y Z Ä Ö Ñ Ü §",
    "¿ a b c d e f g h i j k l m n o",
    "p q r s t u v w x y z ä ö ñ ü à",
)
# A.3.1, the Turkish locking shift table.
TURKISH_COLUMNS = (
    "@ £ $ ¥ € é ù ı ò Ç LF Ğ ğ CR Å å",
    "Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Ş ş ß É",
    "SP ! \" # ¤ % & ' ( ) * + , - . /",
    "0 1 2 3 4 5 6 7 8 9 : ; < = > ?",
    "İ A B C D E F G H I J K L M N O",
    "P Q R S T U V W X Y Z Ä Ö Ñ Ü §",
    "ç a b c d e f g h i j k l m n o",
    "p q r s t u v w x y z ä ö ñ ü à",
)
# 6.2.1.1 and A.2.1: (column, row) of what stands behind an escape.
ESCAPED = {
    (0, 10): "\f", (1, 4): "^", (2, 8): "{", (2, 9): "}", (2, 15): "\\",
    (3, 12): "[", (3, 13): "~", (3, 14): "]", (4, 0): "|", (6, 5): "€",
}  # fmt: skip
TURKISH_ESCAPED = {
    **ESCAPED,
    (4, 7): "Ğ", (4, 9): "İ", (5, 3): "Ş", (6, 3): "ç", (6, 7): "ğ", (6, 9): "ı", (7, 3): "ş",
}  # fmt: skip
NAMED = {"LF": "\n", "CR": "\r", "SP": " ", "ESC": "ESC"}


def cell(columns: tuple[str, ...], code: int) -> str:
    """The character of one septet."""
    found = columns[code // 16].split(" ")[code % 16]
    return NAMED.get(found, found)


def bits(octets: bytes) -> list[int]:
    """The stream of bits, lowest first."""
    return [octet >> place & 1 for octet in octets for place in range(8)]


def septets(length: int, octets: bytes) -> list[int]:
    """The first `length` septets of a packed stream."""
    stream = bits(octets)
    assert len(stream) >= 7 * length, "the user data is shorter than it says"
    assert len(stream) - 7 * length < 8, "the user data is longer than it says"
    return [sum(stream[7 * n + k] << k for k in range(7)) for n in range(length)]


def elements(header: bytes) -> dict[int, bytes]:
    """The information elements of a header (without its length octet) by their ids."""
    found: dict[int, bytes] = {}
    while header:
        name, length = header[0], header[1]
        assert len(header) >= 2 + length, "an element is cut"
        found[name] = header[2 : 2 + length]
        header = header[2 + length :]
    return found


def spell(codes: list[int], said: dict[int, bytes]) -> str:
    """Septets as text, in the tables that the header names."""
    locked = said.get(0x25) == b"\x01"
    shifted = TURKISH_ESCAPED if said.get(0x24) == b"\x01" else ESCAPED
    text = ""
    rest = iter(codes)
    for code in rest:
        char = cell(TURKISH_COLUMNS if locked else COLUMNS, code)
        if char == "ESC":
            behind = next(rest, None)
            assert behind is not None, "a pair is cut in two"
            char = shifted[behind // 16, behind % 16]
        text += char
    return text


def receive(length: int, octets: bytes, *, ucs2: bool, udhi: bool) -> tuple[str, dict[int, bytes]]:
    """One message: its text and the elements of its header. `length` is TP-UDL."""
    assert len(octets) <= 140, "no message has more than 140 octets"
    header_octets = 1 + octets[0] if udhi else 0
    said = elements(octets[1:header_octets])
    if ucs2:
        assert length == len(octets)
        return octets[header_octets:].decode("utf-16-be"), said
    codes = septets(length, octets)
    skipped = -(-8 * header_octets // 7)
    return spell(codes[skipped:], said), said


def place(said: dict[int, bytes]) -> tuple[int, int, int] | None:
    """Reference, total and number of a part."""
    if 0x00 in said:
        reference, total, number = said[0x00]
        return reference, total, number
    if 0x08 in said:
        high, low, total, number = said[0x08]
        return high << 8 | low, total, number
    return None
