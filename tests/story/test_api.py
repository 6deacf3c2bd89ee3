"""The API by its own description: whatever fits it or does not, no request ends in a 500."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.story.running import Kervan, basic

_EXAMPLES = 8  # of each of some 300 kinds of request: they take a third of the stories' time
# Waiting until every collector knows a new key takes a second each.
_SLOW = {("POST", "/v1/sources"), ("POST", "/v1/sources/{source}/keys")}
# No value could be wrong there.
_NOTHING_WRONG = {
    ("GET", path)
    for path in (
        "/v1/sources",
        "/v1/journeys",
        "/v1/journeys/{key}",
        "/v1/journeys/{key}/checklist",
        "/v1/journeys/definitions",
        "/v1/journeys/{key}/versions",
        "/v1/journeys/{key}/deeds",
        "/v1/journeys/{key}/draft",
        "/v1/segments/templates",
        "/v1/segments/{key}",
        "/v1/segments/{key}/versions",
        "/v1/segments/{key}/uses",
        "/v1/segments/{key}/sync",
        "/v1/live",
        "/v1/topics",
        "/v1/notices",
        "/v1/privacy/requests",
        "/v1/privacy/register",
        "/v1/privacy/retention",
        "/v1/company",
        "/v1/brand",
        "/v1/seeds",
        "/v1/approvals/rules",
        "/v1/brand/checks",
        "/v1/users",
        "/v1/keys",
        "/v1/audit/proof",
        "/v1/messages",
        "/v1/messages/{key}",
        "/v1/messages/{key}/versions",
        "/v1/messages/blocks",
        "/v1/messages/blocks/{key}",
        "/v1/onsite",
        "/v1/onsite/{key}",
        "/v1/onsite/secret",
        "/v1/onsite/{key}/versions",
        "/v1/providers",
        "/v1/accounts",
        "/v1/audiences",
        "/v1/audiences/{key}",
        "/v1/conversions",
        "/v1/broadcasts/{key}",
        "/v1/broadcasts/{key}/headcount",
        "/v1/broadcasts/{key}/progress",
        "/v1/sending/stops",
        "/v1/mail",
        "/v1/mail/rules",
        "/v1/spend/budget",
        "/v1/spend/warnings",
        "/v1/calls/outcomes",
        "/v1/store-tasks/outcomes",
        "/v1/store-staff",
        "/v1/coupons",
        "/v1/coupons/{key}",
        "/v1/coupon-codes/{code}",
    )
} | {("POST", f"/v1/segments/{{key}}/{deed}") for deed in ("archive", "restore")}
_NOTHING_WRONG.add(("DELETE", "/v1/segments/{key}/sync"))
_NOTHING_WRONG.add(("DELETE", "/v1/journeys/{key}"))
_NOTHING_WRONG |= {("DELETE", f"/v1/{one}/{{key}}") for one in ("audiences", "conversions")}
_NOTHING_WRONG |= {("POST", f"/v1/accounts/{{name}}/{deed}") for deed in ("disable", "enable")}
_NOTHING_WRONG |= {("POST", f"/v1/onsite/{{key}}/{deed}") for deed in ("pause", "resume")}
_NOTHING_WRONG |= {("POST", f"/v1/broadcasts/{{key}}/{deed}") for deed in ("start", "cancel")}
_NOTHING_WRONG.add(("POST", "/v1/onsite/secret/rotate"))
_NOTHING_WRONG |= {("POST", f"/v1/{kind}/next") for kind in ("calls", "store-tasks")}
_EXAMPLE = Path(__file__).parents[2] / "examples" / "abandoned-basket.yaml"
OPERATIONS = (
    ("GET", "/v1/dead-letters"),
    ("POST", "/v1/dead-letters/resend"),
    ("GET", "/v1/sources"),
    ("POST", "/v1/sources"),
    ("POST", "/v1/sources/{source}/keys"),
    ("DELETE", "/v1/sources/{source}/keys/{hint}"),
    ("PATCH", "/v1/sources/{source}"),
    ("GET", "/v1/people"),
    ("GET", "/v1/people/search"),
    ("GET", "/v1/people/export"),
    ("GET", "/v1/people/{person}"),
    ("GET", "/v1/people/{person}/timeline"),
    ("GET", "/v1/journeys"),
    ("GET", "/v1/journeys/{key}"),
    ("GET", "/v1/journeys/{key}/people/{figure}"),
    ("GET", "/v1/journeys/definitions"),
    ("GET", "/v1/journeys/{key}/definition"),
    ("GET", "/v1/journeys/{key}/versions"),
    ("GET", "/v1/journeys/{key}/deeds"),
    ("GET", "/v1/journeys/{key}/draft"),
    ("PUT", "/v1/journeys/{key}/draft"),
    ("DELETE", "/v1/journeys/{key}/draft"),
    ("DELETE", "/v1/journeys/{key}"),
    ("POST", "/v1/journeys/{key}/plan"),
    ("POST", "/v1/journeys/{key}/publish"),
    ("POST", "/v1/journeys/{key}/pause"),
    ("POST", "/v1/journeys/{key}/resume"),
    ("POST", "/v1/journeys/{key}/stop"),
    ("POST", "/v1/journeys/{key}/undo"),
    ("GET", "/v1/live"),
    ("GET", "/v1/segments"),
    ("POST", "/v1/segments"),
    ("GET", "/v1/segments/templates"),
    ("GET", "/v1/segments/{key}"),
    ("PATCH", "/v1/segments/{key}"),
    ("POST", "/v1/segments/{key}/archive"),
    ("POST", "/v1/segments/{key}/restore"),
    ("GET", "/v1/segments/{key}/versions"),
    ("GET", "/v1/segments/{key}/uses"),
    ("GET", "/v1/segments/{key}/members"),
    ("POST", "/v1/segments/{key}/members"),
    ("GET", "/v1/segments/{key}/sync"),
    ("PUT", "/v1/segments/{key}/sync"),
    ("DELETE", "/v1/segments/{key}/sync"),
    ("POST", "/v1/segments/preview"),
    ("GET", "/v1/segments/{key}/why"),
    ("GET", "/v1/segments/{key}/days"),
    ("GET", "/v1/people/{person}/segments"),
    ("POST", "/v1/people/{person}/merge"),
    ("POST", "/v1/people/{person}/unmerge"),
    ("GET", "/v1/people/{person}/merges"),
    ("POST", "/v1/people/{person}/notes"),
    ("GET", "/v1/people/{person}/consents"),
    ("POST", "/v1/people/{person}/consents"),
    ("GET", "/v1/notices"),
    ("POST", "/v1/notices"),
    ("GET", "/v1/messages/{message}/consent"),
    ("GET", "/v1/messages/{message}/why"),
    ("GET", "/v1/messages"),
    ("POST", "/v1/messages/preview"),
    ("GET", "/v1/messages/{key}"),
    ("PUT", "/v1/messages/{key}"),
    ("GET", "/v1/messages/{key}/versions"),
    ("POST", "/v1/messages/{key}/preview"),
    ("POST", "/v1/messages/lint"),
    ("GET", "/v1/seeds"),
    ("POST", "/v1/seeds"),
    ("DELETE", "/v1/seeds/{seed}"),
    ("POST", "/v1/messages/{key}/test"),
    ("POST", "/v1/journeys/checklist"),
    ("GET", "/v1/approvals"),
    ("GET", "/v1/approvals/rules"),
    ("PUT", "/v1/approvals/rules/{kind}"),
    ("GET", "/v1/approvals/{proposal}"),
    ("POST", "/v1/approvals/{proposal}/approve"),
    ("POST", "/v1/approvals/{proposal}/reject"),
    ("GET", "/v1/journeys/{key}/checklist"),
    ("GET", "/v1/messages/{key}/checklist"),
    ("GET", "/v1/messages/{key}/lint"),
    ("GET", "/v1/brand"),
    ("GET", "/v1/brand/checks"),
    ("GET", "/v1/brand/versions"),
    ("PUT", "/v1/brand"),
    ("GET", "/v1/messages/blocks"),
    ("GET", "/v1/messages/blocks/{key}"),
    ("PUT", "/v1/messages/blocks/{key}"),
    ("GET", "/v1/onsite"),
    ("GET", "/v1/onsite/snippet"),
    ("GET", "/v1/onsite/secret"),
    ("POST", "/v1/onsite/secret/rotate"),
    ("GET", "/v1/onsite/{key}/results"),
    ("GET", "/v1/onsite/{key}"),
    ("PUT", "/v1/onsite/{key}"),
    ("GET", "/v1/onsite/{key}/versions"),
    ("POST", "/v1/onsite/{key}/pause"),
    ("POST", "/v1/onsite/{key}/resume"),
    ("POST", "/v1/people/{person}/chat-link"),
    ("GET", "/v1/calls"),
    ("GET", "/v1/calls/outcomes"),
    ("POST", "/v1/calls/next"),
    ("GET", "/v1/calls/{task}"),
    ("POST", "/v1/calls/{task}/take"),
    ("POST", "/v1/calls/{task}/release"),
    ("POST", "/v1/calls/{task}/dial"),
    ("POST", "/v1/calls/{task}/finish"),
    ("GET", "/v1/store-tasks"),
    ("GET", "/v1/store-tasks/outcomes"),
    ("POST", "/v1/store-tasks/next"),
    ("GET", "/v1/store-tasks/{task}"),
    ("POST", "/v1/store-tasks/{task}/take"),
    ("POST", "/v1/store-tasks/{task}/release"),
    ("POST", "/v1/store-tasks/{task}/finish"),
    ("GET", "/v1/store-staff"),
    ("PUT", "/v1/store-staff/{user}"),
    ("GET", "/v1/providers"),
    ("GET", "/v1/audiences"),
    ("GET", "/v1/audiences/{key}"),
    ("PUT", "/v1/audiences/{key}"),
    ("DELETE", "/v1/audiences/{key}"),
    ("GET", "/v1/conversions"),
    ("PUT", "/v1/conversions/{key}"),
    ("DELETE", "/v1/conversions/{key}"),
    ("GET", "/v1/accounts"),
    ("PUT", "/v1/accounts/{name}"),
    ("POST", "/v1/accounts/{name}/disable"),
    ("POST", "/v1/accounts/{name}/enable"),
    ("GET", "/v1/broadcasts"),
    ("GET", "/v1/broadcasts/{key}"),
    ("PUT", "/v1/broadcasts/{key}"),
    ("GET", "/v1/broadcasts/{key}/headcount"),
    ("GET", "/v1/broadcasts/{key}/progress"),
    ("GET", "/v1/broadcasts/{key}/results"),
    ("POST", "/v1/broadcasts/{key}/start"),
    ("POST", "/v1/broadcasts/{key}/stop"),
    ("POST", "/v1/broadcasts/{key}/resume"),
    ("POST", "/v1/broadcasts/{key}/cancel"),
    ("GET", "/v1/sending/stops"),
    ("GET", "/v1/mail"),
    ("GET", "/v1/mail/notices"),
    ("GET", "/v1/mail/rules"),
    ("PUT", "/v1/mail/rules"),
    ("GET", "/v1/messages/{message}/sent"),
    ("GET", "/v1/spend"),
    ("GET", "/v1/spend/warnings"),
    ("GET", "/v1/spend/budget"),
    ("PUT", "/v1/spend/budget"),
    ("POST", "/v1/spend/forecast"),
    ("POST", "/v1/sending/stop"),
    ("POST", "/v1/sending/resume"),
    ("POST", "/v1/people/{person}/refuse"),
    ("GET", "/v1/products"),
    ("PUT", "/v1/products"),
    ("GET", "/v1/coupons"),
    ("GET", "/v1/coupons/{key}"),
    ("PUT", "/v1/coupons/{key}"),
    ("POST", "/v1/coupons/{key}/codes"),
    ("POST", "/v1/coupons/{key}/generate"),
    ("GET", "/v1/coupon-codes/{code}"),
    ("POST", "/v1/coupon-codes/{code}/redeem"),
    ("GET", "/v1/topics"),
    ("PUT", "/v1/topics"),
    ("GET", "/v1/company"),
    ("PUT", "/v1/company"),
    ("GET", "/v1/privacy/requests"),
    ("POST", "/v1/privacy/requests"),
    ("GET", "/v1/privacy/requests/{asked}"),
    ("POST", "/v1/privacy/requests/{asked}/close"),
    ("GET", "/v1/privacy/people/{person}/export"),
    ("POST", "/v1/privacy/people/{person}/erase"),
    ("GET", "/v1/privacy/people/{person}/receipt"),
    ("GET", "/v1/privacy/register"),
    ("PUT", "/v1/privacy/register/{entry}"),
    ("GET", "/v1/privacy/retention"),
    ("PUT", "/v1/privacy/retention/{kind}"),
    ("GET", "/v1/users"),
    ("POST", "/v1/users"),
    ("PATCH", "/v1/users/{user}"),
    ("POST", "/v1/users/{user}/password-link"),
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("DELETE", "/v1/keys/{key}"),
    ("GET", "/v1/audit"),
    ("GET", "/v1/audit/proof"),
)


@pytest.fixture(scope="module")
def description(kervan: Kervan) -> dict[str, Any]:
    """The OpenAPI document."""
    return dict(kervan.ask("GET", "/openapi.json").json)


@pytest.fixture(scope="module")
def schema(description: dict[str, Any]) -> Any:
    """The document as schemathesis reads it, once for all operations."""
    return schemathesis.openapi.from_dict(description)


def test_every_operation_is_tried(description: dict[str, Any]) -> None:
    found = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert found == set(OPERATIONS)


def _call(kervan: Kervan, case: Any) -> None:
    answer = case.call(
        base_url=kervan.address,
        headers={"authorization": f"Bearer {kervan.token}", "content-type": "application/json"},
    )
    text = answer.content.decode(errors="replace")  # some answers are files

    def said() -> str:  # costs as much as the call
        return f"{case.as_curl_command()}: {answer.status_code} {text[:500]}"

    assert answer.status_code < 500, said()
    assert "Traceback" not in text, said()
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"], said()
    else:
        case.validate_response(answer, checks=[response_schema_conformance])


def _cases(schema: Any, method: str, path: str, mode: GenerationMode, **fixed: Any) -> Any:
    operation = schema[path][method]
    return operation.as_strategy(generation_mode=mode, **fixed)


def _go_on(kervan: Kervan) -> None:
    """Lift what a request has stopped: others tell this Kervan their stories too."""
    for one in kervan.get("/v1/sending/stops"):
        kind, _, name = one["scope"].partition(":")
        wanted = {kind: name} if name else {}
        assert kervan.api("POST", "/v1/sending/resume", wanted).status == 200
    assert kervan.get("/v1/sending/stops") == []
    for kind, scope in kervan.get("/v1/approvals/rules").items():
        if scope != "none":  # nor may what they apply wait for somebody
            kervan.api("PUT", f"/v1/approvals/rules/{kind}", {"scope": "none"})


def _try(kervan: Kervan, cases: Any, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def call(case: Any) -> None:
        _call(kervan, case)

    call()
    _go_on(kervan)
    assert kervan.is_healthy(), kervan.log[-3000:]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_ends_in_a_500(
    kervan: Kervan, schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    if mode is GenerationMode.NEGATIVE and (method, path) in _NOTHING_WRONG:
        return
    cases = _cases(schema, method, path, mode)
    _try(kervan, cases, 4 if (method, path) in _SLOW else _EXAMPLES)


def test_nor_does_one_about_what_there_is(kervan: Kervan, schema: Any) -> None:
    kervan.send(
        {"type": "identify", "userId": "known", "traits": {"firstName": "İrem"}},
        {"type": "track", "event": "Product Added", "userId": "known"},
    )
    kervan.names("known", 2)
    # Of somebody else: one of the requests erases the one who is known, and all that names her.
    there = len(kervan.letters(0))
    kervan.send({"type": "track", "event": 7, "userId": "somebody else"})
    letter = kervan.letters(there + 1)[0]["id"]
    kervan.say_who_speaks()  # whatever the requests before have put there
    assert kervan.cli("apply", str(_EXAMPLE)).returncode == 0
    friends = {"key": "abandoned-basket", "name": "Friends", "sort": "list"}
    assert kervan.api("POST", "/v1/segments", friends).status == 201
    real = {
        "person": kervan.person("known"),
        "key": "abandoned-basket",
        "figure": "entered",
        "source": kervan.get("/v1/sources")[0]["id"],
        "hint": "0000",
    }
    for method, path in OPERATIONS:
        names = [name for name in real if "{" + name + "}" in path]
        if names and (method, path) not in _SLOW:
            cases = _cases(
                schema,
                method,
                path,
                GenerationMode.POSITIVE,
                path_parameters={name: real[name] for name in names},
            )
            _try(kervan, cases, 10)
    assert kervan.api("POST", "/v1/dead-letters/resend", {"ids": [letter] * 3}).json == {
        "resent": 1
    }
    assert kervan.get("/v1/journeys/abandoned-basket")["name"] == "Abandoned basket"


def test_the_api_is_closed_to_everybody_else(kervan: Kervan, description: dict[str, Any]) -> None:
    credentials = [{}, {"authorization": "Bearer wrong"}, {"cookie": "kervan_session=wrong"}]
    credentials += [
        one
        for key in kervan.keys.values()
        for one in (
            {"authorization": f"Bearer {key}"},
            {"authorization": basic(key)},
            {"x_write_key": key},
            {"cookie": f"kervan_session={key}"},
        )
    ]
    for method, path in OPERATIONS:
        place = path.replace("{person}", "0" * 32).replace("{", "").replace("}", "")
        for one in credentials:
            answer = kervan.ask(method, place + "?writeKey=" + kervan.keys["server"], b"{}", **one)
            assert (answer.status, answer.code) == (401, "web.not_signed_in"), (method, path, one)
    for page in ("/", "/live/parts", "/events", "/people/" + "0" * 32, "/journeys/a/b", "/mails/1"):
        assert kervan.ask("GET", page, key=kervan.keys["server"]).status == 401
