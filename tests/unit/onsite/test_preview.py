"""A draft's link is good for one draft, one site, one workspace and one hour."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.onsite import preview
from kervan.onsite.preview import Draft
from tests.unit.onsite.winter import campaign, plain

_VAULT = WorkspaceVault(bytes(32))
_AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
_SITE = "https://shop.example"


def _draft(name: str = "Winter") -> Draft:
    until = clock.to_ms(_AT + preview.GOOD_FOR)
    return Draft(campaign(name=name), 0, "tr", _SITE, until)


def _refused(token: str, site: str = _SITE, later: timedelta = timedelta(0), key: int = 0) -> bool:
    try:
        preview.opened(WorkspaceVault(bytes([key] * 32)), token, site, _AT + later)
    except KervanError as error:
        return error.code == "onsite.preview_refused" and error.status == 403
    return False


def test_what_was_sealed_is_opened() -> None:
    token = preview.seal(_VAULT, _draft())
    assert preview.opened(_VAULT, token, _SITE, _AT) == _draft()
    assert not _refused(token, later=preview.GOOD_FOR - timedelta(seconds=1))


def test_an_expired_one_another_site_or_workspace_is_refused() -> None:
    token = preview.seal(_VAULT, _draft())
    assert _refused(token, later=preview.GOOD_FOR)
    assert _refused(token, key=1)
    for site in ("https://evil.example", "http://shop.example", "https://shop.example:8443", ""):
        assert _refused(token, site)


def test_a_changed_draft_is_refused() -> None:
    token = preview.seal(_VAULT, _draft())
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    other = preview.seal(_VAULT, _draft("Summer"))
    assert other != token and not _refused(other)
    spliced = raw[:16] + base64.urlsafe_b64decode(other + "=" * (-len(other) % 4))[16:]
    assert _refused(base64.urlsafe_b64encode(spliced).decode())
    for place in (0, 15, 16, 20, len(raw) - 1):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert _refused(base64.urlsafe_b64encode(changed).decode())
    for bad in ("", "a", "....", "ğ", "A" * 100, token[:-4]):
        assert _refused(bad)


def test_one_too_large_for_a_link_is_said() -> None:
    noise = [hashlib.sha512(bytes([place, more])).hexdigest() for place in range(200)
             for more in range(4)]  # fmt: skip
    texts = ["".join(noise[at : at + 7]) for at in range(0, len(noise), 7)]
    blocks = [{"type": "text", "text": one} for one in texts]
    draft = Draft(campaign(blocks={"tr": blocks[:60]}), 0, "tr", _SITE, 0)
    assert len(preview.seal(_VAULT, draft)) < preview.MOST_CHARS
    draft = Draft(msgspec.structs.replace(draft.campaign, slot="x" * 10), 0, "".join(noise), "", 0)
    with pytest.raises(KervanError) as error:
        preview.seal(_VAULT, draft)
    assert error.value.code == "onsite.preview_too_large"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://shop.example/a?b#c", _SITE),
        ("HTTPS://Shop.Example:443/", _SITE),
        ("http://localhost:8080/x", "http://localhost:8080"),
        ("javascript:alert(1)", ""),
        ("//shop.example/", ""),
        ("/sale", ""),
        ("https://shop.example@evil.example/", ""),
        ("https://shop.example\\@evil.example/", ""),
        ("https://evil.example/https://shop.example", "https://evil.example"),
        ("https://shop.example.evil.example/", "https://shop.example.evil.example"),
        ("https://shop.example:99999/", ""),
        ("https://shop.example/\n", ""),
        ("https://şhop.example/", ""),
        ("https://[::1]:80/", "https://[::1]:80"),
        ("https://[broken/", ""),
        ("", ""),
    ],
)
def test_the_site_of_an_address(url: str, site: str) -> None:
    assert preview.site_of(url) == site


def test_the_token_stands_in_the_fragment_alone() -> None:
    assert preview.link(f"{_SITE}/a?b=1#top", "T") == f"{_SITE}/a?b=1#kervan-preview=T"


def test_an_unfinished_campaign_is_drawn_as_far_as_it_goes() -> None:
    half = {
        "name": 7, "kind": "balloon", "look": {"text": "red"}, "link_hosts": "no",
        "blocks": {"tr": [{"type": "heading", "text": ""}, {"type": "text", "text": "Merhaba"},
                          {"type": "image", "url": "/a.png", "alt": ""}], "xx": []},
    }  # fmt: skip
    drawn = preview.loose(half)
    piece = preview.piece(drawn, 0, "tr", _SITE)
    assert piece["kind"] == "popup" and piece["look"] == {}
    blocks = piece["variant"]["blocks"]
    assert [one["type"] for one in blocks] == ["text", "image"]
    assert blocks[1]["url"] == f"{_SITE}/a.png"
    for nothing in (None, [], {}, {"blocks": 3}, {"variants": [1, {"blocks": {"tr": 1}}]}):
        preview.loose(nothing)


def test_words_about_a_person_say_their_fallbacks() -> None:
    text = '{{ person.first_name | default("Değerli müşterimiz") }}, merhaba'
    wanted = campaign(blocks={"tr": [{"type": "heading", "text": text}]})
    piece = preview.piece(wanted, 0, "tr")
    assert piece["variant"]["blocks"][0]["text"] == "Değerli müşterimiz, merhaba"
    loose = preview.loose(plain(variants=[{"key": "a", "blocks": plain()["blocks"]}], blocks=None))
    assert preview.piece(loose, 5, "az")["language"] == "tr"
