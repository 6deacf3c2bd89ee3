"""A message reaches its receiver once, signed so that it is believed; none reaches our network."""

import base64
import json
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from kervan.delivery.channels import webhook
from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem
from kervan.delivery.channels.webhook import PROVIDER, Settings
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from tests.simulators.http import Reply
from tests.simulators.webhook.receiver import Receiver
from tests.unit.delivery.channels.asking import AT, MESSAGE, asked, outgoing, patience

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
BODY = '{"müşteri": "Şule",  "tutar": 12.50}'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver whose clock stands."""
    with Receiver([NEW], lambda: AT) as one:
        assert isinstance(one, Receiver)
        yield one


def sent(
    receiver: Receiver, *messages: Outgoing, timeout_seconds: float = 10.0, **changed: str
) -> list[Outcome]:
    """What became of each; with a clock that stands."""
    settings = Settings(**{"url": f"{receiver.url}/in", "secret": NEW, **changed})

    async def work(client: Client) -> list[Outcome]:
        line = webhook.Receiver(settings, client, lambda: AT)
        return [await line.send(one) for one in messages]

    found: list[Outcome] = asked(work, timeout_seconds=timeout_seconds)
    return found


def message(body: str = BODY, **fields: str) -> Outgoing:
    """A message with this body."""
    return outgoing({"body": body, **fields}, to="")


def test_a_body_arrives_as_it_was_written_and_is_believed(receiver: Receiver) -> None:
    assert sent(receiver, message()) == [Outcome(Fate.ACCEPTED)]
    assert receiver.calls[0].body.decode() == BODY
    assert receiver.taken == {str(MESSAGE): json.loads(BODY)}


def test_an_event_goes_in_the_standard_envelope(receiver: Receiver) -> None:
    sent(receiver, message(event="order.ready"))
    assert receiver.taken[str(MESSAGE)] == {"type": "order.ready", "data": json.loads(BODY)}


@pytest.mark.parametrize("held", [[OLD], [NEW], [OLD, NEW]])
def test_while_a_secret_changes_either_is_enough(receiver: Receiver, held: list[str]) -> None:
    receiver.secrets = held
    [outcome] = sent(receiver, message(), previous_secret=OLD)
    assert outcome.fate is Fate.ACCEPTED


def test_the_library_of_the_standard_believes_it_too(receiver: Receiver) -> None:
    [line] = [Settings(url=f"{receiver.url}/in", secret=NEW, previous_secret=OLD)]
    receiver.now = clock.now
    asked(lambda client: PROVIDER.open(line, client).send(message()))
    call = receiver.calls[0]
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(call.body, call.headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(call.body + b" ", call.headers)


def test_a_wrong_secret_and_a_stale_call_are_not_believed(receiver: Receiver) -> None:
    receiver.secrets = [OLD]
    [wrong] = sent(receiver, message())
    assert (wrong.fate, wrong.problem) == (Fate.DEFERRED, Problem.ACCOUNT)
    receiver.secrets, receiver.now = [NEW], lambda: AT + timedelta(minutes=6)
    [stale] = sent(receiver, message())
    assert (stale.fate, stale.problem) == (Fate.REJECTED, Problem.CONTENT)
    assert not receiver.taken


@pytest.mark.parametrize("kind", ["cut", "half", "hang", "500-after"])
def test_what_was_taken_without_an_answer_is_sent_again_and_worked_on_once(
    receiver: Receiver, kind: str
) -> None:
    receiver.reply = Reply(200, b"{}")
    receiver.fail(kind)
    first, second = sent(receiver, message(), message(), timeout_seconds=patience(kind))
    assert first.fate is (Fate.DEFERRED if kind == "500-after" else Fate.DOUBT)
    assert second.fate is Fate.ACCEPTED
    assert receiver.again == [str(MESSAGE)]
    assert PROVIDER.capabilities.idempotent


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [("429", 0), ("429-seconds", 7), ("429-date", 30), ("429-absurd", 86400), ("429-nonsense", 0)],
)
def test_a_receiver_says_how_long_to_wait_in_many_ways(
    receiver: Receiver, kind: str, seconds: float
) -> None:
    receiver.fail(kind)
    [outcome] = sent(receiver, message())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", seconds)


@pytest.mark.parametrize(
    ("status", "fate", "problem"),
    [
        (200, Fate.ACCEPTED, Problem.NONE),
        (202, Fate.ACCEPTED, Problem.NONE),
        (400, Fate.REJECTED, Problem.CONTENT),
        (403, Fate.DEFERRED, Problem.ACCOUNT),
        (404, Fate.REJECTED, Problem.CONTENT),
        (408, Fate.DEFERRED, Problem.SERVER),
        (410, Fate.REJECTED, Problem.ADDRESS),
        (500, Fate.DEFERRED, Problem.SERVER),
        (503, Fate.DEFERRED, Problem.SERVER),
    ],
)
def test_what_a_status_means(receiver: Receiver, status: int, fate: Fate, problem: Problem) -> None:
    receiver.reply = Reply(status, b"<html>" + b"x" * 100_000)
    [outcome] = sent(receiver, message())
    assert (outcome.fate, outcome.problem) == (fate, problem)


@pytest.mark.parametrize("kind", ["html", "empty", "list"])
def test_of_an_accepting_answer_only_the_status_counts(receiver: Receiver, kind: str) -> None:
    receiver.fail(kind)
    assert sent(receiver, message()) == [Outcome(Fate.ACCEPTED)]


def test_an_answer_without_end_is_a_doubt(receiver: Receiver) -> None:
    receiver.reply = Reply(200, b"x" * 20_100_000)
    [outcome] = sent(receiver, message())
    assert outcome.fate is Fate.DOUBT


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.fail("302")
    [outcome] = sent(receiver, message())
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, Problem.ACCOUNT)
    assert len(receiver.calls) == 1


def test_nobody_listens(receiver: Receiver) -> None:
    [outcome] = sent(receiver, message(), url="http://127.0.0.1:1/")
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, Problem.LINE)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127。0。0。1", "2130706433",
        "0x7f.1", "0177.0.0.1", "0.0.0.0", "10.0.0.7", "192.168.1.1", "169.254.169.254",
        "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "100.64.0.1",
    ],
)  # fmt: skip
def test_no_spelling_leads_into_our_own_network(host: str) -> None:
    settings = Settings(url=f"http://{host}/", secret=NEW)

    async def work(client: Client) -> Outcome:
        return await PROVIDER.open(settings, client).send(message())

    outcome = asked(work, reach=Reach.PUBLIC, timeout_seconds=5)
    assert outcome.fate is Fate.DEFERRED
    if outcome.problem is Problem.LINE:  # a spelling that is no host here
        assert host in ("127。0。0。1", "2130706433", "0x7f.1", "0177.0.0.1")
    else:
        assert (outcome.problem, outcome.code) == (Problem.ACCOUNT, "kernel.url_not_allowed")


def test_a_private_receiver_gets_nothing_from_a_public_client(receiver: Receiver) -> None:
    settings = Settings(url=f"{receiver.url}/", secret=NEW)

    async def work(client: Client) -> Outcome:
        return await PROVIDER.open(settings, client).send(message())

    assert asked(work, reach=Reach.PUBLIC).code == "kernel.url_not_allowed"
    assert not receiver.calls


def test_what_is_no_json_is_not_sent(receiver: Receiver) -> None:
    for body in ("", "hello", '{"a": NaN}', '{"a": 1', "[" * 100_000):
        [outcome] = sent(receiver, message(body))
        assert (outcome.fate, outcome.problem) == (Fate.REJECTED, Problem.CONTENT)
    assert not receiver.calls


def test_headers_of_the_operators_own_go_along(receiver: Receiver) -> None:
    sent(receiver, message(), headers="Authorization: Bearer abc\n\nX-Shop : 7\n")
    headers = receiver.calls[0].headers
    assert (headers["authorization"], headers["x-shop"]) == ("Bearer abc", "7")


@pytest.mark.parametrize(
    "lines",
    ["webhook-signature: v1,x", "Host: other", "Content-Length: 1", "no colon", "a b: c",
     "x: a\x00b", ": x"],
)  # fmt: skip
def test_headers_that_would_forge_ours_are_refused(lines: str) -> None:
    with pytest.raises(KervanError) as refused:
        asked(_opened(Settings(url="https://shop.example/", secret=NEW, headers=lines)))
    assert refused.value.code == "delivery.webhook_header_invalid"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": ""}, "delivery.webhook_secret_invalid"),
        ({"secret": "whsec_c2hvcnQ="}, "delivery.webhook_secret_invalid"),
        ({"secret": "whsec_é"}, "delivery.webhook_secret_invalid"),
        ({"previous_secret": "x"}, "delivery.webhook_secret_invalid"),
        ({"url": "ftp://shop.example/"}, "kernel.url_not_allowed"),
        ({"url": "https:///in"}, "kernel.url_not_allowed"),
        ({"url": "https://user:pass@shop.example/"}, "kernel.url_not_allowed"),
    ],
)
def test_settings_that_cannot_work_are_refused(changed: dict[str, str], code: str) -> None:
    given = {"url": "https://shop.example/in", "secret": NEW, **changed}
    with pytest.raises(KervanError) as refused:
        asked(_opened(Settings(**given)))
    assert refused.value.code == code


def test_two_messages_are_two_calls(receiver: Receiver) -> None:
    other = replace(message(), message=uuid.uuid4())
    sent(receiver, message(), other)
    assert len(receiver.taken) == 2


def _opened(settings: Settings) -> Callable[[Client], Coroutine[None, None, None]]:
    async def work(client: Client) -> None:
        PROVIDER.open(settings, client)

    return work
