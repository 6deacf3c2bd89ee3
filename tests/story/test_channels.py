"""One message, two channels: a text leaves by a provider, its receipt ends it, why is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from tests.sdk.door import until
from tests.simulators.iletimerkezi.server import IletiMerkezi
from tests.story.running import PATIENCE_SECONDS, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")
_MESSAGE = """\
message:
  key: parcel-on-its-way
  name: Parcel on its way
  intent: the customer knows when to be at home
  purpose: transactional
  language: tr
  variants:
    sms:
      tr: {text: "{{ person.first_name | default('Merhaba') }}, {{ event.parcel }} yolda."}
      az: {text: "{{ person.first_name | default('Salam') }}, {{ event.parcel }} yoldadır."}
    email:
      tr:
        subject: "{{ event.parcel }} yolda"
        mjml: >-
          <mjml><mj-body><mj-section><mj-column>
          <mj-text>{{ event.parcel }} yolda.</mj-text>
          </mj-column></mj-section></mj-body></mjml>
      az:
        subject: "{{ event.parcel }} yoldadır"
        mjml: >-
          <mjml><mj-body><mj-section><mj-column>
          <mj-text>{{ event.parcel }} yoldadır.</mj-text>
          </mj-column></mj-section></mj-body></mjml>
"""
_JOURNEY = """\
journey:
  key: parcels
  name: Parcels
  trigger: {event: Parcel Shipped}
  steps:
    - key: tell
      kind: send
      message: parcel-on-its-way
      channels: [sms, email]
    - key: end
      kind: exit
"""
_BUDGET = """\
budget:
  currency: TRY
  prices:
    - {channel: sms, countries: [TR], per: part, price: "0.085"}
  ceilings:
    - {name: texts, most: "1000", per: month, channels: [sms], classes: [transactional]}
"""


def _applied(kervan: Kervan, folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    done = kervan.cli("apply", str(path))
    assert done.returncode == 0, done


def _messages(kervan: Kervan, channel: str) -> list[tuple[Any, ...]]:
    return kervan.rows(
        "select id::text, state, coalesce(reason, '') from message"
        " where journey = 'parcels' and channel = %s order by id", channel,
    )  # fmt: skip


def test_a_text_is_sent_reported_and_explained_and_who_has_no_phone_gets_a_mail(
    kervan: Kervan, tmp_path: Path
) -> None:
    with IletiMerkezi(clock.now) as provider:
        assert isinstance(provider, IletiMerkezi)
        settings = {
            "key": provider.key, "hash": provider.hash, "sender": "MAGAZA",
            "base_url": provider.url,
        }  # fmt: skip
        secret = tmp_path / "merkez.json"
        secret.write_text(json.dumps(settings), encoding="utf-8")
        made = kervan.cli("channel", "add", "merkez", "iletimerkezi", "--file", str(secret),
                          "--private")  # fmt: skip
        assert made.returncode == 0, made
        assert "hash = ***" in made.stdout and f"= {provider.hash}" not in made.stdout
        door = next(line for line in made.stdout.splitlines() if line.startswith("Webhook"))
        _applied(kervan, tmp_path, "message.yaml", _MESSAGE)
        _applied(kervan, tmp_path, "journey.yaml", _JOURNEY)
        _applied(kervan, tmp_path, "budget.yaml", _BUDGET)
        kervan.send(
            {"type": "identify", "userId": "P-1", "traits": {
                "phone": "+905321114455", "firstName": "Çiğdem", "language": "tr"}},
            {"type": "identify", "userId": "P-2", "traits": {
                "email": "leyla.parcel@ev.example", "firstName": "Leyla", "language": "az"}},
            track("Parcel Shipped", "P-1", properties={"parcel": "Çay takımı"}),
            track("Parcel Shipped", "P-2", properties={"parcel": "Armudu dəsti"}),
        )  # fmt: skip
        until(lambda: bool(provider.orders), lambda: kervan.log[-3000:], PATIENCE_SECONDS)
        [order] = provider.orders
        assert (order.text, order.numbers) == (
            "Çiğdem, Çay takımı yolda.", ["+905321114455"],
        )  # fmt: skip
        until(lambda: [one[1] for one in _messages(kervan, "sms")] == [10],
              lambda: str(_messages(kervan, "sms")), PATIENCE_SECONDS)  # fmt: skip
        path = door.split(maxsplit=1)[1].partition("/hooks")
        told = kervan.ask("POST", "/hooks" + path[2], provider.hook(order.id, "delivered"))
        assert told.status == 200, told
    [(message, state, _)] = _messages(kervan, "sms")
    assert state == 3
    assert kervan.names("P-1", 6).count("Message Delivered") == 1
    sent = kervan.get(f"/v1/messages/{message}/sent")["fields"]
    assert sent == {"to": "+905321114455", "text": "Çiğdem, Çay takımı yolda."}
    spent = json.loads(kervan.cli("spend", "--json").stdout)
    assert (spent["ceilings"][0]["used"], spent["balances"][0]["account"]) == ("0.085", "merkez")
    assert [(one["campaign"], one["parts"]) for one in spent["spent"]] == [("journey:parcels", 1)]
    why = kervan.get(f"/v1/messages/{message}/why")
    assert why["state"] == "delivered", why

    until(lambda: [one[1] for one in _messages(kervan, "email")] == [2],
          lambda: str(_messages(kervan, "email")), PATIENCE_SECONDS)  # fmt: skip
    [(message, _, _)] = _messages(kervan, "email")
    told_why = json.dumps(kervan.get(f"/v1/messages/{message}/why"), ensure_ascii=False)
    assert "sms" in told_why and "no_address" in told_why, told_why
    assert kervan.cli("channel", "off", "merkez").returncode == 0
