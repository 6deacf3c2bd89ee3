"""What the settings list: sources and a letter, users of two roles, a key, an account, rules."""

from tests.story.running import Kervan


def prepare(kervan: Kervan) -> dict[str, str]:
    """Fill the lists; every tab has an address of its own."""
    for email, roles in (("irem@ornek.test", ["owner"]), ("əli@ornek.test", ["agent", "analyst"])):
        kervan.api("POST", "/v1/users", {"email": email, "name": "İrem Çağlı", "roles": roles})
    kervan.api("POST", "/v1/keys", {"name": "Kasa", "scopes": ["people.read"], "days": 30})
    netgsm = {"username": "ornek", "password": "gizli", "sender": "ORNEK"}
    kervan.api("PUT", "/v1/accounts/netgsm", {"provider": "netgsm", "settings": netgsm})
    _, key = kervan.source("Web mağazası", "browser")
    kervan.post(key, {"type": "track", "event": 7, "userId": "irem"})
    kervan.letters()
    names = {"tr": "Çay ve kahve", "az": "Çay və qəhvə", "en": "Tea and coffee"}
    kervan.api("PUT", "/v1/topics", [{"key": "tea", "names": names}])
    # Nothing that another room's messages would be held by.
    night = {"name": "Gece araması", "channels": ["call"], "from": "21:00", "until": "09:00"}
    cap = {"name": "Günde iki arama", "channels": ["call"], "topics": ["tea"],
           "passes_from_priority": 8, "most": 2, "per": "day"}  # fmt: skip
    kervan.api("PUT", "/v1/policy", {"name": "Olağan", "caps": [cap], "quiet": [night]})
    guide = {
        "name": "Örnek",
        "words": {"tr": {"avoid": {"bedava": "ücretsiz"}}},
        "lines": [{"name": "Künye", "channels": ["telegram"], "says": {"tr": "Örnek A.Ş."}}],
        "senders": {"telegram": [{"name": "Örnek", "address": "ornek_bot"}]},
        "limits": {"subject_chars": 50},
        "checks": {"capitals": "off"},
    }
    kervan.api("PUT", "/v1/brand", guide)
    budget(kervan)
    receiver(kervan)
    asked(kervan)
    return {}


def budget(kervan: Kervan) -> None:
    """What messages cost; its ceilings are of calls alone, and hold back no other room's."""
    prices = [
        {"channel": "sms", "account": "netgsm", "countries": ["TR", "AZ"], "per": "part",
         "price": "0.085"},
        {"channel": "sms", "per": "part", "price": "0.0525", "currency": "USD"},
        {"channel": "email", "price": "0.01"},
    ]  # fmt: skip
    ceilings = [
        {"name": "Ayda aramalar", "most": "10000", "per": "month", "channels": ["call"],
         "blocked": "next"},
        {"name": "Kampanya başına arama", "most": "2500", "per": "campaign", "channels": ["call"]},
    ]  # fmt: skip
    wanted = {
        "currency": "TRY",
        "rates": {"USD": "41.10"},
        "prices": prices,
        "ceilings": ceilings,
        "balances": [{"account": "netgsm", "warn_below": "500"}],
    }
    answer = kervan.api("PUT", "/v1/spend/budget", wanted)
    assert answer.status == 200, answer


def asked(kervan: Kervan) -> None:
    """Two versions of what people are shown, and what one of them asked of her data."""
    for text in ("E-postayla haber almak istiyorum.", "Ayda en çok dört e-posta istiyorum."):
        notice = {"key": "bulten", "language": "tr", "text": text}
        assert kervan.api("POST", "/v1/notices", notice).status == 201
    kervan.send({"type": "identify", "userId": "sude", "traits": {"firstName": "Sude"}})
    person = kervan.person("sude")
    for kind in ("access", "erasure"):
        request = {"kind": kind, "person": person, "channel": "phone", "note": "Aradı."}
        assert kervan.api("POST", "/v1/privacy/requests", request).status == 201


def receiver(kervan: Kervan) -> None:
    """A receiver of a segment that does not answer: its name leads nowhere."""
    city = {"kind": "text", "op": "eq", "values": ["Bakı"]}
    tree = {"kind": "trait", "trait": "city", "test": city}
    kervan.api("POST", "/v1/segments", {"key": "baki-crm", "name": "Bakı CRM", "tree": tree})
    kervan.api("PUT", "/v1/segments/baki-crm/sync", {"url": "https://crm.ornek.invalid/people"})
