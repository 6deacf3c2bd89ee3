"""The calls that the providers' JSON interfaces share, with failures in the port's words."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from kervan.consent.registry.port import InDoubt, NotTaken, Settings
from kervan.kernel import http

TURKEY = timezone(timedelta(hours=3))
"""The registry's dates are GMT+3 all year ([doc] İzin Doğrulama Kuralları)."""
FORM = "%Y-%m-%d %H:%M:%S"
NOT_TAKEN = frozenset({401, 402, 403, 408, 413, 429, 503})


def written(at: datetime) -> str:
    """An instant as the registry writes it."""
    return at.astimezone(TURKEY).strftime(FORM)


def read(text: str) -> datetime:
    """An instant the registry wrote, in UTC. Raises InDoubt for anything else."""
    try:
        return datetime.strptime(text, FORM).replace(tzinfo=TURKEY).astimezone(UTC)
    except (ValueError, TypeError):
        raise InDoubt("odd_date") from None


def text(row: Any, name: str) -> str:
    """A text of a decoded object, "" for anything else."""
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, str) else ""


def rows(told: Any) -> list[Any]:
    """A decoded list. Raises InDoubt for anything else."""
    if not isinstance(told, list):
        raise InDoubt("odd_answer")
    return told


class Wire:
    """JSON over HTTP for one account; one thread."""

    def __init__(self, settings: Settings) -> None:
        reach = http.Reach.ANYWHERE if settings.allow_private else http.Reach.PUBLIC
        self._base = settings.base_url.rstrip("/")
        self._caller = http.Caller(reach, timeout_seconds=settings.timeout_seconds)

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> http.Answer:
        """One call. Raises NotTaken when nobody was reached, InDoubt without a whole answer."""
        sent = {"Accept": "application/json", **(headers or {})}
        raw = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            raw = msgspec.json.encode(body)
        try:
            return self._caller.call(method, self._base + path, headers=sent, body=raw)
        except http.Unreachable as error:
            raise NotTaken(str(error)) from None
        except http.Unanswered as error:
            raise InDoubt(str(error)) from None

    def ask(
        self, method: str, path: str, body: Any = None, expected: tuple[int, ...] = (200,)
    ) -> tuple[int, Any]:
        """One call and its JSON. Statuses that say "not now" are NotTaken, odd ones InDoubt."""
        answer = self.call(method, path, body)
        check(answer, expected)
        return answer.status, decoded(answer)

    def close(self) -> None:
        """Close its connections."""
        self._caller.close()


def check(answer: http.Answer, expected: tuple[int, ...]) -> None:
    """Raise NotTaken or InDoubt for a status that is not one of `expected`."""
    if answer.status in expected:
        return
    if answer.status in NOT_TAKEN:
        raise NotTaken(f"http_{answer.status}")
    raise InDoubt(f"http_{answer.status}")


def decoded(answer: http.Answer) -> Any:
    """The JSON of an answer. Raises InDoubt for a page."""
    try:
        return answer.json()
    except http.Unanswered as error:
        raise InDoubt(str(error)) from None
