"""Signs a request to AWS: Signature Version 4 in the authorization header.

docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html: canonical request, string to
sign, a key derived from day, region and service.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

_NAME = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key and where it is used."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str
    service: str


def signed(
    keys: Keys, method: str, url: str, headers: Mapping[str, str], body: bytes, at: datetime
) -> dict[str, str]:
    """`headers` (lower case) with host, x-amz-date and authorization beside them."""
    parts, stamp = urlsplit(url), at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    whole = {**headers, "host": parts.netloc, "x-amz-date": stamp}
    names = ";".join(sorted(whole))
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    lines = [f"{name}:{' '.join(whole[name].split())}\n" for name in sorted(whole)]
    digest = hashlib.sha256(body).hexdigest()
    path = quote(parts.path or "/", safe="/-_.~")
    canonical = f"{method}\n{path}\n{query}\n{''.join(lines)}\n{names}\n{digest}"
    scope = f"{stamp[:8]}/{keys.region}/{keys.service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(
        _key(keys, stamp[:8]), f"{_NAME}\n{stamp}\n{scope}\n{hashed}".encode(), "sha256"
    )
    credential = f"Credential={keys.access_key}/{scope}"
    whole["authorization"] = (
        f"{_NAME} {credential}, SignedHeaders={names}, Signature={signature.hexdigest()}"
    )
    return whole


def _key(keys: Keys, day: str) -> bytes:
    key = f"AWS4{keys.secret_key}".encode()
    for part in (day, keys.region, keys.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
