"""What the name servers say of a domain we send from: SPF, DKIM and DMARC, and what should stand.

SPF is RFC 7208 (more than one record is an error, §4.5), DKIM keys RFC 6376 §3.6.1, DMARC RFC 7489;
a record of DMARC is looked for at the domain, then at each one above it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import dns.exception
import dns.resolver

from kervan.delivery.accounts import Account
from kervan.delivery.channels import dkim
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

State = Literal["good", "missing", "wrong", "unanswered", "unknown"]
Kind = Literal["spf", "dkim", "dmarc"]
PATIENCE_SECONDS = 3.0
_INCLUDES = {
    "mailgun": "mailgun.org",
    "postmark": "spf.mtasv.net",
    "sendgrid": "sendgrid.net",
    "ses": "amazonses.com",
}
_SELECTORS = {"sendgrid": "s1"}
"""What a provider always calls its key; others choose one for each customer."""


class Unanswered(Exception):
    """No name server answered: that says nothing of the record."""


Look = Callable[[str], list[str]]
"""The TXT records of a name, none where there is none. Raises Unanswered."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A domain in a From line: by which account ("" the configured server), and what it asks for.

    `back` is the domain of the return path, `includes` the mail server's part of SPF, `key` the
    DKIM record that should stand, "" where only the provider knows it.
    """

    domain: str
    account: str
    provider: str
    back: str
    includes: str
    selector: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it stands, what should (`wanted`) and does (`found`), and a code for why.

    `why` is the end of a code of words.toml: delivery.domain_WHY.
    """

    kind: Kind
    name: str
    state: State
    why: str
    wanted: str
    found: tuple[str, ...] = ()


def senders(config: Config, accounts: Sequence[Account]) -> list[Sender]:
    """Every domain that mail leaves from, by the accounts it leaves by."""
    return [*_configured(config), *_by_accounts(accounts)]


def _configured(config: Config) -> Iterator[Sender]:
    domain = _domain_of(config.mail_from)
    if not (config.smtp_url and domain):
        return
    key = ""
    if config.dkim_key_path:
        try:
            key = dkim.public_record(config.dkim_key_path)
        except KervanError:
            key = ""  # the channel itself says what is wrong with the file
    host = urlsplit(config.smtp_url).hostname or ""
    includes = f"a:{host}" if "." in host and not host.replace(".", "").isdigit() else "mx"
    back = config.bounce_domain or domain
    yield Sender(domain, "", "smtp", back, includes, config.dkim_selector, key)


def _by_accounts(accounts: Sequence[Account]) -> Iterator[Sender]:
    for one in accounts:
        domain = _domain_of(getattr(one.settings, "sender", ""))
        if one.provider.channel == "email" and one.enabled and domain:
            name = one.provider.name
            host = _INCLUDES.get(name, "")
            back = getattr(one.settings, "domain", "") or domain
            includes = f"include:{host}" if host else ""
            yield Sender(domain, one.name, name, back, includes, _SELECTORS.get(name, ""))


def _domain_of(mailbox: str) -> str:
    """`Shop <hi@shop.com>` is of shop.com."""
    return mailbox.strip().rstrip(">").rpartition("@")[2].strip().lower()


def spf(sender: Sender, look: Look) -> Record:
    """Who may send with this return path."""
    wanted = f"v=spf1 {sender.includes or 'mx'} ~all"

    def told(state: State, why: str, found: Sequence[str] = ()) -> Record:
        return Record("spf", sender.back, state, f"spf_{why}", wanted, tuple(found))

    try:
        texts = look(sender.back)
    except Unanswered:
        return Record("spf", sender.back, "unanswered", "unanswered", wanted)
    found = [one for one in texts if one.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return told("missing", "missing")
    if len(found) > 1:
        return told("wrong", "twice", found)
    terms = found[0].lower().split()
    if "+all" in terms or "all" in terms:
        return told("wrong", "anybody", found)
    if sender.includes.startswith("include:") and sender.includes not in terms:
        return told("wrong", "other", found)
    return told("good", "good", found)


def dkim_key(sender: Sender, look: Look) -> Record:
    """The key that signatures are checked with."""
    name = f"{sender.selector or '…'}._domainkey.{sender.domain}"

    def told(state: State, why: str, found: Sequence[str] = ()) -> Record:
        return Record("dkim", name, state, f"dkim_{why}", sender.key, tuple(found))

    if not sender.selector:
        return told("unknown", "provider" if sender.account else "unsigned")
    try:
        found = [one for one in look(name) if "p=" in one]
    except Unanswered:
        return Record("dkim", name, "unanswered", "unanswered", sender.key)
    if not found:
        return told("missing", "missing")
    keys = [_tags(one).get("p", "") for one in found]
    if not any(keys):
        return told("wrong", "revoked", found)
    if sender.key and _tags(sender.key)["p"] not in keys:
        return told("wrong", "other", found)
    return told("good", "good", found)


def dmarc(sender: Sender, look: Look) -> Record:
    """What receivers do with what fails."""
    wanted = f"v=DMARC1; p=none; rua=mailto:postmaster@{sender.domain}"
    labels = sender.domain.split(".")
    own = f"_dmarc.{sender.domain}"
    try:
        for above in range(max(1, len(labels) - 1)):
            name = "_dmarc." + ".".join(labels[above:])
            found = [one for one in look(name) if one.lower().startswith("v=dmarc1")]
            if len(found) > 1:
                return Record("dmarc", name, "wrong", "dmarc_twice", wanted, tuple(found))
            if found:
                policy = _tags(found[0]).get("p", "").lower()
                why = {"none": "dmarc_watches", "quarantine": "dmarc_good", "reject": "dmarc_good"}
                state: State = "good" if policy in why else "wrong"
                return Record(
                    "dmarc", name, state, why.get(policy, "dmarc_unread"), wanted, tuple(found)
                )
    except Unanswered:
        return Record("dmarc", own, "unanswered", "unanswered", wanted)
    return Record("dmarc", own, "missing", "dmarc_missing", wanted)


CHECKS: tuple[Callable[[Sender, Look], Record], ...] = (spf, dkim_key, dmarc)


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; p=abc` as a mapping; blanks inside a value do not count."""
    parts = [one.partition("=") for one in record.split(";")]
    return {name.strip().lower(): "".join(value.split()) for name, _, value in parts if name}


def look_up(name: str) -> list[str]:
    """The TXT records of a name, as the machine's own name servers say. Raises Unanswered."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException:
        raise Unanswered from None
    return [b"".join(one.strings).decode("utf-8", "replace") for one in answer]
