"""SQL, markup and template text where a shop's data belongs: everywhere it ends as mere text."""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Kervan
from tests.unit.delivery.peer import Peer

NASTY = {
    "sql": "'; drop table profile; --",
    "sql2": '" or 1=1; truncate table kervan.source cascade; --',
    "clickhouse": "') settings readonly=0; DROP TABLE events; --",
    "html": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ 1234*4321 }}{% for i in range(99999999) %}x{% endfor %}{# no #}",
    "template2": "{{ person.__class__ }}{{ unsubscribe_url }}${1234*4321}<%= 1234*4321 %>",
    "format": "%s %(x)s {0} {name} {detail} \\u0041 \\",
    "header": "x\r\nBcc: victim\r\n\r\nbody",
    "mjml": "</mj-text><mj-raw><script>alert(2)</script></mj-raw><mj-text>",
    "bidi": "\u202egnp.exe\u2066 \u200b\ufeff",
    "letters": "İstanbul ığdır Əli ŞÇÖÜĞ 漢字 👩‍👩‍👧",
    "path": "../../../../etc/passwd\\..\\",
    "long": "A" * 150,
}
_COMPUTED = re.compile(r"5.?332.?114")
_JOURNEY = """\
journey:
  key: hello
  name: "Hello {{ 1234*4321 }} <script>"
  trigger: {event: Product Added}
  keep: [basket]
  reentry: never
  steps:
    - {key: think, kind: wait, for: 1 second, next: greet}
    - key: greet
      kind: send_email
      class: transactional
      message:
        subject: "For {{ person.first_name }} {{ basket.lines[0].name }}"
        mjml: |
          <mjml><mj-body><mj-section><mj-column>
          <mj-text>Dear {{ person.first_name }}</mj-text>
          {% for line in basket.lines %}<mj-text>{{ line.name }}</mj-text>{% endfor %}
          </mj-column></mj-section></mj-body></mjml>
      next: done
    - {key: done, kind: exit}
"""


@pytest.fixture(scope="module", autouse=True)
def _told(kervan: Kervan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kervan has heard all of NASTY, and has a journey that answers by mail."""
    text = tmp_path_factory.mktemp("journey") / "hello.yaml"
    text.write_text(_JOURNEY, "utf-8")
    done = kervan.cli("apply", str(text))
    assert done.returncode == 0, done.stderr
    for name, nasty in NASTY.items():
        kervan.send(
            {
                "type": "identify",
                "userId": _customer(nasty),
                "anonymousId": nasty,
                "traits": {
                    "firstName": nasty,
                    "plan": nasty,
                    nasty[:90]: nasty,
                    "email": f"{name}@ornek.test",
                },
            },
            {
                "type": "track",
                "event": nasty,
                "userId": _customer(nasty),
                "properties": {"name": nasty, nasty: nasty, "list": [nasty]},
            },
            {
                "type": "track",
                "event": "Product Added",
                "userId": _customer(nasty),
                "properties": {"name": nasty, "sku": nasty, "price": 1, "currency": "TRY"},
            },
            {"type": "page", "name": nasty, "userId": _customer(nasty)},
        )
    kervan.send({"type": "track", "event": "Visited", "userId": "after"})
    kervan.names("after", 1)
    yield
    assert kervan.is_healthy(), kervan.log[-3000:]


def _clean(text: str) -> str:
    return text.strip()


def _customer(nasty: str) -> str:
    # Line ends name nobody: an id with one is refused, and its event is nobody's.
    return " ".join(f"id {nasty}".split())


@pytest.mark.parametrize("name", NASTY)
def test_history_and_profile_keep_it_as_it_was(kervan: Kervan, name: str) -> None:
    nasty = NASTY[name]
    customer = _customer(nasty)
    assert {"Identified", "Product Added", "Page Viewed", _clean(nasty)} <= set(
        kervan.names(customer, 4)
    )
    told = {one["name"]: one["properties"] for one in kervan.timeline(customer)}
    assert told[_clean(nasty)]["name"] == nasty and told[_clean(nasty)]["list"] == [nasty]
    assert told["Page Viewed"]["name"] == nasty
    said = kervan.get(f"/v1/people/{kervan.person(customer)}")["traits"]
    traits = {name: one["value"] for name, one in said.items()}
    assert (traits["firstName"], traits["plan"], traits[nasty[:90]]) == (nasty, nasty, nasty)


def test_nothing_was_dropped_and_nothing_run(kervan: Kervan) -> None:
    assert kervan.rows("select count(*) from profile")[0][0] > len(NASTY)
    assert len(kervan.get("/v1/sources")) >= 6
    assert kervan.get("/v1/dead-letters?source=server%20of%20text")["letters"] == []


def _is_mere_text(kervan: Kervan, page: str) -> str:
    answer = kervan.api("GET", page)
    shown = answer.body.decode()
    assert answer.status == 200
    assert "<script>alert" not in shown and "onerror=alert(1)>" not in shown
    assert "mj-raw><" not in shown and 'onmouseover="alert' not in shown
    assert not _COMPUTED.search(shown)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return shown


@pytest.mark.parametrize("language", ["tr", "az", "en"])
def test_pages_show_it_as_text(kervan: Kervan, language: str) -> None:
    for page in ("/", "/live/parts", "/journeys/hello/entered"):
        _is_mere_text(kervan, f"{page}?lang={language}")


@pytest.mark.parametrize("name", NASTY)
def test_a_persons_page_shows_it_as_text(kervan: Kervan, name: str) -> None:
    nasty = NASTY[name]
    language = ("tr", "az", "en")[list(NASTY).index(name) % 3]
    page = f"/people/{kervan.person(_customer(nasty))}?lang={language}"
    whole = _is_mere_text(kervan, page)
    assert _escaped(nasty)[:60] in whole.replace("&#x2f;", "/")


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#x27;")
        .strip()
    )


def _mails(mailbox: Peer) -> dict[str, EmailMessage]:
    return {
        recipient.partition("@")[0].strip("<"): email.message_from_bytes(
            raw, policy=email.policy.default
        )  # type: ignore[misc]
        for _, recipient, raw in mailbox.accepted
        if "@ornek.test" in recipient
    }


def test_mails_show_it_as_text(kervan: Kervan, mailbox: Peer) -> None:
    until(
        lambda: len(_mails(mailbox)) == len(NASTY),
        lambda: f"only {sorted(_mails(mailbox))}: {kervan.log[-1500:]}",
        PATIENCE_SECONDS,
    )
    assert set(_mails(mailbox)) == set(NASTY)
    assert not any("victim" in recipient for _, recipient, _ in mailbox.accepted)
    for name, mail in _mails(mailbox).items():
        nasty = NASTY[name]
        assert mail["Bcc"] is None and mail.keys().count("To") == 1
        assert mail["To"].addresses[0].addr_spec == f"{name}@ornek.test"
        subject = str(mail["Subject"])
        assert "\n" not in subject and subject.startswith("For ")
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "<script" not in html and "<img src=x" not in html
        assert 'onmouseover="' not in html and "<mj-" not in html
        assert not _COMPUTED.search(html + plain + subject)
        first = " ".join(nasty.split())[:40]
        assert first in " ".join(plain.split()), name


def test_dead_letters_hold_it_and_a_terminal_is_safe(kervan: Kervan) -> None:
    for nasty in NASTY.values():
        answer = kervan.ask(
            "POST",
            "/v1/batch",
            {
                "batch": [
                    {
                        "type": "track",
                        "event": ["\x1b[2J" + nasty],
                        "userId": nasty,
                        "timestamp": "2026-10-01T10:00:00Z",
                    },
                    {
                        "type": "track",
                        "event": "E",
                        "userId": "u",
                        "timestamp": f"\x1b]0;{nasty}\x07",
                    },
                ]
            },
            key=kervan.keys["till"],
        )
        assert answer.status == 200
    kervan.letters(2 * len(NASTY), source="till%20of%20text")
    for nasty in NASTY.values():
        for text in (json.dumps(nasty)[1:-1][:40], nasty[:5]):
            answer = kervan.api("GET", f"/v1/dead-letters?text={quote(text)}")
            assert answer.status == 200
            assert answer.headers["content-type"] == "application/json"
    listed = kervan.cli("deadletter", "list", "--source", "till of text")
    assert listed.returncode == 0
    assert len(listed.stdout.splitlines()) == 2 * len(NASTY)
    assert all(char.isprintable() or char in "\t\n" for char in listed.stdout)
