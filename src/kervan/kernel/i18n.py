"""Words in Turkish, Azerbaijani and English: every room's `words.toml`, read once."""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

LOCALES = ("tr", "az", "en")


@cache
def _words() -> dict[str, dict[str, str]]:
    root = Path(str(resources.files("kervan")))
    words: dict[str, dict[str, str]] = {}
    for file in sorted(root.rglob("words.toml")):
        for key, forms in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if isinstance(next(iter(forms.values())), dict):
                words.update({f"{key}.{name}": form for name, form in forms.items()})
            else:
                words[key] = forms
    return words


def say(key: str, locale: str, /, **params: object) -> str:
    """The sentence `key` in `locale`, with `{name}` replaced by `params`.

    An unknown locale falls back to English; an unknown key is returned as it is, with its
    facts, so that a missing translation never hides an error.
    """
    forms = _words().get(key)
    if forms is None:
        facts = ", ".join(f"{name}={value}" for name, value in params.items())
        return f"{key} ({facts})" if facts else key
    text = forms.get(locale) or forms["en"]
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def pick(accept_language: str, default: str = "en") -> str:
    """The best of our locales for an `Accept-Language` header (RFC 9110 §12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=") or "1"
        try:
            wanted.append((-float(quality), tag.split("-")[0].lower()))
        except ValueError:
            continue
    for _, language in sorted(wanted, key=lambda item: item[0]):
        if language in LOCALES:
            return language
    return default
