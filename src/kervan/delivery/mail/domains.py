"""Which mailbox provider is behind an address: domains of one provider are one group."""

import tomllib
from functools import lru_cache
from importlib import resources

OTHER = "other"


@lru_cache(maxsize=1)
def groups() -> dict[str, str]:
    """{domain: the name of its group}, from domains.toml."""
    text = resources.files(__package__).joinpath("domains.toml").read_text("utf-8")
    return {domain: name for name, domains in tomllib.loads(text).items() for domain in domains}


def domain_of(address: str) -> str:
    """The domain of an address in lower case, "" for none."""
    return address.rpartition("@")[2].lower().rstrip(".") if "@" in address else ""


def group_of(address: str) -> str:
    """The group an address is counted in: a known provider's, else OTHER; "" for no address."""
    domain = domain_of(address)
    return groups().get(domain, OTHER) if domain else ""


def lane_of(address: str) -> str:
    """What an address is paced with: its provider's domains, else its own domain."""
    domain = domain_of(address)
    return groups().get(domain, domain)
