"""A message of four channels in up to three languages, with something missing and a warning."""

from typing import Any

from tests.story.running import Kervan

_SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"


def _mail(*blocks: str) -> str:
    return "<mjml><mj-body>\n" + "\n".join(blocks) + "\n</mj-body></mjml>"


def _block(inner: str) -> str:
    return _SECTION.format(inner)


PRODUCTS = "\n".join(
    (
        "{% for p in products.viewed[:3] %}",
        _block('<mj-text><a href="{{ p.url }}">{{ p.name }}</a></mj-text>'),
        "{% else %}" + _block("<mj-text>Yeni gelenlere bakın.</mj-text>"),
        "{% endfor %}",
    )
)
MESSAGE: dict[str, Any] = {
    "key": "console-coats",
    "name": "Sonbahar paltoları",
    "intent": "Paltoya bakıp almayanı geri getirmek",
    "language": "tr",
    "link_hosts": ["ornek.test"],
    "utm": {"campaign": "sonbahar"},
    "variants": {
        "email": {
            "tr": {
                "subject": "{{ person.first_name | default('Merhaba') }}, palto yine burada",
                "preheader": "Bedeniniz şu an stokta",
                "mjml": _mail(
                    _block("<mj-text>Beğendiğiniz palto burada.<br/>Kargo bizden.</mj-text>"),
                    _block('<mj-button href="https://ornek.test/palto">Paltoya bakın</mj-button>'),
                    _block('<mj-divider border-width="1px" border-color="#cccccc"/>'),
                    PRODUCTS,
                ),
            },
            "az": {
                "subject": "Palto yenə buradadır",
                "mjml": _mail(_block("<mj-text>Bəyəndiyiniz palto sizi gözləyir.</mj-text>")),
            },
        },
        "sms": {
            "tr": {"text": "Beğendiğiniz palto yine stokta: https://ornek.test/palto"},
            "az": {"text": "Bəyəndiyiniz palto yenə satışdadır: https://ornek.test/palto"},
            "en": {"text": "THE COAT YOU LIKED IS BACK!!! https://ornek.test/palto"},
        },
        "push": {
            "tr": {
                "title": "Palto geri geldi",
                "body": "Bedeniniz şu an var.",
                "url": "https://ornek.test/palto",
            }
        },
        "telegram": {
            "tr": {"text": "Palto yine burada.", "button_1": "Bakın|https://ornek.test/palto"}
        },
    },
}


def prepare(kervan: Kervan) -> dict[str, str]:
    """The address of the message."""
    kervan.api("PUT", f"/v1/messages/{MESSAGE['key']}", MESSAGE)
    return {"/messages/$message": f"/messages/{MESSAGE['key']}"}
