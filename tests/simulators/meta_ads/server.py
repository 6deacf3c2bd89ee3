"""A strict Graph API for Custom Audiences and the Conversions API, on a real socket.

A simulator: it shares no code with Kervan. Rules are of Meta's documentation: "Custom Audience:
Users" (U), "Customer File Custom Audiences" (F), "Conversions API: Parameters" (P), "Conversions
API: Using the API" (C), "Error Codes" (E), "Secure Graph API Calls" (S), "Rate Limits" (R).
"""

import hashlib
import hmac
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.http import Call, Reply, Simulator

TOKEN = "EAAB-system-user"
APP_SECRET = "app-secret"
KEYS = {
    "EXTERN_ID", "EMAIL", "PHONE", "GEN", "DOBY", "DOBM", "DOBD", "LN", "FN", "FI", "CT", "ST",
    "ZIP", "MADID", "COUNTRY",
}  # fmt: skip
"""U: the key types of a schema."""
MOST_ROWS, MOST_EVENTS = 10_000, 1_000
SOURCES = {
    "email", "website", "app", "phone_call", "chat", "physical_store", "system_generated",
    "business_messaging", "other",
}  # fmt: skip
_HASH = re.compile(r"[0-9a-f]{64}")
_WEEK, _DEDUPLICATED = 7 * 86_400, 48 * 3_600


class Meta(Simulator):
    """One business with audiences and data sets; `audiences` maps an id to those who are on it.

    Somebody on an audience is her (e-mail, phone) pair of hashes.
    """

    def __init__(self, now: Callable[[], float] = time.time, *, proved: bool = False) -> None:
        super().__init__()
        self.now = now
        self.proved = proved
        self.audiences: dict[str, set[tuple[str, str]]] = {"11": set(), "12": set()}
        self.flagged: set[str] = set()
        self.datasets: dict[str, dict[tuple[str, str], float]] = {"77": {}}
        self.token = TOKEN
        self.slow = 0
        self.unmatched: set[str] = set()
        self.sessions: dict[int, int] = {}

    def answer(self, call: Call) -> Reply:
        """The Graph API's word."""
        parts = urlsplit(call.target)
        query = parse_qs(parts.query)
        refused = self._let_in(call, query)
        if refused is not None:
            return refused
        path = parts.path.strip("/").split("/")
        if len(path) < 2 or not re.fullmatch(r"v\d+\.\d", path[0]):
            return _error(404, 2500, "Unknown path components")
        node, edge = path[1], path[2] if len(path) > 2 else ""
        if call.method == "GET" and node in self.audiences and not edge:
            code = 471 if node in self.flagged else 200
            return _json({"id": node, "operation_status": {"code": code}})
        if node in self.audiences and edge == "users" and call.method in ("POST", "DELETE"):
            return self._users(call, node)
        if node in self.datasets and edge == "events" and call.method == "POST":
            return self._events(call, node)
        # E: what is not there, or not ours to see, is 100 with 33.
        return _error(400, 100, "Unsupported request", 33)

    def _let_in(self, call: Call, query: dict[str, list[str]]) -> Reply | None:
        given = call.headers.get("authorization", "").removeprefix("Bearer ")
        if self.token not in (given, *query.get("access_token", [])):
            return _error(400, 190, "Error validating access token", 463)  # E: it has expired
        if self.proved:  # S
            proof = hmac.new(APP_SECRET.encode(), self.token.encode(), hashlib.sha256).hexdigest()
            if query.get("appsecret_proof") != [proof]:
                return _error(400, 100, "Invalid appsecret_proof provided in the API argument")
        if self.slow:
            self.slow -= 1
            usage = {"1": [{"type": "custom_audience", "estimated_time_to_regain_access": 3}]}
            reply = _error(400, 80_003, "There have been too many calls")  # R
            return Reply(reply.status, reply.body, {"X-Business-Use-Case-Usage": json.dumps(usage)})
        return None

    def _users(self, call: Call, audience: str) -> Reply:
        if audience in self.flagged:  # U: nothing changes before the restriction is resolved
            return _error(400, 100, "Invalid parameter", 1_713_230)
        try:
            form = _form(call)
            told = {name: json.loads(values[0]) for name, values in form.items()}
            told = told or json.loads(call.body)
            payload, session = told["payload"], told.get("session")
            schema, data = payload["schema"], payload["data"]
        except (ValueError, KeyError, TypeError):
            return _error(400, 100, "Invalid parameter")
        wrong = set(told) - {"payload", "session"} or set(payload) - {"schema", "data", "is_raw"}
        if wrong or not isinstance(schema, list) or set(schema) - KEYS or not data:
            return _error(400, 100, "Invalid parameter")
        if len(data) > MOST_ROWS:  # F
            return _error(400, 100, "Too many users in one request")
        if session is None and call.method == "DELETE":  # Meta's own library sends none then
            session = {"session_id": 1, "batch_seq": 1, "last_batch_flag": True}
        ids = {"session_id", "batch_seq", "last_batch_flag", "estimated_num_total"}
        least = {"session_id", "batch_seq", "last_batch_flag"}
        if session is None or not least <= set(session) <= ids:  # F
            return _error(400, 100, "Invalid session")
        if not isinstance(session["session_id"], int) or session["session_id"] <= 0:
            return _error(400, 100, "Invalid session")
        self.sessions[session["session_id"]] = self.sessions.get(session["session_id"], 0) + 1
        invalid: dict[str, str] = {}
        for place, row in enumerate(data):
            if not isinstance(row, list) or len(row) != len(schema):
                return _error(400, 100, "Invalid parameter")
            fields = dict(zip(schema, row, strict=True))
            if any(value and not _HASH.fullmatch(value) for value in row) or not any(row):
                invalid[str(place)] = "invalid entry"
                continue
            if fields.get("EMAIL") in self.unmatched:
                invalid[str(place)] = json.dumps(row)
                continue
            who = (fields.get("EMAIL", ""), fields.get("PHONE", ""))
            if call.method == "POST":
                self.audiences[audience].add(who)
            else:
                self.audiences[audience].discard(who)
        return _json(
            {
                "audience_id": audience,
                "session_id": str(session["session_id"]),
                "num_received": len(data),
                "num_invalid_entries": len(invalid),
                "invalid_entry_samples": invalid,
            }
        )

    def _events(self, call: Call, dataset: str) -> Reply:
        try:
            form = _form(call)["data"]
            events = json.loads(form[0]) if form else json.loads(call.body)["data"]
            # Meta's own library sends each event as a text of its own.
            events = [json.loads(one) if isinstance(one, str) else one for one in events]
        except (ValueError, KeyError, TypeError):
            return _error(400, 100, "Invalid parameter")
        if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:  # C
            return _error(400, 100, "Invalid parameter")
        now = self.now()
        for one in events:
            if _event_is_wrong(one):
                return _error(400, 100, "Invalid parameter", 2_804_019)
            # C: one event older than seven days fails all of them; none lies in the future.
            if not now - _WEEK <= one["event_time"] <= now + 60:
                return _error(400, 100, "Event Timestamp Too Old", 2_804_003)
        kept = self.datasets[dataset]
        for one in events:
            key = one["event_name"], one["event_id"]
            if now - kept.get(key, -_DEDUPLICATED) >= _DEDUPLICATED:  # P: within 48 hours once
                kept[key] = now
        return _json({"events_received": len(events), "messages": [], "fbtrace_id": "A1"})


def _event_is_wrong(one: dict[str, Any]) -> bool:
    needed = {"event_name", "event_time", "event_id", "action_source", "user_data", "custom_data"}
    if set(one) != needed or one["action_source"] not in SOURCES:
        return True
    user, custom = one["user_data"], one["custom_data"]
    hashed = all(_HASH.fullmatch(value) for values in user.values() for value in values)
    if not user or set(user) - {"em", "ph", "fn", "ln"} or not hashed:  # P: hashing required
        return True
    value = custom.get("value")
    money = isinstance(value, int | float) and not isinstance(value, bool)
    return not money or not re.fullmatch(r"[A-Za-z]{3}", custom.get("currency", ""))


def _form(call: Call) -> defaultdict[str, list[str]]:
    """Payload and session as a form, as the documentation's examples send them, or in the query, as
    Meta's own library takes people off; {} for JSON."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    text = call.body.decode("utf-8", "replace")
    given = parse_qs(urlsplit(call.target).query)
    if not text.lstrip().startswith(("{", "[")):
        given |= parse_qs(text)
    found.update({name: given[name] for name in ("payload", "session", "data") if name in given})
    return found


def _json(body: object) -> Reply:
    return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def _error(status: int, code: int, message: str, subcode: int = 0) -> Reply:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    if subcode:
        error["error_subcode"] = subcode
    return Reply(status, json.dumps({"error": error}).encode())
