"""Holds a message against every check, with the severity that the workspace gives each."""

from kervan.content.brand.definition import Severity
from kervan.content.lint import live
from kervan.content.lint.check import CODE, ERROR, OFF, Finding
from kervan.content.lint.checks import CHECKS
from kervan.content.lint.subject import Subject

NAMES: dict[str, Severity] = {
    **live.NAMES,
    **{name: severity for check in CHECKS for name, severity in check.names.items()},
}
"""Every check that a brand guide may set, with its usual severity."""


def lint(subject: Subject) -> list[Finding]:
    """All that departs, errors first, then by place."""
    found: dict[tuple[object, ...], Finding] = {}
    for check in CHECKS:
        for name, path, facts, line in check.look(subject):
            severity = subject.guide.checks.get(name, check.names[name])
            if severity != OFF:
                said = Finding(CODE + name, severity, path, facts, line)
                found.setdefault((name, path, line, str(facts)), said)
    return sorted(found.values(), key=lambda one: (one.severity != ERROR, one.path, one.line))
