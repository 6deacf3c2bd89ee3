"""Hears whether a text says siz or sen, and whether it keeps to one of them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kervan.content.letters import lower
from kervan.content.lint.check import WARNING, Check, Found
from kervan.content.lint.subject import Subject, line_at

FORMAL, INFORMAL = "formal", "informal"
_TOKEN = re.compile(r"[^\W\d_]+")


class _Signs(NamedTuple):
    """What shows each form for sure; endings that also mean other things are left out."""

    formal: re.Pattern[str]
    informal: re.Pattern[str]


_SIGNS = {
    # Pronouns; -(I)nIz of possession and person, -mayın; -yorsun, -acaksın, -mazsın.
    "tr": _Signs(
        re.compile(r"siz(?:i|e|de|den|in|inle|ler|lere)?|\w{2,}[ıiuü]n[ıiuü]z\w{0,4}|\w{2,}m[ae]y[ıi]n"),
        re.compile(
            r"sen(?:i|de|den|in|inle)?|sana|\w+yorsun|\w+[ae]ca[kğ]s[ıi]n|\w+ece[kğ]sin|\w+m[ae]zs[ıi]n"
        ),
    ),
    # Pronouns; -(I)nIz, -sInIz, -mayın; -(I)rsan, -acaqsan, -mısan.
    "az": _Signs(
        re.compile(r"siz(?:i|ə|də|dən|in|inlə|lər|lərə)?|\w{2,}[ıiuü]n[ıiuü]z\w{0,4}|\w{2,}m[aə]y[ıi]n"),
        re.compile(
            r"sən(?:i|ə|də|dən|in|inlə)?|\w+[ıiuüaə]rs[aə]n|\w+[aə]ca[qğ]san|\w+əcə[ky]sən"
            r"|\w+m[ıiuü]s[aə]n"
        ),
    ),
}  # fmt: skip
# They look like a form and are none; "if it …" of Azerbaijani ends as "you …" does.
_NEITHER = frozenset({"yalnız", "deniz", "temiz", "domuz", "ansızın", "arsan"})


def _look(subject: Subject) -> Iterator[Found]:
    for field in subject.fields:
        if not field.says or field.language not in _SIGNS:
            continue
        heard = _heard(field.shown, field.language)
        formal, informal = heard.get(FORMAL), heard.get(INFORMAL)
        wanted = {str(key): form for key, form in subject.guide.address.items()}
        form = wanted.get(field.language, "")
        if formal and informal:
            later = max(formal, informal, key=lambda one: one[1])
            facts: dict[str, object] = {"formal": formal[0], "informal": informal[0]}
            yield Found("address_mixed", field.path, facts, line_at(field.shown, later[1]))
        elif form and (other := informal if form == FORMAL else formal):
            facts = {"found": other[0], "wanted": "siz" if form == FORMAL else _you(field.language)}
            yield Found("address_form", field.path, facts, line_at(field.shown, other[1]))


def _you(language: str) -> str:
    return "sən" if language == "az" else "sen"


def _heard(text: str, language: str) -> dict[str, tuple[str, int]]:
    """{form: (first word that shows it, its place)}."""
    found: dict[str, tuple[str, int]] = {}
    signs = _SIGNS[language]
    for one in _TOKEN.finditer(text):
        word = lower(one[0], language)
        if word in _NEITHER:
            continue
        for form, sign in ((FORMAL, signs.formal), (INFORMAL, signs.informal)):
            if form not in found and sign.fullmatch(word):
                found[form] = (one[0], one.start())
    return found


CHECK = Check({"address_mixed": WARNING, "address_form": WARNING}, _look)
