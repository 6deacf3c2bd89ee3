"""Runs the provider of this folder, installed as locked, and walks through its pages."""

import hashlib
import http.client
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from kervan.kernel import clock

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[2] / ".peers" / "openid"
_START_SECONDS = 60
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")


def installed() -> Path:
    """The folder the provider runs in; installs its packages when the lock has changed."""
    lock = hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = _CACHE / lock
    if not (place / "complete").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, place / name)
        command = ["npm", "install", "--no-save", "--omit=optional", "--ignore-scripts"]
        done = subprocess.run(
            command, cwd=place, check=False, capture_output=True, text=True, timeout=170
        )
        if done.returncode:
            raise RuntimeError(f"npm could not install the provider: {done.stderr[-2000:]}")
        (place / "complete").touch()
    shutil.copy(_HERE / "provider.mjs", place / "provider.mjs")
    return place


@contextmanager
def running(port: int, secret: str, back: str) -> Iterator[str]:
    """The issuer's address while the provider runs; `back` is where it may send browsers."""
    place = installed()
    command = ["node", "provider.mjs", str(port), secret, back]
    with subprocess.Popen(
        command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            deadline = clock.monotonic() + _START_SECONDS
            said = []
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if line.strip() == "ready":
                    break
                assert clock.monotonic() < deadline, said
            assert process.poll() is None, said
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


class Browser:
    """Follows the provider's pages with its cookies, until it is sent elsewhere."""

    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def sign_in(self, address: str, account: str) -> str:
        """Sign in and agree; gives the address that the browser is sent back to."""
        home = urlsplit(address).netloc
        method, body = "GET", b""
        for _ in range(20):
            if urlsplit(address).netloc != home:
                return address
            location, text = self._ask(method, address, body)
            method, body = "GET", b""
            if location:
                address = urljoin(address, location)
                continue
            form = re.search(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", text, re.S)
            assert form, text[:2000]
            inputs = [dict(_ATTRIBUTE.findall(one)) for one in re.findall(r"<input[^>]*>", form[2])]
            filled = {one["name"]: one.get("value", "") for one in inputs if "name" in one}
            if "login" in filled:
                filled |= {"login": account, "password": "any"}
            address = urljoin(address, unescape(form[1]))
            method, body = "POST", urlencode(filled).encode()
        raise AssertionError(f"no end at {address}")

    def _ask(self, method: str, address: str, body: bytes) -> tuple[str, str]:
        place = urlsplit(address)
        conn = http.client.HTTPConnection(place.netloc, timeout=20)
        headers = {"cookie": "; ".join(f"{n}={v}" for n, v in self._cookies.items())}
        if body:
            headers["content-type"] = "application/x-www-form-urlencoded"
        try:
            conn.request(method, f"{place.path}?{place.query}", body or None, headers)
            answer = conn.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    pair = value.partition(";")[0].partition("=")
                    self._cookies[pair[0]] = pair[2]
            return answer.getheader("location") or "", answer.read().decode()
        finally:
            conn.close()
