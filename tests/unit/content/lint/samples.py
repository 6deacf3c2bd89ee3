"""A message of two channels that the tests of the linter change a little."""

from typing import Any

from kervan.content.brand.definition import Guide
from kervan.content.company import Company
from kervan.content.lint.check import Finding
from kervan.content.lint.run import lint
from kervan.content.lint.subject import Subject
from kervan.content.messages.definition import read, sources

BODY = "Beğendiğiniz palto yine burada ve sizi bekliyor, bedeniniz de stokta, hemen bakabilirsiniz."


def mjml(body: str = BODY, more: str = "", attributes: str = "") -> str:
    """A mail of one column; `more` stands beside the text."""
    return (
        "<mjml><mj-body><mj-section><mj-column>\n"
        f"<mj-text {attributes}>{body}</mj-text>\n{more}\n"
        "</mj-column></mj-section></mj-body></mjml>"
    )


def subject(
    variants: dict[str, Any], guide: Guide | None = None, law: str = "TR", **more: Any
) -> Subject:
    """A marketing message of these variants."""
    plain = {"key": "autumn", "name": "Autumn", "purpose": "marketing", "variants": variants}
    found = sources(read({**plain, **more}))
    return Subject(guide or Guide("Çınar"), law, Company(), found)


def mail(guide: Guide | None = None, *, language: str = "tr", **fields: str) -> list[Finding]:
    """What is found in a mail whose other fields are fine."""
    fine = {"subject": "Palto", "preheader": "Bedeniniz stokta", "mjml": mjml()}
    return lint(subject({"email": {language: {**fine, **fields}}}, guide))


def sms(text: str, guide: Guide | None = None, *, language: str = "tr") -> list[Finding]:
    """What is found in an SMS."""
    return lint(subject({"sms": {language: {"text": text}}}, guide))


def names(found: list[Finding]) -> list[str]:
    """The checks of the findings, in order."""
    return [one.code.rpartition("lint_")[2] for one in found]
