"""What a record means, from what the name servers say of it; no answer is not a missing record."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kervan.delivery.channels import dkim
from kervan.delivery.mail import sending_domain
from kervan.delivery.mail.sending_domain import CHECKS, Sender, Unanswered, senders
from kervan.kernel import i18n
from kervan.kernel.config import Config

KEY = "v=DKIM1; k=rsa; p=MIGfAAAA"
SHOP = Sender("mail.shop.test", "", "smtp", "bounce.shop.test", "mx", "kv", KEY)
GOOD = {
    "bounce.shop.test": ["google-site-verification=x", "v=spf1 mx ~all"],
    "kv._domainkey.mail.shop.test": ["v=DKIM1; k=rsa; p=MIGf AAAA"],
    "_dmarc.shop.test": ["v=DMARC1; p=reject"],
}


def _states(sender: Sender, **found: list[str] | None) -> dict[str, tuple[str, str]]:
    names = {
        "spf": sender.back,
        "dkim": f"kv._domainkey.{sender.domain}",
        "dmarc": "_dmarc.shop.test",
    }
    zone = {**GOOD, **{names[kind]: texts for kind, texts in found.items()}}

    def look(name: str) -> list[str]:
        texts = zone.get(name, [])
        if texts is None:
            raise Unanswered
        return texts

    records = [check(sender, look) for check in CHECKS]
    return {one.kind: (one.state, one.why) for one in records}


def test_all_stands() -> None:
    assert _states(SHOP) == {
        "spf": ("good", "spf_good"),
        "dkim": ("good", "dkim_good"),
        "dmarc": ("good", "dmarc_good"),
    }


@pytest.mark.parametrize(
    ("kind", "found", "state", "why"),
    [
        ("spf", [], "missing", "spf_missing"),
        ("spf", ["v=spf1 mx ~all", "v=spf1 -all"], "wrong", "spf_twice"),
        ("spf", ["v=spf1 mx +all"], "wrong", "spf_anybody"),
        ("spf", ["v=spf10 mx"], "missing", "spf_missing"),
        ("spf", None, "unanswered", "unanswered"),
        ("dkim", [], "missing", "dkim_missing"),
        ("dkim", ["v=DKIM1; p="], "wrong", "dkim_revoked"),
        ("dkim", ["v=DKIM1; p=other"], "wrong", "dkim_other"),
        ("dkim", None, "unanswered", "unanswered"),
        ("dmarc", [], "missing", "dmarc_missing"),
        ("dmarc", ["v=DMARC1; p=none; rua=mailto:a@b.test"], "good", "dmarc_watches"),
        ("dmarc", ["v=DMARC1; p=perhaps"], "wrong", "dmarc_unread"),
        ("dmarc", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong", "dmarc_twice"),
        ("dmarc", None, "unanswered", "unanswered"),
    ],
)
def test_one_does_not(kind: str, found: list[str] | None, state: str, why: str) -> None:
    assert _states(SHOP, **{kind: found})[kind] == (state, why)
    for locale in i18n.LOCALES:
        assert "domain_" not in i18n.say(f"delivery.domain_{why}", locale)


def test_what_only_the_provider_knows() -> None:
    theirs = Sender("shop.test", "post", "postmark", "bounce.shop.test", "include:spf.mtasv.net")
    found = _states(theirs)
    assert found["dkim"] == ("unknown", "dkim_provider")
    assert found["spf"] == ("wrong", "spf_other")
    ours = Sender("shop.test", "", "smtp", "bounce.shop.test", "mx")
    assert _states(ours)["dkim"] == ("unknown", "dkim_unsigned")


def test_the_configured_server(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    config = Config(
        smtp_url="smtp://mx.shop.test:587", mail_from="Shop <hi@Shop.test>", dkim_selector="kv",
        dkim_key_path=str(path),
    )  # fmt: skip
    (found,) = senders(config, [])
    assert (found.domain, found.back, found.includes) == (
        "shop.test",
        "shop.test",
        "a:mx.shop.test",
    )
    assert found.key == dkim.public_record(str(path))
    assert base64.b64decode(found.key.rpartition("p=")[2])
    assert senders(Config(), []) == []
    assert sending_domain.senders(Config(mail_from="hi@shop.test"), []) == []
