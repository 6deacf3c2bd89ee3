"""Reads colours as CSS writes them, and says how well one is read on another (WCAG)."""

import re

Rgb = tuple[int, int, int]
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|rgba?\([^)]*\)", re.ASCII)
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
_NUMBERS = re.compile(r"[0-9.]+%?")
# CSS Color 4, 6.1: the names that mails use.
_NAMES = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080",
    "white": "#ffffff", "maroon": "#800000", "red": "#ff0000", "purple": "#800080",
    "fuchsia": "#ff00ff", "green": "#008000", "lime": "#00ff00", "olive": "#808000",
    "yellow": "#ffff00", "navy": "#000080", "blue": "#0000ff", "teal": "#008080",
    "aqua": "#00ffff", "orange": "#ffa500", "pink": "#ffc0cb", "brown": "#a52a2a",
    "gold": "#ffd700", "beige": "#f5f5dc", "ivory": "#fffff0", "crimson": "#dc143c",
    "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "darkgray": "#a9a9a9", "darkgrey": "#a9a9a9",
}  # fmt: skip


def read(written: str) -> Rgb | None:
    """A colour as red, green and blue (0 to 255); None for what is none or lets others through."""
    text = written.strip().lower()
    text = _NAMES.get(text, text)
    if text.startswith("#") and COLOUR.fullmatch(text):
        digits = text[1:] if len(text) == 7 else "".join(one * 2 for one in text[1:])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if text.startswith("rgb") and text.endswith(")"):
        parts = _NUMBERS.findall(text)
        if len(parts) < 3 or (len(parts) > 3 and parts[3] not in ("1", "1.0", "100%")):
            return None
        red, green, blue = (_channel(one) for one in parts[:3])
        return red, green, blue
    return None


def spelled(colour: Rgb) -> str:
    """#rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def ratio(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio and relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(one / 255) for one in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channel(written: str) -> int:
    try:
        value = float(written.rstrip("%"))
    except ValueError:
        return 0
    return min(255, round(value * 2.55 if written.endswith("%") else value))
