"""İYS through Verimor: consents in batches, the registry's changes of each day as a campaign.

[3rd] Verimor's public user guide, not tried against its service. It has no call for the state of
an address: what is known is what was sent and what the daily campaigns told. Commercial messages
sent through Verimor are checked by it against İYS.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from kervan.consent.registry import port
from kervan.consent.registry.direct import status_of
from kervan.consent.registry.port import (
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
from kervan.consent.registry.wire import Wire, check, decoded, rows, text, written

NAME = "verimor"
SECRETS = ("password",)
_PAGE = 100


class Settings(port.Settings, frozen=True, kw_only=True):
    """An account at Verimor; `source_addr` is the sender's header whose brand is meant."""

    username: str
    password: str
    source_addr: str = ""
    base_url: str = "https://sms.verimor.com.tr"
    batch_entries: int = 5_000


class Verimor:
    """One account; one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wire = Wire(settings)

    @property
    def limits(self) -> Limits:
        """How much one call may carry; there is no check."""
        return Limits(self._settings.batch_entries, 0)

    def submit(self, entries: Sequence[Entry]) -> list[Answer]:
        """A campaign number means that all were taken; a 400 refuses the whole call."""
        body = {
            "username": self._settings.username,
            "password": self._settings.password,
            "source_addr": self._settings.source_addr,
            "consents": [_body(one) for one in entries],
        }
        answer = self._wire.call("POST", "/v2/iys_consents.json", body)
        if answer.status == 400 and len(entries) == 1:
            return [Answer(Fate.REFUSED, code="400")]
        if answer.status == 400:
            raise NotTaken("batch_400")
        check(answer, (200,))
        campaign = answer.body.decode("utf-8", "replace").strip()
        if not campaign.isdigit():
            raise InDoubt("odd_answer")
        return [Answer(Fate.DONE, transaction=campaign) for _ in entries]

    def results(self, request: str) -> dict[str, Answer]:
        """There is no such call."""
        raise NotAble(request)

    def check(self, recipients: Sequence[str], kind: str, recipient_type: str) -> dict[str, Held]:
        """There is no such call."""
        raise NotAble(kind)

    def changes(self, after: str) -> Page:
        """The campaigns behind campaign number `after`, one a page, each with all its consents."""
        told = self._get("/v2/iys/campaigns", {"source": "iys", "offset": 0, "limit": _PAGE})
        numbers = sorted(
            int(row["id"])
            for row in rows(told.get("records") if isinstance(told, dict) else None)
            if isinstance(row, dict) and str(row.get("id", "")).isdigit()
        )
        behind = [number for number in numbers if number > int(after or 0)]
        if not behind:
            return Page([], after, more=False)
        return Page(self._campaign(behind[0]), str(behind[0]), len(behind) > 1)

    def day(self, wanted: date) -> list[Moved]:
        """There is no such call: the campaigns are what there is."""
        raise NotAble(str(wanted))

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def _campaign(self, number: int) -> list[Moved]:
        moved: list[Moved] = []
        while True:
            path = f"/v2/iys/campaigns/{number}/consents"
            told = self._get(path, {"offset": len(moved), "limit": _PAGE})
            found = rows(told.get("records") if isinstance(told, dict) else None)
            moved += [_moved(row) for row in found]
            if not found or len(moved) >= int(told.get("total") or 0):
                return moved

    def _get(self, path: str, query: dict[str, Any]) -> Any:
        signed = {"username": self._settings.username, "password": self._settings.password, **query}
        answer = self._wire.call("GET", f"{path}?{urlencode(signed)}")
        check(answer, (200,))
        return decoded(answer)


def _body(entry: Entry) -> dict[str, str]:
    return {
        "type": entry.type,
        "source": entry.source,
        "status": entry.status,
        "recipient_type": entry.recipient_type,
        "consent_date": written(entry.at) if entry.at else "",
        "recipient": entry.recipient.removeprefix("+"),
    }


def _moved(row: Any) -> Moved:
    try:
        at = datetime.fromisoformat(text(row, "consent_date")).astimezone(UTC)
    except ValueError:
        raise InDoubt("odd_date") from None
    recipient = text(row, "recipient")
    return Moved(
        "",
        f"+{recipient}" if recipient.isdigit() else recipient,
        text(row, "type"),
        text(row, "recipient_type"),
        status_of(row),
        at,
        text(row, "source"),
    )
