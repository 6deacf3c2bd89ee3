"""A pop-up in two languages, compared with a hold-out, on a site that sources name."""

import json
from urllib.parse import urlsplit

from tests.console.samples.media import bring
from tests.story.running import Kervan
from tests.unit.content.media import drawn

HOSTILE = '<b onclick="x">Kış\N{RIGHT-TO-LEFT OVERRIDE} fırsatı</b> '
_TR = [
    {"type": "heading", "text": "Kış hediyeniz hazır, yalnız bu hafta"},
    {"type": "text", "text": HOSTILE},
    {"type": "coupon", "code": "KIS10", "text": "Kopyalamak için dokunun"},
    {"type": "button", "text": "Alışverişe devam", "url": "/coats"},
    {"type": "columns", "columns": [
        [{"type": "image", "url": "/m/", "alt": "Kırmızı palto"}],
        [{"type": "text", "text": "Paltolarda %20"}],
    ]},
    {"type": "form", "field": "email", "label": "E-posta adresiniz", "button": "Kaydol",
     "thanks": "Teşekkürler", "consent": "Kampanya e-postaları istiyorum.", "channel": "email"},
]  # fmt: skip
_AZ = [
    {"type": "heading", "text": "Qış hədiyyəniz hazırdır, yalnız bu həftə"},
    {"type": "text", "text": "Palto və şərflərdə"},
    {"type": "coupon", "code": "KIS10", "text": "Kopyalamaq üçün toxunun"},
    {"type": "button", "text": "Alış-verişə davam", "url": "/coats"},
    {"type": "columns", "columns": [
        [{"type": "image", "url": "/m/", "alt": "Qırmızı palto"}],
        [{"type": "text", "text": "Paltolarda 20%"}],
    ]},
    {"type": "form", "field": "email", "label": "E-poçt ünvanınız", "button": "Yazıl",
     "thanks": "Təşəkkürlər", "consent": "Kampaniya məktubları istəyirəm.", "channel": "email"},
]  # fmt: skip
WINTER = {
    "key": "console-winter", "name": "Kış hediyesi & fırsatlar", "kind": "popup",
    "triggers": {"urls": ["/coats*", "/scarves*"], "scroll_percent": 40, "exit_intent": True},
    "goal": {"event": "Order Completed", "hours": 48},
    "look": {"accent": "#b5651d"},
    "variants": [
        {"key": "a", "weight": 9, "blocks": {"tr": _TR, "az": _AZ}}, {"key": "nothing"},
    ],
}  # fmt: skip
BAR = {
    "key": "console-bar", "name": "Kargo bedava", "kind": "banner",
    "blocks": {"tr": [{"type": "text", "text": "300 ₺ üzeri kargo bedava"}]},
}  # fmt: skip


OLD = {**BAR, "key": "console-old", "name": "Geçen yılın çubuğu"}
DRAFT = {"key": "console-draft", "name": "Bahar indirimi", "kind": "slide_in",
         "blocks": {"tr": [{"type": "heading", "text": ""}]}}  # fmt: skip


def prepare(kervan: Kervan) -> dict[str, str]:
    """The list with two campaigns, one paused, and a draft; the pop-up with what it did."""
    site = {"name": "console shop", "kind": "browser", "allowed_origins": ["https://shop.example"]}
    kervan.api("POST", "/v1/sources", site)
    winter = {**json.loads(json.dumps(WINTER).replace("/m/", _coat(kervan))),
              "link_hosts": [urlsplit(kervan.address).hostname]}  # fmt: skip
    for one in (winter, BAR, OLD):
        answer = kervan.api("PUT", f"/v1/onsite/{one['key']}", one)
        assert answer.status == 200, answer
    kervan.api("POST", "/v1/onsite/console-bar/pause")
    kervan.api("POST", "/v1/onsite/console-old/archive")
    kervan.api("PUT", "/v1/onsite/console-draft/draft", {"campaign": DRAFT})
    for number in range(6):
        seen = {"campaign": "console-winter", "variant": "a" if number else "nothing",
                "showing": f"s{number}"}  # fmt: skip
        what = "Onsite Shown" if number else "Onsite Held Out"
        kervan.send({"type": "track", "event": what, "userId": f"w{number}", "properties": seen})
        if number > 3:
            kervan.send({"type": "track", "event": "Onsite Clicked", "userId": f"w{number}",
                         "properties": seen})  # fmt: skip
    return {"/onsite/$campaign": "/onsite/console-winter"}


def _coat(kervan: Kervan) -> str:
    """The address of a picture of the library."""
    found = bring(kervan, drawn.written(drawn.picture(640, 480)), "vitrin.jpg")
    sizes = found["sizes"]
    assert isinstance(sizes, list)
    return str(sizes[1]["url"])
