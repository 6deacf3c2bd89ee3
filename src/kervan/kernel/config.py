"""The settings of one process: the environment and the command line, read once."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a process needs to know; `KERVAN_<FIELD>` sets a field.

    `postgres_url` and `clickhouse_url` empty means: use the embedded engines in `data`.
    `bounce_listen` (host:port) takes bounces by SMTP or LMTP, for `bounce_domain`.
    `master_key` (base64) goes before `master_key_path`, which empty means `data`/master.key.
    """

    data: Path = Path("kervan-data")
    postgres_url: str = ""
    clickhouse_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    workspace: str = "main"
    locale: str = "en"
    country: str = "TR"
    timezone: str = "Europe/Istanbul"
    log_format: str = "auto"
    log_level: str = "info"
    web_processes: int = 1
    worker_processes: int = 1
    master_key_path: str = ""
    master_key: str = field(default="", repr=False)
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    smtp_url: str = ""
    smtp_connections: int = 16
    mail_from: str = ""
    bounce_domain: str = ""
    bounce_listen: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key_path: str = ""
    sms_hook_secret: str = field(default="", repr=False)
    replay_days: int = 3
    event_names_limit: int = 5000
    segments_limit: int = 200

    @property
    def address(self) -> str:
        """The URL people and SDKs reach this Kervan at, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load(**overrides: object) -> Config:
    """Read `KERVAN_*` from the environment; `overrides` that are not None win."""
    values: dict[str, object] = {}
    for one in fields(Config):
        given = overrides.get(one.name)
        text = os.environ.get(f"KERVAN_{one.name.upper()}")
        if given is not None:
            values[one.name] = given
        elif text is not None:
            values[one.name] = text
    for name in (
        "port",
        "web_processes",
        "worker_processes",
        "smtp_connections",
        "replay_days",
        "event_names_limit",
        "segments_limit",
    ):
        if name in values:
            values[name] = int(str(values[name]))
    if "data" in values:
        values["data"] = Path(str(values["data"])).absolute()
    return Config(**values)  # type: ignore[arg-type]


def environment(config: Config) -> dict[str, str]:
    """The environment that gives a child process this very configuration."""
    env = dict(os.environ)
    for one in fields(Config):
        env[f"KERVAN_{one.name.upper()}"] = str(getattr(config, one.name))
    return env
