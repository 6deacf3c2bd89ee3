"""A user from the command line to the audit log of a running Kervan, over all its processes."""

import re
from urllib.parse import urlencode

from tests.story.running import Answer, Kervan

_PASSWORD = "vişne renkli dört bisiklet"
_KIND = "application/x-www-form-urlencoded"


def _send(kervan: Kervan, path: str, cookie: str = "", **fields: str) -> Answer:
    return kervan.ask(
        "POST", path, urlencode(fields), content_type=_KIND, origin=kervan.address, cookie=cookie
    )


def test_she_is_added_signs_in_and_is_written_down(kervan: Kervan, healthy: None) -> None:
    said = kervan.cli("user", "add", "Ayşe@shop.test".replace("ş", "s"), "--role", "analyst")
    assert said.returncode == 0, said.stderr
    token = said.stdout.strip().partition("token=")[2]
    chosen = _send(kervan, "/sign-in/password", token=token, password=_PASSWORD, again=_PASSWORD)
    assert chosen.status == 303, chosen
    entered = _send(kervan, "/sign-in", email="ayse@shop.test", password=_PASSWORD)
    assert entered.status == 303
    assert entered.headers["location"] in ("/", "/console/")
    cookie = entered.headers["set-cookie"].partition(";")[0]
    for _ in range(6):  # the kernel chooses which process answers
        assert kervan.ask("GET", "/", cookie=cookie).status == 200
        assert kervan.ask("GET", "/v1/sources", cookie=cookie).status == 403
    lines = kervan.get("/v1/audit?what=signed_in")["lines"]
    assert lines[0]["name"] == "ayse@shop.test"
    assert kervan.cli("user", "disable", "ayse@shop.test").returncode == 0
    assert kervan.ask("GET", "/", cookie=cookie).status == 401
    proof = kervan.get("/v1/audit/proof")
    assert proof["sealed"] >= 4 and proof["broken_at"] is None


def test_wrong_passwords_are_counted_by_all_processes_together(
    kervan: Kervan, healthy: None
) -> None:
    said = [
        _send(kervan, "/sign-in", email="nobody@shop.test", password="wrong").status
        for _ in range(12)
    ]
    assert said == [401] * 10 + [429] * 2


def test_a_key_of_few_rights_made_at_the_command_line(kervan: Kervan) -> None:
    key = kervan.cli("key", "add", "till", "--scope", "people.read", "--days", "1").stdout.strip()
    assert re.fullmatch(r"kvt_[\w-]{30,}", key)
    bearer = {"authorization": f"Bearer {key}"}
    assert kervan.ask("GET", "/v1/people?customer_id=x", **bearer).status == 200
    assert kervan.ask("GET", "/v1/sources", **bearer).code == "web.not_allowed"
    assert kervan.cli("key", "revoke", "till").returncode == 0
    assert kervan.ask("GET", "/v1/people?customer_id=x", **bearer).status == 401


def test_what_the_command_line_cannot_do_is_one_sentence(kervan: Kervan) -> None:
    for words in (("user", "reset", "nobody@shop.test"), ("user", "add", "x@shop.test")):
        said = kervan.cli(*words)
        assert said.returncode == 1 and said.stderr.count("\n") == 1
        assert said.stderr.startswith("kervan: ")
