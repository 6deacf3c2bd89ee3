"""Amazon SES's SendEmail and SNS's signed notifications, as AWS's documentation describes them.

https://docs.aws.amazon.com: each rule names its page. A simulator: it stands for AWS in tests and
shares no code with Kervan.
"""

import base64
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.simulators.http import Call, Reply, Simulator

PATH = "/v2/email/outbound-emails"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/ses/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
SKEW = timedelta(minutes=5)  # IAM, "signature version 4": requests are good for five minutes


class Ses(Simulator):
    """One account; `letters` are those that it took, by MessageId; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.access_key, self.secret_key, self.region = "AKIDEXAMPLE", "geheim", "eu-central-1"
        self.topic = "arn:aws:sns:eu-central-1:123456789012:ses"
        self.domain = "shop.example"
        self.paused = False
        self.letters: dict[str, dict[str, Any]] = {}
        self._signer = rsa.generate_private_key(65537, 2048)

    @property
    def certificate(self) -> str:
        """What stands at SigningCertURL."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._signer.public_key())
            .serial_number(1)
            .not_valid_before(self.now() - timedelta(days=1))
            .not_valid_after(self.now() + timedelta(days=365))
            .sign(self._signer, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def answer(self, call: Call) -> Reply:
        """One call (ses API v2, SendEmail)."""
        if (call.method, call.target) != ("POST", PATH):
            return _error(404, "NotFoundException")
        if not self._known(call):
            return _error(403, "InvalidSignatureException")
        letter = json.loads(call.body)
        simple = letter.get("Content", {}).get("Simple", {})
        if self.paused:
            return _error(400, "SendingPausedException")
        if f"@{self.domain}" not in letter.get("FromEmailAddress", ""):
            return _error(400, "MailFromDomainNotVerifiedException")
        to = letter.get("Destination", {}).get("ToAddresses", [])
        if not to or not all("@" in one for one in to) or not simple.get("Body"):
            return _error(400, "BadRequestException")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", letter["EmailTags"][0]["Value"]):
            return _error(400, "BadRequestException")
        name = f"0107{uuid.uuid4().hex}-000000"
        self.letters[name] = letter
        return Reply(200, json.dumps({"MessageId": name}).encode())

    def hook(self, name: str, kind: str, **more: Any) -> bytes:
        """The body of a notification with an event (ses event-publishing contents)."""
        tags = {one["Name"]: [one["Value"]] for one in self.letters[name]["EmailTags"]}
        to = self.letters[name]["Destination"]["ToAddresses"]
        part = {"timestamp": "2026-11-22T10:00:00.123Z", "recipients": to, **more}
        event = {
            "eventType": kind, "mail": {"messageId": name, "tags": tags, "destination": to},
            kind[:1].lower() + kind[1:]: part,
        }  # fmt: skip
        return self.notify(json.dumps(event))

    def notify(self, message: str, kind: str = "Notification", **more: Any) -> bytes:
        """A message of the topic, signed (sns verify-signature-of-message)."""
        told = {
            "Type": kind, "MessageId": str(uuid.uuid4()), "TopicArn": self.topic,
            "Message": message, "Timestamp": "2026-11-22T10:00:01.000Z", "SignatureVersion": "2",
            "SigningCertURL": "https://sns.eu-central-1.amazonaws.com/x.pem", **more,
        }  # fmt: skip
        lines = ""
        for part in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"):
            if part in told:
                lines += f"{part}\n{told[part]}\n"
        signature = self._signer.sign(lines.encode(), padding.PKCS1v15(), hashes.SHA256())
        return json.dumps({**told, "Signature": base64.b64encode(signature).decode()}).encode()

    def _known(self, call: Call) -> bool:
        """IAM, "create a signed AWS API request"."""
        found = AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
        stamp = call.headers.get("x-amz-date", "")
        if found is None or not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
            return False
        access_key, day, region, names, given = found.groups()
        at = datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%SZ%z").astimezone(UTC)
        if (access_key, region, day) != (self.access_key, self.region, stamp[:8]):
            return False
        if abs(self.now() - at) > SKEW or not {"host", "x-amz-date"} <= set(names.split(";")):
            return False
        headers = "".join(f"{one}:{call.headers[one].strip()}\n" for one in names.split(";"))
        request = "\n".join(
            [call.method, call.target, "", headers, names, hashlib.sha256(call.body).hexdigest()]
        )
        scope = f"{day}/{region}/ses/aws4_request"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        key = b"AWS4" + self.secret_key.encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        wanted = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, given)


def _error(status: int, name: str) -> Reply:
    headers = {"x-amzn-ErrorType": f"{name}:http://internal.amazon.com/coral/"}
    return Reply(status, json.dumps({"message": "x"}).encode(), headers)
