"""A message of five channels that the tests of this folder share."""

from copy import deepcopy
from typing import Any

_MJML = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>"
    '{text} <a href="https://shop.example/coats">→</a>'
    "</mj-text></mj-column></mj-section></mj-body></mjml>"
)
_WHOLE: dict[str, Any] = {
    "key": "autumn", "name": "Autumn coats", "intent": "Bring back who looked at coats",
    "purpose": "transactional", "language": "tr", "link_hosts": ["shop.example"],
    "utm": {"campaign": "autumn"},
    "variants": {
        "email": {
            "en": {"subject": "Warm again",
                   "mjml": _MJML.format(text="{{ person.first_name | default('You') }}, see them")},
            "tr": {"subject": "Yine sıcak", "mjml": _MJML.format(text="Paltolar geldi")},
        },
        "sms": {
            "tr": {"text": "Paltolar geldi: https://shop.example/p/{{ coat.id | default('all') }}"},
            "en": {"text": "Coats are here: https://shop.example/coats"},
        },
        "web_push": {"tr": {"title": "Palto", "body": "Beğendiğiniz palto yine var",
                            "url": "https://shop.example/coats"}},
        "webhook": {"tr": {"body": '{"id": {{ person.id | default(none) }}}'}},
        "call": {"tr": {"script": "{% if person.first_name %}{{ person.first_name }}{% endif %}"}},
    },
}  # fmt: skip


def autumn(**changes: object) -> dict[str, Any]:
    """The message as plain data, with `changes`."""
    return {**deepcopy(_WHOLE), **changes}
