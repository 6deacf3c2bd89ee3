"""What is wrong with a message, or worth a second look, with its place in the definition."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: a code of `words.toml`, its place as a JSON pointer (RFC 6901), its facts.

    `line` is the line inside the text at that place, 0 where it is the whole.
    """

    code: str
    path: str
    params: dict[str, object] = field(default_factory=dict)
    line: int = 0

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        return i18n.say(self.code, locale, **self.params)

    def say(self, locale: str = "en") -> str:
        """/variants/sms/tr/text: …"""
        said = self.what(locale)
        return f"{self.path}: {said}" if self.path else said


class MessageNotValid(KervanError):
    """The definition cannot be a message; `problems` says all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("content.message_not_valid", status=422, count=len(problems))
        self.problems = tuple(problems)

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        return "\n".join([KervanError.say(self, locale), *(p.say(locale) for p in self.problems)])


def pointer(*parts: str) -> str:
    """Keys as a JSON pointer, cut short where they are long."""
    return "".join("/" + one[:60].replace("~", "~0").replace("/", "~1") for one in parts)
