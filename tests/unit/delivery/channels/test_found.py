"""A newcomer's provider is one source file: the one in the docs is taken from there and used."""

import asyncio
import hashlib
import hmac
import json
import sys
import uuid
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kervan.delivery import accounts, channels
from kervan.delivery.channels import found
from kervan.delivery.channels.channel import (
    Fate,
    Hook,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Request,
)
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from kervan.kernel.postgres import Connection
from tests.simulators.http import Call, Reply, Simulator
from tests.unit.delivery.world import VAULT

PAGE = Path(__file__).parents[4] / "docs" / "adding-a-channel.md"
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Loft(Simulator):
    """The other side: takes birds of who knows the key."""

    def answer(self, call: Call) -> Reply:
        """One bird."""
        known = call.headers.get("authorization") == "Bearer grain"
        return Reply(202 if known else 401)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that providers are looked for in too."""
    channels.__path__.append(str(tmp_path))
    found.forget()
    yield tmp_path
    channels.__path__.remove(str(tmp_path))
    sys.modules.pop("kervan.delivery.channels.pigeon", None)
    found.forget()


def test_one_file_is_all_it_takes(folder: Path, postgres: Connection) -> None:
    assert "pigeon" not in found.names()
    code = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    (folder / "pigeon.py").write_text(code, encoding="utf-8")
    found.forget()
    assert "pigeon" in found.names()
    made = accounts.save(
        postgres, VAULT, "loft", "pigeon", {"url": "http://x.example", "key": "grain"}, AT
    )
    assert made.shown() == {"url": "http://x.example", "key": accounts.KEPT}
    assert [one.name for one in folder.iterdir() if one.is_file()] == ["pigeon.py"]


def test_it_sends_and_hears(folder: Path) -> None:
    code = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    (folder / "pigeon.py").write_text(code, encoding="utf-8")
    found.forget()
    provider = found.find("pigeon")
    message = uuid.uuid4()

    async def send(url: str, key: str) -> tuple[Fate, Problem]:
        client = Client(Reach.ANYWHERE)
        line = provider.open(provider.settings(url=url, key=key), client)
        said = await line.send(Outgoing(0, message, "+90", {"text": "x"}, False, "tr", AT))
        await client.close()
        return said.fate, said.problem

    with Loft() as loft:
        assert asyncio.run(send(loft.url, "grain")) == (Fate.ACCEPTED, Problem.NONE)
        assert asyncio.run(send(loft.url, "sand")) == (Fate.DEFERRED, Problem.ACCOUNT)
        assert json.loads(loft.calls[0].body)["id"] == str(message)
    settings = provider.settings(url="http://x.example", key="grain")
    body = json.dumps({"id": str(message)}).encode()
    signed = hmac.new(b"grain", body, hashlib.sha256).hexdigest()
    [told] = _read(provider, settings, body, signed).news
    assert isinstance(told, Receipt)
    assert (told.kind, told.reference) == ("delivered", str(message))
    for wrong, mark in ((body + b" ", signed), (body, "0" * 64), (body, "")):
        with pytest.raises(KervanError):
            _read(provider, settings, wrong, mark)


def _read(provider: Provider, settings: object, body: bytes, signed: str) -> Hook:
    assert provider.read is not None
    request = Request("POST", "https://k.example", {"x-loft": signed}, body, "192.0.2.1", AT)
    return provider.read(settings, request)


def test_every_provider_there_is_lies_in_one_file_of_its_name() -> None:
    for name in found.names():
        provider = found.find(name)
        assert provider.name == name
        assert provider.settings.__module__.startswith("kervan.delivery.channels.")
        assert {one.name for one in fields(provider)} >= {"name", "channel", "settings", "open"}
