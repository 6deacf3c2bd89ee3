"""The ways to the registry by name: their settings, which of them are secret, how one is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kervan.consent.registry import direct, iletimerkezi, netgsm, port, verimor


@dataclass(frozen=True, slots=True)
class Provider:
    """One way: its settings (a Struct), the names of the secret ones, and how to open it."""

    name: str
    settings: type[port.Settings]
    secrets: tuple[str, ...]
    open: Callable[[Any], port.Port]


PROVIDERS = {
    one.name: one
    for one in (
        Provider(direct.NAME, direct.Settings, direct.SECRETS, direct.Direct),
        Provider(
            iletimerkezi.NAME, iletimerkezi.Settings, iletimerkezi.SECRETS,
            iletimerkezi.IletiMerkezi,
        ),
        Provider(verimor.NAME, verimor.Settings, verimor.SECRETS, verimor.Verimor),
        Provider(netgsm.NAME, netgsm.Settings, netgsm.SECRETS, netgsm.Netgsm),
    )
}  # fmt: skip
