"""A strict Data Manager API with Google's token server beside it, on a real socket.

A simulator: it shares no code with Kervan. Rules are of the Data Manager API's documentation:
"Limits and quotas" (L), "REST: audienceMembers, events, requestStatus" (R), "Format user data" (F),
"Understand errors" (E); the token server's are RFC 7523 (O).
"""

import base64
import itertools
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.simulators.http import Call, Reply, Simulator

EMAIL = "ads@kervan-test.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/datamanager"
KEY = rsa.generate_private_key(65537, 2048)
MOST_MEMBERS, MOST_EVENTS, MOST_IDENTIFIERS = 10_000, 2_000, 10
_HASH = re.compile(r"[0-9a-f]{64}")
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Google(Simulator):
    """One Ads account with lists and conversion actions; a request is worked off by `work`.

    `lists` maps an id to who is on it: the set of identifiers' hashes of each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lists: dict[str, set[frozenset[str]]] = {"501": set(), "502": set()}
        self.actions: dict[str, set[str]] = {"900": set()}
        self.requests: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.at_once = True
        self.fail_next = ""
        self.bad_places: set[int] = set()
        self.quota = 0
        self._count = itertools.count(1)

    def account(self) -> str:
        """The service account's file."""
        pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "client_email": EMAIL,
                "private_key": pem,
                "private_key_id": "k1",
                "token_uri": f"{self.url}/token",
            }
        )

    def work(self) -> None:
        """Work off all that was taken in."""
        with self.lock:
            for one in self.requests.values():
                if one["status"] == "PROCESSING":
                    self._do(one)

    def answer(self, call: Call) -> Reply:
        """The service's word."""
        parts = urlsplit(call.target)
        if parts.path == "/token":
            return self._grant(call)
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _error(401, "UNAUTHENTICATED")
        if self.quota:  # L
            self.quota -= 1
            return _error(429, "RESOURCE_EXHAUSTED")
        if call.method == "GET" and parts.path == "/v1/requestStatus:retrieve":
            return self._status(parse_qs(parts.query).get("requestId", [""])[0])
        verbs = {
            "/v1/audienceMembers:ingest": self._members,
            "/v1/audienceMembers:remove": self._members,
            "/v1/events:ingest": self._events,
        }
        if call.method != "POST" or parts.path not in verbs:
            return _error(404, "NOT_FOUND")
        try:
            body = json.loads(call.body)
        except ValueError:
            return _error(400, "INVALID_ARGUMENT")
        return verbs[parts.path](parts.path.rpartition(":")[2], body)

    def _grant(self, call: Call) -> Reply:
        form = parse_qs(call.body.decode())
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:  # O
            return Reply(400, b'{"error": "unsupported_grant_type"}')
        head, claims, mark = form["assertion"][0].split(".")
        try:
            KEY.public_key().verify(
                _decoded(mark), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256()
            )
        except InvalidSignature:
            return Reply(400, b'{"error": "invalid_grant"}')
        said = json.loads(_decoded(claims))
        if said["scope"] != SCOPE or said["iss"] != EMAIL or said["aud"] != f"{self.url}/token":
            return Reply(400, b'{"error": "invalid_grant"}')
        token = f"ya29.{next(self._count)}"
        self.tokens.add(token)
        told = {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}
        return Reply(200, json.dumps(told).encode())

    def _members(self, verb: str, body: dict[str, Any]) -> Reply:
        known = {"destinations", "audienceMembers", "encoding", "consent", "termsOfService"}
        if verb == "remove":  # R: neither consent nor terms
            known -= {"consent", "termsOfService"}
        target = self._target(body, known, self.lists)
        if isinstance(target, Reply):
            return target
        if verb == "ingest":
            # R: members of a Customer Match list need the terms; E: consent must be granted
            terms = body.get("termsOfService", {}).get("customerMatchTermsOfServiceStatus")
            if (
                terms != "ACCEPTED"
                or body.get("consent", {}).get("adUserData") != "CONSENT_GRANTED"
            ):
                return _error(400, "INVALID_ARGUMENT", ["terms_of_service"])
        members = body.get("audienceMembers", [])
        if not 0 < len(members) <= MOST_MEMBERS:  # L
            return _error(400, "INVALID_ARGUMENT", ["audience_members"])
        bad = [
            f"audience_members[{place}].user_data.user_identifiers[0]"
            for place, one in enumerate(members)
            if set(one) != {"userData"} or _identifiers_are_wrong(one["userData"])
            or place in self.bad_places
        ]  # fmt: skip
        if bad:
            self.bad_places = set()
            return _error(400, "INVALID_ARGUMENT", bad)
        people = [_hashes(one["userData"]) for one in members]
        return self._take({"verb": verb, "target": target, "people": people})

    def _events(self, verb: str, body: dict[str, Any]) -> Reply:
        known = {"destinations", "events", "encoding", "consent"}
        target = self._target(body, known, self.actions)
        if isinstance(target, Reply):
            return target
        events = body.get("events", [])
        if not 0 < len(events) <= MOST_EVENTS:  # L
            return _error(400, "INVALID_ARGUMENT", ["events"])
        needed = {"transactionId", "eventTimestamp", "conversionValue", "currency", "eventSource"}
        for place, one in enumerate(events):
            wrong = set(one) != needed | {"userData"} or _identifiers_are_wrong(one["userData"])
            if wrong or not _MINUTE.fullmatch(one["eventTimestamp"]):
                return _error(400, "INVALID_ARGUMENT", [f"events[{place}]"])
        ids = [one["transactionId"] for one in events]
        return self._take({"verb": "events", "target": target, "people": ids})

    def _target(self, body: dict[str, Any], known: set[str], places: dict[str, Any]) -> str | Reply:
        if set(body) - known or body.get("encoding") != "HEX":
            return _error(400, "INVALID_ARGUMENT", ["encoding"])
        try:
            [one] = body["destinations"]
            account = one["operatingAccount"]
        except (KeyError, ValueError, TypeError):
            return _error(400, "INVALID_ARGUMENT", ["destinations"])
        if account.get("accountType") != "GOOGLE_ADS" or not account.get("accountId", "").isdigit():
            return _error(400, "INVALID_ARGUMENT", ["destinations[0].operating_account"])
        if one.get("productDestinationId") not in places:
            return _error(403, "PERMISSION_DENIED")
        return str(one["productDestinationId"])

    def _take(self, request: dict[str, Any]) -> Reply:
        name = f"request-{next(self._count)}"
        self.requests[name] = {**request, "status": "PROCESSING", "errors": {}}
        if self.at_once:
            self._do(self.requests[name])
        return Reply(200, json.dumps({"requestId": name}).encode())

    def _do(self, one: dict[str, Any]) -> None:
        if self.fail_next:
            one["status"], one["errors"] = "FAILED", {self.fail_next: len(one["people"])}
            self.fail_next = ""
            return
        one["status"] = "SUCCESS"
        if one["verb"] == "events":
            told = self.actions[one["target"]]
            double = [each for each in one["people"] if each in told]
            told.update(one["people"])
            if double:
                one["status"] = "PARTIAL_SUCCESS"
                reason = "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID"
                one["errors"] = {reason: len(double)}
            return
        members = self.lists[one["target"]]
        for each in one["people"]:
            members.add(each) if one["verb"] == "ingest" else members.discard(each)

    def _status(self, name: str) -> Reply:
        one = self.requests.get(name)
        if one is None:
            return _error(404, "NOT_FOUND")
        told: dict[str, Any] = {"requestStatus": one["status"]}
        if one["errors"]:
            counts = [{"reason": r, "recordCount": str(n)} for r, n in one["errors"].items()]
            told["errorInfo"] = {"errorCounts": counts}
        return Reply(200, json.dumps({"requestStatusPerDestination": [told]}).encode())


def _identifiers_are_wrong(data: dict[str, Any]) -> bool:
    found = data.get("userIdentifiers", [])
    if set(data) != {"userIdentifiers"} or not 0 < len(found) <= MOST_IDENTIFIERS:  # L
        return True
    for one in found:
        if len(one) != 1:  # F: exactly one attribute
            return True
        [(kind, value)] = one.items()
        if kind == "address":
            whole = {"givenName", "familyName", "regionCode", "postalCode"}
            hashed = ("givenName", "familyName")
            if set(value) != whole or not all(_HASH.fullmatch(value[key]) for key in hashed):
                return True
            if not re.fullmatch(r"[A-Z]{2}", value["regionCode"]):
                return True
        elif kind not in ("emailAddress", "phoneNumber") or not _HASH.fullmatch(value):
            return True
    return False


def _hashes(data: dict[str, Any]) -> frozenset[str]:
    return frozenset(
        value for one in data["userIdentifiers"] for value in one.values() if isinstance(value, str)
    )


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(status: int, name: str, fields: list[str] | None = None) -> Reply:
    error: dict[str, Any] = {"code": status, "status": name, "message": "no"}
    if fields:
        violations = [{"field": one, "description": "wrong"} for one in fields]
        kind = "type.googleapis.com/google.rpc.BadRequest"
        error["details"] = [{"@type": kind, "fieldViolations": violations}]
    return Reply(status, json.dumps({"error": error}).encode())
