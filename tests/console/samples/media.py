"""Pictures: described in every language and shown, described in one, and one that moves."""

import json

from tests.story.running import Kervan
from tests.unit.content.media import drawn

_COAT = {
    "name": "Kırmızı palto",
    "alt": {
        "tr": "Askıda kırmızı bir palto",
        "az": "Asılqanda qırmızı palto",
        "en": "A red coat on a hanger",
    },
    "tags": ["sonbahar", "palto"],
}
_BANNER = {"name": "Kış indirimi", "alt": {"tr": "Kış indirimi başladı"}, "tags": ["kış"]}


def bring(kervan: Kervan, body: bytes, name: str) -> dict[str, object]:
    """The picture that a file became."""
    kind = {"content_type": "application/octet-stream"}
    answer = kervan.api("POST", f"/v1/media?name={name}", body, **kind)
    assert answer.status == 200, answer
    found: dict[str, object] = answer.json["picture"]
    return found


def prepare(kervan: Kervan) -> dict[str, str]:
    """What the library holds; the page has no address of its own for one of them."""
    coat = bring(kervan, drawn.photo(1600, 1200, 1), "palto.jpg")
    kervan.api("PUT", f"/v1/media/{coat['id']}", json.dumps(_COAT).encode())
    banner = bring(kervan, drawn.written(drawn.picture(1200, 400, "RGBA"), "PNG"), "afis.png")
    kervan.api("PUT", f"/v1/media/{banner['id']}", json.dumps(_BANNER).encode())
    bring(kervan, drawn.moving(320, 240, 5), "kar_yagiyor.gif")
    block = {"key": "media-top", "name": "Üst resim", "pieces": {"tr": {"mjml": _shown(coat)}}}
    assert kervan.api("PUT", "/v1/messages/blocks/media-top", block).status == 200
    return {}


def _shown(picture: dict[str, object]) -> str:
    sizes = picture["sizes"]
    assert isinstance(sizes, list)
    image = f'<mj-image src="{sizes[-1]["url"]}" alt="Palto"/>'
    return f"<mj-section><mj-column>{image}</mj-column></mj-section>"
