"""What is wrong with a rule tree, with the place in it, for people and machines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

MOST_PROBLEMS = 100
"""More are not collected: who sees a hundred has made one mistake a hundred times."""
_MOST_CHARS = 60
_KNOWN = 40
"""So many known words are told; of more only the nearest."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: a code of `words.toml`, its place as a JSON pointer (RFC 6901), its facts.

    The pointer of the whole tree is "". A fact `near` is the known word that may have been meant.
    """

    code: str
    path: str
    params: dict[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        said = i18n.say(self.code, locale, **self.params)
        if "near" in self.params:
            said += " " + i18n.say("segments.did_you_mean", locale, near=self.params["near"])
        return said

    def say(self, locale: str = "en") -> str:
        """/of/2/window/span/amount: …"""
        return f"{self.path}: {self.what(locale)}" if self.path else self.what(locale)


class SegmentNotValid(KervanError):
    """The text cannot be a rule tree; `problems` says all that is wrong, in the text's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("segments.not_valid", status=422, count=len(problems))
        self.problems = tuple(problems)

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        return "\n".join([KervanError.say(self, locale), *(p.say(locale) for p in self.problems)])


class Problems:
    """Collects problems, up to MOST_PROBLEMS of them."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.patterns = 0
        """How many patterns were looked at; each costs time."""

    def say(self, path: Path, code: str, **params: object) -> None:
        """Note one problem at this place; texts among the facts are cut short."""
        if not self.full:
            short = {
                name: shown(value) if isinstance(value, str) and name != "known" else value
                for name, value in params.items()
            }
            self.found.append(Problem(f"segments.{code}", pointer(path), short))

    def unknown(self, path: Path, what: str, word: object, known: Iterable[str]) -> None:
        """Note an unknown word, with the known ones and the nearest, if any is near."""
        if not self.full:
            self.say(path, f"unknown_{what}", **_unknown(word, known))

    @property
    def full(self) -> bool:
        """Whether no more are collected."""
        return len(self.found) >= MOST_PROBLEMS


def pointer(path: Path) -> str:
    """A path as a JSON pointer, its keys cut short where they are long."""
    return "".join("/" + shown(str(part)).replace("~", "~0").replace("/", "~1") for part in path)


def shown(value: object) -> str:
    """What the author wrote, short and printable."""
    text = "…" if isinstance(value, dict | list | tuple) else _plain(value)[: _MOST_CHARS + 1]
    text = text.encode("utf-8", "replace").decode()
    text = "".join(char if char.isprintable() else "�" for char in text)
    return text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…"


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    if isinstance(value, int) and value.bit_length() > 1000:
        return "…"  # Python refuses to write very long integers
    return str(value)


def _unknown(word: object, known: Iterable[str]) -> dict[str, object]:
    names = list(known)
    folded = {name.casefold(): name for name in names}
    given = word[:_MOST_CHARS].casefold() if isinstance(word, str) else ""
    close = [folded[name] for name in get_close_matches(given, folded, 3)]
    told = names if len(names) <= _KNOWN else close
    facts: dict[str, object] = {"word": shown(word), "known": ", ".join(told) or "…"}
    return {**facts, "near": close[0]} if close else facts
