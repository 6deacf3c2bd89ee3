"""The API by its own description: whatever fits it or does not, no request ends in a 500."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.story.operations import NOTHING_WRONG, OPERATIONS
from tests.story.running import Kervan, basic

_EXAMPLES = 2  # of each of some 340 kinds of request: they take a quarter of the stories' time
_EXAMPLE = Path(__file__).parents[2] / "examples" / "abandoned-basket.yaml"
# A new key is waited for until every collector knows it; a workspace takes seconds to open.
_SLOW = {("POST", "/v1/sources"), ("POST", "/v1/sources/{source}/keys"), ("POST", "/v1/workspaces")}
_ENDS = {("DELETE", "/v1/journeys/{key}")}
"""After these there is nothing more to ask about."""


@pytest.fixture(scope="module")
def description(kervan: Kervan) -> dict[str, Any]:
    """The OpenAPI document. Somebody is known here: no request brings the sample shop in."""
    kervan.send({"type": "identify", "userId": "here before"})
    kervan.person("here before")
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


def _try(kervan: Kervan, method: str, cases: Any, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def call(case: Any) -> None:
        _call(kervan, case)

    call()
    if method != "GET":
        _go_on(kervan)
    assert kervan.is_healthy(), kervan.log[-3000:]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_ends_in_a_500(
    kervan: Kervan, schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    if mode is GenerationMode.NEGATIVE and (method, path) in NOTHING_WRONG:
        return
    cases = _cases(schema, method, path, mode)
    _try(kervan, method, cases, 1 if (method, path) in _SLOW else _EXAMPLES)


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
        if names and (method, path) not in _SLOW | _ENDS:
            cases = _cases(
                schema,
                method,
                path,
                GenerationMode.POSITIVE,
                path_parameters={name: real[name] for name in names},
            )
            _try(kervan, method, cases, _EXAMPLES)
    assert kervan.api("POST", "/v1/dead-letters/resend", {"ids": [letter] * 3}).json == {
        "resent": 1
    }
    # One of the requests stopped it; it can be begun again.
    assert kervan.cli("apply", str(_EXAMPLE)).returncode == 0
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
    others = itertools.cycle(credentials[1:])
    for method, path in OPERATIONS:
        place = path.replace("{person}", "0" * 32).replace("{", "").replace("}", "")
        # Who says nothing, and the others in turn: every route as everybody is test_auth's.
        for one in (credentials[0], *itertools.islice(others, 4)):
            answer = kervan.ask(method, place + "?writeKey=" + kervan.keys["server"], b"{}", **one)
            assert (answer.status, answer.code) == (401, "web.not_signed_in"), (method, path, one)
    for page in ("/", "/live/parts", "/events", "/people/" + "0" * 32, "/journeys/a/b", "/mails/1"):
        assert kervan.ask("GET", page, key=kervan.keys["server"]).status == 401
