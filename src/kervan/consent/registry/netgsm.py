"""İYS through Netgsm: consents in batches, the state of one address at a time.

[3rd] Netgsm's public examples (its own netiys package), not tried against its service. What it
takes it hands on to İYS later, so an accepted entry is asked for afterwards. When messages are
sent, Netgsm filters by İYS itself: `iysfilter` 11 for individuals, 12 for merchants, 0 for none.
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
from kervan.consent.registry.wire import Wire

NAME = "netgsm"
SECRETS = ("password",)
FILTERS = {port.INDIVIDUAL: "11", port.MERCHANT: "12", "": "0"}
_NO_RECORD = "50"
_BAD_ENTRY = "70"


class Settings(port.Settings, frozen=True, kw_only=True):
    """An account at Netgsm."""

    brand_code: str
    username: str
    password: str
    base_url: str = "https://api.netgsm.com.tr"
    batch_entries: int = 1_000
    check_recipients: int = 20


class Netgsm:
    """One account; one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wire = Wire(settings)

    @property
    def limits(self) -> Limits:
        """How much one call may carry; a check of several is as many calls."""
        return Limits(self._settings.batch_entries, self._settings.check_recipients)

    def submit(self, entries: Sequence[Entry]) -> list[Answer]:
        """Code 0 took all; 70 took none and names the bad ones."""
        told = self._ask("add", [body_of(one) for one in entries])
        code = str(told.get("code"))
        if code == "0":
            return [Answer(Fate.ASKED_LATER) for _ in entries]
        if code != _BAD_ENTRY:
            raise NotTaken(f"code_{code}")
        items = told.get("erroritem")
        named = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
        bad = {str(one.get("recipient", "")).strip() for one in named}
        if not bad & {one.recipient for one in entries}:
            raise NotTaken("batch_70")
        return [
            Answer(Fate.REFUSED, code=_BAD_ENTRY) if one.recipient in bad else Answer(Fate.AGAIN)
            for one in entries
        ]

    def results(self, request: str) -> dict[str, Answer]:
        """There is no such call used here: the state is asked for."""
        raise NotAble(request)

    def check(self, recipients: Sequence[str], kind: str, recipient_type: str) -> dict[str, Held]:
        """One call for each recipient."""
        found = {}
        for one in recipients:
            asked = {"type": kind, "recipient": one, "recipientType": recipient_type}
            told = self._ask("search", [asked])
            code = str(told.get("code"))
            if code not in ("0", _NO_RECORD):
                raise NotTaken(f"code_{code}")
            found[one] = held(told.get("query")) if code == "0" else NOTHING
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

    def _ask(self, verb: str, data: list[dict[str, str]]) -> dict[str, Any]:
        header = {
            "username": self._settings.username,
            "password": self._settings.password,
            "brandCode": self._settings.brand_code,
        }
        _, told = self._wire.ask("POST", f"/iys/{verb}", {"header": header, "body": {"data": data}})
        if not isinstance(told, dict) or "code" not in told:
            raise InDoubt("odd_answer")
        return told
