"""She asks to be forgotten: found everywhere she may be before, and nowhere after.

She comes in by the real doors: a shop's server, a browser, a mistake that became a dead letter; a
journey writes to her and the mail is sent. Then every byte of the data directory is searched.
"""

import json
import time
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.door import until
from tests.story import disk
from tests.story.running import Kervan, running
from tests.unit.delivery.peer import Peer

SECRET = {
    "e-mail": "irem.yildizhan@posta-ornegi.test",
    "phone": "+905327654321",
    "phone as typed": "0532 765 43 21",
    "first name": "İremnaz",
    "last name": "Yıldızhanoğlu",
    "street": "Çınaraltı Sokağı 4711",
}
CLEAR = {"marker": "QZX-gizli-dilek-8841", "trait": "Zümrütyeşili-9173", "word": "kervan-söz-5527"}
"""A text in a property, a trait that is not marked personal, a property of an anonymous visit."""
EVERYTHING = {**SECRET, **CLEAR}
ANONYMOUS = "b7a1c2d3-0000-4000-8000-5ec2e70a1b2c"
_JOURNEY = """\
journey:
  key: wish
  name: Wish
  trigger: {event: Wish Made}
  reentry: never
  steps:
    - key: thank
      kind: send_email
      class: transactional
      message:
        subject: Thank you, {{ person.first_name }}
        mjml: >-
          <mjml><mj-body><mj-section><mj-column><mj-text>{{ event.wish }}</mj-text>
          </mj-column></mj-section></mj-body></mjml>
      next: think
    - {key: think, kind: wait, for: 20 days, next: done}
    - {key: done, kind: exit}
"""


@dataclass
class Her:
    """The person of this story and the Kervan that knows her."""

    kervan: Kervan
    id: str
    mails: Peer

    def search(self) -> dict[str, set[str]]:
        """Where her strings are now, in files, tables and Kervan's own log."""
        found = disk.find(self.kervan.config, EVERYTHING)
        for name, text in EVERYTHING.items():
            if text in self.kervan.log:
                found[name].add("log")
        return found

    def ask(self) -> dict[str, Any]:
        """The receipt of an erasure that was asked for over the API and done by a worker."""
        begun = self.kervan.api("POST", f"/v1/privacy/people/{self.id}/erase").json
        until(
            lambda: self.kervan.get(begun["receipt"])["finished_at"] is not None,
            lambda: f"it does not end\n{self.kervan.log[-2000:]}",
        )
        facts: dict[str, Any] = self.kervan.get(begun["receipt"])
        asked = self.kervan.get(f"/v1/privacy/requests/{begun['request']}")
        assert asked["state"] == "done" and not asked["is_late"]
        return facts

    def erase(self, *words: str) -> dict[str, Any]:
        """The receipt of `kervan erase`."""
        path = self.kervan.log_path.with_name("receipt.json")
        done = self.kervan.cli("erase", self.id, "--receipt", str(path), *words)
        assert done.returncode == 0, done.stderr
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        path.unlink()
        return facts


def _tell(kervan: Kervan) -> None:
    def say(*events: dict[str, Any], kind: str = "server") -> None:
        # The same text without an id is a retry to Kervan, when it comes in the same minute.
        kervan.send(*({**one, "messageId": str(uuid.uuid4())} for one in events), kind=kind)

    traits = {
        "email": SECRET["e-mail"], "phone": SECRET["phone as typed"],
        "firstName": SECRET["first name"], "lastName": SECRET["last name"],
        "address": {"street": SECRET["street"]}, "favouriteColour": CLEAR["trait"],
        "language": "tr",
    }  # fmt: skip
    say(
        {"type": "identify", "userId": "cust-1", "traits": traits},
        {"type": "identify", "userId": "cust-2", "traits": {"email": "other@ornek.test"}},
        {"type": "track", "event": "Note", "userId": "cust-2", "properties": {"n": "of another"}},
    )
    say(
        {"type": "track", "event": "Page Seen", "anonymousId": ANONYMOUS,
         "properties": {"search": CLEAR["word"], "write": f"to {SECRET['e-mail']}"}},
        {"type": "track", "event": "Page Seen", "anonymousId": ANONYMOUS, "userId": "cust-1"},
        kind="browser",
    )  # fmt: skip
    goods = [{"product_id": "cup-1", "price": 12.5, "quantity": 2, "name": CLEAR["marker"]}]
    say(
        {"type": "track", "event": "Order Completed", "userId": "cust-1",
         "properties": {"order_id": "S-77120", "total": 25, "currency": "TRY", "products": goods}},
        {"type": "track", "event": "Wish Made", "userId": "cust-1",
         "properties": {"wish": CLEAR["marker"], "call": SECRET["phone"]}},
        {"type": "track", "event": "Consent Changed", "userId": "cust-1",
         "properties": {"channel": "email", "purpose": "marketing", "status": "granted"}},
        {"type": "track", "userId": "cust-1", "properties": {"of": SECRET["e-mail"]}},
    )  # fmt: skip


def _heard(kervan: Kervan, who: str, name: str) -> None:
    until(lambda: name in kervan.names(who, 1), lambda: f"no {name}: {kervan.log[-2000:]}", 90)


@pytest.fixture(scope="module")
def her(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Her]:
    """Her, after all of it has happened: the mail is sent, the mistake is a dead letter."""
    with (
        Peer() as mails,
        running(
            smtp_url=mails.url,
            mail_from="Shop <shop@ornek.test>",
            worker_processes=1,
            web_processes=1,
        ) as started,
    ):
        kervan = started.told_by("erasure")
        text = tmp_path_factory.mktemp("journey") / "wish.yaml"
        text.write_text(_JOURNEY)
        assert kervan.cli("apply", str(text)).returncode == 0
        _tell(kervan)
        person = kervan.person("cust-1")
        until(lambda: bool(mails.accepted), lambda: kervan.log[-2000:])
        mailbox = kervan.config.data / "mailbox"  # as a demo keeps what it sent
        mailbox.mkdir()
        (mailbox / "000001.eml").write_bytes(mails.accepted[0][2])
        kervan.letters(1)
        kervan.processed()
        yield Her(kervan, person, mails)


def test_before_she_is_only_where_the_clear_may_be(her: Her) -> None:
    found = her.search()
    assert any("file mailbox" in places for places in found.values()), "a demo's mails are clear"
    secret = {name: found[name] - {"file mailbox"} for name in SECRET}
    assert {name: places for name, places in secret.items() if places} == {}
    for name in ("marker", "word"):
        assert {"history events", "history events_by_person"} <= found[name]
        assert "clickhouse blocks" in found[name]
    assert {"table profile"} <= found["trait"]
    # The replay copy holds all of it, and is sealed: the key opens it.
    assert her.kervan.rows("select count(*) from kervan.intake where batch is not null")[0][0]


def test_she_may_have_all_of_it(her: Her, tmp_path: Path) -> None:
    path = tmp_path / "her.zip"
    done = her.kervan.cli("access", "export", SECRET["e-mail"], str(path))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(path) as folder:
        texts = {name: folder.read(name).decode() for name in folder.namelist()}
    together = "\n".join(texts.values())
    missing = [name for name, text in EVERYTHING.items() if text not in together]
    assert set(missing) <= {"phone as typed"}, "it is kept as +90 ..."
    assert CLEAR["marker"] in texts["messages.json"], "what the mail said"
    assert CLEAR["word"] in texts["events.ndjson"], "what she did before she signed in"
    assert "BENİ-OKU.txt" in texts and "of another" not in together


def test_an_erasure_leaves_nothing_to_ask_for_and_names_the_last_copy(her: Her) -> None:
    receipt = her.ask()
    assert receipt["finished_at"] and receipt["replay_copies_expire_on"]
    assert [one["step"] for one in receipt["steps"]] == ["words", "rows", "history", "people"]
    assert receipt["kept"]["consent_events_by_hash"] >= 2, "granted, and taken back by us"
    assert not any(text in json.dumps(receipt, ensure_ascii=False) for text in EVERYTHING.values())
    found = her.search()
    tables = {
        place for places in found.values() for place in places
        if place.startswith(("table", "history"))
    } - {"table pg_catalog.pg_statistic"}  # fmt: skip
    assert tables == set()
    assert not any("file mailbox" in places for places in found.values())
    # This search can see: rows that are deleted only are still on the disk (of ClickHouse's, only
    # until its next merge, which nobody waits for here).
    assert any(place.startswith("file postgres") for place in found["trait"])
    assert her.kervan.api("GET", f"/v1/people/{her.id}").status == 404
    assert her.kervan.get("/v1/people?customer_id=cust-1")["people"] == []
    assert her.kervan.names("cust-2", 1), "another person stays"


def test_revenue_stays_and_leads_nowhere(her: Her) -> None:
    history = her.kervan.history()
    rows = history.query(
        "SELECT order_id, product_id, toFloat64(quantity), toFloat64(price) FROM order_line"
    ).result_rows
    assert [row[1:] for row in rows] == [("cup-1", 2.0, 12.5)]
    assert rows[0][0].startswith("erased-")
    assert her.kervan.rows("select order_id, total_minor from purchase") == [("", 2500)]


def test_with_now_no_byte_of_her_is_left(her: Her) -> None:
    started = time.monotonic()
    receipt = her.erase("--now")
    took_seconds = time.monotonic() - started
    assert receipt["finished_at"] and receipt["replay_copies_expire_on"] is None
    assert [one["step"] for one in receipt["steps"]] == [
        "words", "rows", "history", "people", "copies", "parts", "pages", "log",
    ]  # fmt: skip
    left = {name: places for name, places in her.search().items() if places}
    assert left == {}
    print(f"erase --now took {took_seconds:.1f} s")
    # Again changes nothing, and says the same.
    assert her.erase("--now") == receipt
    assert her.kervan.is_healthy(), her.kervan.log[-2000:]


def test_when_she_comes_again_she_is_new(her: Her) -> None:
    _tell(her.kervan)
    again = her.kervan.person("cust-1")
    assert again != her.id
    _heard(her.kervan, "cust-1", "Order Completed")
    assert her.kervan.names("cust-1", 1).count("Order Completed") == 1
    state = her.kervan.rows("select status from consent_state where channel = 'email'")
    assert state == [("granted",)], "her new word counts"


def test_the_master_key_is_changed_while_everything_runs(her: Her) -> None:
    key = her.kervan.config.data / "master.key"
    text, aside = key.read_bytes(), her.kervan.config.data.parent / "aside"
    key.replace(aside)
    done = her.kervan.cli("deadletter", "list")
    assert done.returncode == 1 and "no master key" in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1 and not key.exists(), "none is made up"
    aside.replace(key)
    done = her.kervan.cli("keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert key.read_bytes() != text
    for worker in her.kervan.children("worker"):
        worker.kill()  # the next one starts under the new key
    her.kervan.send({"type": "track", "event": "After", "userId": "cust-2"})
    _heard(her.kervan, "cust-2", "After")
