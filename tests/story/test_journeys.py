"""A ready-made journey, as it lies in the wheel, through the running product: three channels."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kervan.journeys import ready
from kervan.kernel import clock
from tests.sdk.door import until
from tests.simulators.fcm.server import Fcm
from tests.simulators.whatsapp.server import NUMBER, Template, WhatsApp
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
PHONE = "fZb7:APA91bH-of-the-journeys"
_QUICK = {
    "for: 1 hour": "for: 1 second", "timeout: 1 day": "timeout: 1 second",
    # nobody but the people of this story
    "{event: Product Added}": "{event: Product Added, where: [{property: shop, eq: library}]}",
}  # fmt: skip


def _account(kervan: Kervan, folder: Path, name: str, kind: str, **settings: str) -> None:
    secret = folder / f"{name}.json"
    secret.write_text(json.dumps(settings), encoding="utf-8")
    made = kervan.cli("channel", "add", name, kind, "--file", str(secret), "--private")
    assert made.returncode == 0, made


def _states(kervan: Kervan) -> list[tuple[Any, ...]]:
    return kervan.rows(
        "select step, channel, state, coalesce(reason, '') from message"
        " where journey = 'abandoned-basket' order by id"
    )


def _apply(kervan: Kervan, folder: Path) -> None:
    """The library's files as `kervan library` writes them, only that hours are seconds."""
    assert kervan.cli("library", "abandoned-basket", str(folder)).returncode == 0
    journey = folder / ready.JOURNEY
    text = journey.read_text(encoding="utf-8")
    for slow, quick in _QUICK.items():
        assert slow in text
        text = text.replace(slow, quick)
    journey.write_text(text, encoding="utf-8")
    for path in (folder / "messages" / "basket_reminder.yaml", journey):
        done = kervan.cli("apply", str(path))
        assert done.returncode == 0, done


def test_the_basket_of_the_library_goes_by_mail_push_and_whatsapp(
    kervan: Kervan, tmp_path: Path
) -> None:
    with ExitStack() as held:
        google, meta = held.enter_context(Fcm()), held.enter_context(WhatsApp(clock.now))
        assert isinstance(google, Fcm) and isinstance(meta, WhatsApp)
        google.registered.add(PHONE)
        meta.templates = {("basket_reminder", "az"): Template(parameters=2)}
        _account(kervan, tmp_path, "google", "fcm",
                 service_account=google.account(), url=google.url)  # fmt: skip
        _account(kervan, tmp_path, "meta", "whatsapp_cloud", phone_number_id=NUMBER,
                 access_token=meta.token, base_url=meta.url, app_secret=meta.secret,
                 verify_token=meta.verify)  # fmt: skip
        _apply(kervan, tmp_path / "basket")
        kervan.send({"type": "identify", "userId": "J-1", "traits": {
            "email": "leyla.basket@ev.example", "phone": "+994501234567", "firstName": "Leyla",
            "language": "az"}, "context": {"device": {"type": "android", "token": PHONE}}},
        )  # fmt: skip
        person = kervan.person("J-1")
        for channel in ("email", "push", "whatsapp"):
            said = {"channel": channel, "status": "granted"}
            assert kervan.api("POST", f"/v1/people/{person}/consents", said).status < 300
        kervan.send(track("Product Added", "J-1", properties={
            "product_id": "k-1", "name": "Qəhvə", "quantity": 2, "shop": "library"}))  # fmt: skip
        until(lambda: bool(meta.messages), lambda: f"{_states(kervan)}{kervan.log[-2000:]}",
              PATIENCE_SECONDS)  # fmt: skip
        kervan.send(track("Order Completed", "J-1", properties={"order_id": "j-1", "total": 9}))
        assert [one[:2] for one in _states(kervan)] == [
            ("mail", "email"), ("push", "push"), ("whatsapp", "whatsapp"),
        ]  # fmt: skip
        assert google.messages[0]["notification"]["body"].startswith("1 məhsul sizi gözləyir")
        shown = meta.messages[0].body["template"]["components"][0]["parameters"]
        assert [one["text"] for one in shown] == ["Leyla", "1"]
        over = {"Goal Reached", "Journey Exited"}
        until(lambda: over <= {*kervan.names("J-1", 8)}, lambda: kervan.log[-2000:],
              PATIENCE_SECONDS)  # fmt: skip
    # Other stories' journeys may begin by the same event.
    mine = [one for one in kervan.timeline("J-1")
            if one["properties"].get("journey") == "abandoned-basket"]  # fmt: skip
    left = [one["properties"]["reason"] for one in mine if one["name"] == "Journey Exited"]
    assert left == ["goal"]
    for name in ("google", "meta"):
        assert kervan.cli("channel", "off", name).returncode == 0
