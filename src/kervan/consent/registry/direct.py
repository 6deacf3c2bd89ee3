"""Speaks İYS's own API: one consent at once, a batch through its queue, states and changes."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from kervan.consent.registry import port
from kervan.consent.registry.port import (
    NOTHING,
    Answer,
    Entry,
    Fate,
    Held,
    InDoubt,
    Limits,
    Moved,
    NotTaken,
    Page,
)
from kervan.consent.registry.wire import Wire, check, decoded, read, rows, text, written
from kervan.kernel import clock

NAME = "iys"
SECRETS = ("password",)
_SPARE_SECONDS = 60.0


class Settings(port.Settings, frozen=True, kw_only=True):
    """An account at İYS. Limits: [3rd] a public gateway's notes of 2025, not on İYS's own pages."""

    iys_code: int
    brand_code: int
    username: str
    password: str
    batch_entries: int = 10_000
    check_recipients: int = 1_000
    page_changes: int = 500


class Direct:
    """One account; one thread. `monotonic` is for tests of the token's age."""

    def __init__(
        self, settings: Settings, monotonic: Callable[[], float] = clock.monotonic
    ) -> None:
        self._settings = settings
        self._wire = Wire(settings)
        self._root = f"/sps/{settings.iys_code}/brands/{settings.brand_code}"
        self._monotonic = monotonic
        self._token = ""
        self._token_ends = 0.0

    @property
    def limits(self) -> Limits:
        """How much one call may carry."""
        return Limits(self._settings.batch_entries, self._settings.check_recipients)

    def submit(self, entries: Sequence[Entry]) -> list[Answer]:
        """A single entry is answered at once; several go through the registry's queue."""
        if len(entries) == 1:
            status, told = self._call("POST", "/consents", body_of(entries[0]), (200, 422))
            if status == 422:
                return [Answer(Fate.REFUSED, code=_codes(told))]
            return [Answer(Fate.DONE, transaction=text(told, "transactionId"))]
        bodies = [body_of(one) for one in entries]
        status, told = self._call("POST", "/consents/request", bodies, (200, 422))
        if status == 422:
            return _refused_whole(told, len(entries))
        request = text(told, "requestId")
        subs = told.get("subRequests") if isinstance(told, dict) else None
        if not request or not isinstance(subs, list) or len(subs) != len(entries):
            raise InDoubt("odd_answer")
        parts = {_place(sub, place): sub for place, sub in enumerate(subs, 1)}
        if len(parts) != len(entries) or not all(text(sub, "subrequestId") for sub in subs):
            raise InDoubt("odd_answer")
        return [
            Answer(Fate.PENDING, request, text(parts[place], "subrequestId"))
            for place in sorted(parts)
        ]

    def results(self, request: str) -> dict[str, Answer]:
        """Whatever the order they come in; a part told twice with two fates is still pending."""
        status, told = self._call("GET", f"/consents/request/{request}", None, (200, 404))
        if status == 404:
            raise InDoubt("request_unknown")
        found: dict[str, Answer] = {}
        for one in rows(told):
            part = text(one, "subrequestId")
            answer = _result(one, request, part)
            before = found.get(part, answer)
            same = before.fate is answer.fate
            found[part] = answer if same else Answer(Fate.PENDING, request, part)
        return found

    def check(self, recipients: Sequence[str], kind: str, recipient_type: str) -> dict[str, Held]:
        """By one call, however many; who is not in the answer has no record."""
        found = dict.fromkeys(recipients, NOTHING)
        if len(recipients) == 1:
            asked = {"recipient": recipients[0], "recipientType": recipient_type, "type": kind}
            status, told = self._call("POST", "/consents/status", asked, (200, 404))
            if status == 404:
                _no_record(told)
            elif text(told, "recipient") != recipients[0]:
                raise InDoubt("odd_answer")
            told = [told] if status == 200 else []
        else:
            path = f"/consents/{recipient_type}/status/{kind}"
            _, told = self._call("POST", path, {"recipients": list(recipients)}, (200,))
            told = told.get("list") if isinstance(told, dict) else None
        for row in rows(told):
            recipient = text(row, "recipient")
            if recipient in found:
                found[recipient] = held(row)
        return found

    def changes(self, after: str) -> Page:
        """The registry shows the last seven days less the last hour."""
        size = self._settings.page_changes
        query = f"/consents/changes?source=IYS&limit={size}" + (
            f"&after={quote(after)}" if after else ""
        )
        _, told = self._call("GET", query, None, (200,))
        if not isinstance(told, dict):
            raise InDoubt("odd_answer")
        moved = [_moved(row) for row in rows(told.get("list"))]
        return Page(moved, str(told.get("after") or after), len(moved) >= size)

    def day(self, wanted: date) -> list[Moved]:
        """From the day's file; none when the registry has none for that day any more (422)."""
        status, told = self._call("GET", f"/changes/{wanted:%Y-%m-%d}/file", None, (200, 422))
        if status == 422 or not isinstance(told, str):
            return []
        return [_moved(row) for row in csv.DictReader(io.StringIO(told.lstrip("\ufeff")))]

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def _call(
        self, method: str, path: str, body: Any, expected: tuple[int, ...]
    ) -> tuple[int, Any]:
        answer = self._wire.call(method, self._root + path, body, self._signed())
        if answer.status == 401:  # the token ended early: once more with a new one
            self._token = ""
            answer = self._wire.call(method, self._root + path, body, self._signed())
        check(answer, expected)
        if path.endswith("/file") and answer.status == 200:
            return 200, answer.body.decode("utf-8", "replace")
        return answer.status, decoded(answer)

    def _signed(self) -> dict[str, str]:
        if not self._token or self._monotonic() >= self._token_ends:
            self._sign_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> None:
        form = {
            "grant_type": "password",
            "username": self._settings.username,
            "password": self._settings.password,
        }
        try:
            answer = self._wire.call("POST", "/oauth2/token", form)
            told = decoded(answer) if answer.status == 200 else {}
        except InDoubt as error:  # asking for a token changes nothing
            raise NotTaken(str(error)) from None
        self._token = text(told, "access_token")
        if not self._token:
            raise NotTaken("sign_in_refused" if answer.status in (400, 401, 403) else "no_token")
        lasts = float(told.get("expires_in") or 0)
        self._token_ends = self._monotonic() + max(0.0, lasts - _SPARE_SECONDS)


def _no_record(told: Any) -> None:
    """A 404 about the recipient says "no record"; one about anything else must not be read so."""
    faults = rows(told.get("errors") if isinstance(told, dict) else None)
    places = {place for one in faults for place in one.get("location") or []}
    if places - {"recipient"}:
        raise NotTaken("not_found_" + "_".join(sorted(map(str, places))))


def body_of(entry: Entry) -> dict[str, str]:
    """An entry in the registry's words; providers take them over."""
    body = {
        "type": entry.type,
        "recipient": entry.recipient,
        "recipientType": entry.recipient_type,
        "status": entry.status,
    }
    if entry.at is not None:
        body["consentDate"] = written(entry.at)
    if entry.source:
        body["source"] = entry.source
    return body


def _refused_whole(told: Any, count: int) -> list[Answer]:
    """One malformed entry refuses a batch: those named are refused, the others were not taken."""
    codes: dict[int, str] = {}
    for fault in rows(told.get("errors") if isinstance(told, dict) else None):
        place = fault.get("index") if isinstance(fault, dict) else None
        if isinstance(place, int) and 1 <= place <= count:
            codes[place] = text(fault, "code") or "422"
    if not codes:
        raise NotTaken("batch_" + (_codes(told) or "refused"))
    return [
        Answer(Fate.REFUSED, code=codes[place]) if place in codes else Answer(Fate.AGAIN)
        for place in range(1, count + 1)
    ]


def _place(row: Any, otherwise: int) -> int:
    index = row.get("index") if isinstance(row, dict) else None
    return index if isinstance(index, int) else otherwise


def _result(row: Any, request: str, part: str) -> Answer:
    state = text(row, "status")
    if state == "success":
        return Answer(Fate.DONE, request, part, transaction=text(row, "transactionId"))
    if state == "failure":
        error = row.get("error")
        code = text(error[0] if isinstance(error, list) and error else error, "code")
        return Answer(Fate.REFUSED, request, part, code or "failure")
    return Answer(Fate.PENDING, request, part)


def _moved(row: Any) -> Moved:
    return Moved(
        text(row, "transactionId"),
        text(row, "recipient"),
        text(row, "type"),
        text(row, "recipientType"),
        status_of(row),
        read(text(row, "consentDate")),
        text(row, "source"),
    )


def held(row: Any) -> Held:
    """A record as the registry and its providers show it. Raises InDoubt for anything else."""
    return Held(status_of(row), read(text(row, "consentDate")), text(row, "source"))


def status_of(row: Any) -> str:
    """ONAY or RET. Raises InDoubt for anything else."""
    status = text(row, "status")
    if status not in (port.ONAY, port.RET):
        raise InDoubt("odd_status")
    return status


def _codes(told: Any) -> str:
    faults = rows(told.get("errors") if isinstance(told, dict) else None)
    return ",".join(sorted({text(one, "code") for one in faults} - {""})) or "422"
