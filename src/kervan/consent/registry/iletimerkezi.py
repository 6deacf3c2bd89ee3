"""İYS through İleti Merkezi: consents in batches, the state of one address at a time.

[3rd] İleti Merkezi's public pages (iys-register, iys-check), not tried against its service. What
it takes it hands on to İYS later, so an accepted entry is asked for afterwards.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kervan.consent.registry import port
from kervan.consent.registry.direct import body_of, held
from kervan.consent.registry.port import (
    NOTHING,
    Answer,
    Entry,
    Fate,
    Held,
    InDoubt,
    Limits,
    Moved,
    NotAble,
    NotTaken,
    Page,
)
from kervan.consent.registry.wire import Wire, rows

NAME = "iletimerkezi"
SECRETS = ("hash",)
_NO_RECORD = frozenset({404, 465})


class Settings(port.Settings, frozen=True, kw_only=True):
    """An account at İleti Merkezi; `hash` is the key's secret half. 5,000 a call: [3rd]."""

    brand_code: int
    key: str
    hash: str
    base_url: str = "https://api.iletimerkezi.com"
    batch_entries: int = 5_000
    check_recipients: int = 20


class IletiMerkezi:
    """One account; one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wire = Wire(settings)

    @property
    def limits(self) -> Limits:
        """How much one call may carry; a check of several is as many calls."""
        return Limits(self._settings.batch_entries, self._settings.check_recipients)

    def submit(self, entries: Sequence[Entry]) -> list[Answer]:
        """All or none; a refused batch of one names its entry, a larger one is to be cut."""
        code, _ = self._ask("create", {"list": [body_of(one) for one in entries]})
        if code == 200:
            return [Answer(Fate.ASKED_LATER) for _ in entries]
        if code in (401, 402, 403, 503):
            raise NotTaken(f"code_{code}")
        if len(entries) == 1:
            return [Answer(Fate.REFUSED, code=str(code))]
        raise NotTaken(f"batch_{code}")

    def results(self, request: str) -> dict[str, Answer]:
        """There is no such call."""
        raise NotAble(request)

    def check(self, recipients: Sequence[str], kind: str, recipient_type: str) -> dict[str, Held]:
        """One call for each recipient."""
        found = {}
        for one in recipients:
            asked = {"recipient": one, "recipientType": recipient_type, "type": kind}
            code, told = self._ask("show", asked)
            if code in _NO_RECORD:
                found[one] = NOTHING
            elif code == 200:
                row = told.get("consent") or told.get("result")
                found[one] = held(rows(row)[0] if isinstance(row, list) else row)
            else:
                raise NotTaken(f"code_{code}")
        return found

    def changes(self, after: str) -> Page:
        """There is no such call: refusals are seen by checking."""
        raise NotAble(after)

    def day(self, wanted: date) -> list[Moved]:
        """There is no such call."""
        raise NotAble(str(wanted))

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def _ask(self, verb: str, consent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        sign_in = {"key": self._settings.key, "hash": self._settings.hash}
        consent = {"brandCode": self._settings.brand_code, **consent}
        body = {"request": {"authentication": sign_in, "consent": consent}}
        expected = (200, 400, 401, 402, 403, 404, 422, 465, 466, 503)
        _, told = self._wire.ask("POST", f"/v1/consent/{verb}/json", body, expected)
        answer = told.get("response") if isinstance(told, dict) else None
        status = answer.get("status") if isinstance(answer, dict) else None
        code = status.get("code") if isinstance(status, dict) else None
        if not isinstance(answer, dict) or not str(code).isdigit():
            raise InDoubt("odd_answer")
        return int(str(code)), answer
