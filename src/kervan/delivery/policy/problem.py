"""What is wrong with a policy, with the place in it, for people and machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: a code of `words.toml`, its place as a JSON pointer (RFC 6901), facts."""

    code: str
    path: str
    params: Mapping[str, object] = field(default_factory=dict)

    def what(self, locale: str = "en") -> str:
        """The sentence without the place."""
        return i18n.say(self.code, locale, **self.params)

    def say(self, locale: str = "en") -> str:
        """/caps/0/most: …"""
        return f"{self.path}: {self.what(locale)}" if self.path else self.what(locale)


class PolicyNotValid(KervanError):
    """The text cannot be a policy; `problems` says all that is wrong, in the text's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("delivery.policy_not_valid", status=422, count=len(problems))
        self.problems = tuple(problems)

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        return "\n".join([KervanError.say(self, locale), *(p.say(locale) for p in self.problems)])
