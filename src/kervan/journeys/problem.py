"""What is wrong with a journey text, with the place in it, for the person who wrote it."""

from dataclasses import dataclass, field

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `line` and `column` count from 1."""

    code: str
    line: int
    column: int
    params: dict[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        what = i18n.say(self.code, locale, **self.params)
        if self.code.startswith("segments.") and "near" in self.params:
            near = self.params["near"]
            what += " " + i18n.say("segments.did_you_mean", locale, near=near)
        return what

    def say(self, locale: str = "en") -> str:
        """Line 4, column 7: …"""
        what = self.what(locale)
        return i18n.say("journeys.at", locale, line=self.line, column=self.column, what=what)


class JourneyNotValid(KervanError):
    """The text cannot be a journey; `problems` says all that is wrong, in the text's order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("journeys.not_valid", status=422, count=len(problems))
        self.problems = problems

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        return "\n".join([KervanError.say(self, locale), *(p.say(locale) for p in self.problems)])
