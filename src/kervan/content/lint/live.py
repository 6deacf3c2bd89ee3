"""Opens the links of a message, only when somebody asks for it, and tells which do not answer."""

from collections.abc import Iterable, Iterator

from kervan.content.links import normal_url
from kervan.content.lint.check import CODE, ERROR, OFF, WARNING, Finding
from kervan.content.lint.checks.addresses import leads
from kervan.content.lint.subject import Subject
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Caller, Reach, Unanswered, Unreachable

TIMEOUT_SECONDS = 5.0
MOST_LINKS = 30
NAMES = {"link_broken": ERROR, "link_unanswered": WARNING}
_GONE = frozenset({404, 410})


def look(subject: Subject, reach: Reach = Reach.PUBLIC) -> list[Finding]:
    """What the links of a message answer: the first `MOST_LINKS`, each asked once.

    Only addresses of the open Internet are asked (kernel.http); a page that is gone is an error,
    one that did not answer now is a warning.
    """
    places: dict[str, tuple[str, int]] = {}
    for field in subject.fields:
        for url, line in leads(field):
            if normal_url(url) is not None:
                places.setdefault(url, (field.path, line))
    found = []
    for url, name, problem in _asked([*places][:MOST_LINKS], reach):
        severity = subject.guide.checks.get(name, NAMES[name])
        if severity != OFF:
            path, line = places[url]
            facts: dict[str, object] = {"url": url[:120], "problem": problem}
            found.append(Finding(CODE + name, severity, path, facts, line))
    return found


def _asked(urls: Iterable[str], reach: Reach) -> Iterator[tuple[str, str, str]]:
    with Caller(reach, timeout_seconds=TIMEOUT_SECONDS) as caller:
        for url in urls:
            try:
                status = caller.call("GET", url, headers={"user-agent": "kervan-lint"}).status
            except (Unreachable, Unanswered) as error:
                yield url, "link_unanswered", type(error).__name__.lower()
            except KervanError:  # the guard: nobody outside could open it either
                yield url, "link_broken", "not public"
            else:
                if status in _GONE:
                    yield url, "link_broken", f"HTTP {status}"
                elif status >= 500:
                    yield url, "link_unanswered", f"HTTP {status}"
