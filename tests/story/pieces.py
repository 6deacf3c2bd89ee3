"""The campaigns of a small shop, one of each kind; each is for the path of its own name."""

from typing import Any

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def _blocks(*more: dict[str, Any], heading: str = "Hoş geldiniz") -> dict[str, Any]:
    return {"tr": [{"type": "heading", "text": heading}, *more]}


_CLOSE = {"type": "close", "text": "Hayır, teşekkürler"}
_TO_SALE = {"type": "button", "text": "Alışverişe başla", "url": "/sale"}
_FORM = {
    "type": "form", "field": "email", "label": "E-posta adresiniz", "button": "Kaydol",
    "thanks": "Teşekkürler, onay e-postanızı bekleyin.", "channel": "email",
    "consent": "Kampanya e-postaları almak istiyorum.",
}  # fmt: skip
CAMPAIGNS: dict[str, dict[str, Any]] = {
    "banner": {
        "kind": "banner",
        "frequency": {"device": {"times": 1, "days": 1}},
        "blocks": {"tr": [{"type": "text", "text": "300 ₺ üzeri kargo bedava"}, _TO_SALE]},
    },
    "popup": {
        "kind": "popup", "goal": {"event": "Order Completed", "hours": 24},
        "blocks": _blocks(
            {"type": "image", "url": "/coat.svg", "alt": "Palto"},
            {"type": "text", "text": "İlk siparişinize %10 indirim."},
            {"type": "coupon", "code": "HOSGELDIN10", "text": "Kopyalamak için dokunun"}, _TO_SALE,
            _CLOSE,
        ),
    },
    "slide": {
        "kind": "slide_in", "place": "left",
        "blocks": _blocks(_FORM, heading="Haberdar olun"),
    },
    "slot": {
        "kind": "embedded", "slot": "home",
        "blocks": _blocks({"type": "columns", "columns": [
            [{"type": "text", "text": "Yün paltolar"}], [{"type": "text", "text": "Deri botlar"}],
        ]}, {"type": "spacer", "size": "s"}, heading="Yeni gelenler"),
    },
    "hostile": {
        "kind": "popup",
        "blocks": _blocks({"type": "text", "text": HOSTILE}, heading=HOSTILE),
    },
    "exit": {"kind": "popup", "triggers": {"exit_intent": True}, "blocks": _blocks()},
    "scroll": {"kind": "popup", "triggers": {"scroll_percent": 50}, "blocks": _blocks()},
    "event": {"kind": "popup", "triggers": {"event": "Size Missing"}, "blocks": _blocks()},
    "basket": {"kind": "popup", "triggers": {"basket_min": 500}, "blocks": _blocks()},
    "early": {"kind": "banner", "before_consent": True, "blocks": _blocks()},
    "test": {
        "kind": "banner",
        "variants": [{"key": "short", "blocks": {"tr": [{"type": "text", "text": "Kısa"}]}},
                     {"key": "long", "blocks": {"tr": [{"type": "text", "text": "Uzun"}]}},
                     {"key": "nothing"}],
        "frequency": {"device": {"times": 1000}}, "goal": {"event": "Order Completed"},
    },
    "mine": {
        "kind": "popup",
        "blocks": _blocks(heading="Merhaba {{ person.first_name | default('misafir') }}"),
        "frequency": {"device": {"times": 10}, "person": {"times": 2}, "after_close_days": 0},
    },
}  # fmt: skip
