"""A real Firefox without a window, told what to do over Marionette, its own remote protocol.

Marionette speaks `length:[kind, id, command, parameters]` over TCP (Firefox source docs,
"Marionette protocol"); that is all a test of push needs of a driver.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import peers

# What Firefox does at a first start and what it would fetch from its maker is switched off.
_QUIET = {
    "app.update.disabledForTesting": True,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": False,  # among them: no push
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "startup.homepage_welcome_url": "about:blank",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox:
    """A connection to a running Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 30)
        self._file = self._socket.makefile("rb")
        self._calls = 0
        self._read()  # it introduces itself
        self.call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self.call("WebDriver:SetTimeouts", {"script": 30_000, "pageLoad": 30_000})

    def call(self, command: str, parameters: dict[str, Any]) -> Any:
        """The result of one command; an error of Firefox's ends the test."""
        self._calls += 1
        asked = json.dumps([0, self._calls, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(asked), asked))
        _, number, error, result = self._read()
        assert number == self._calls and error is None, error
        return result

    def open(self, url: str) -> None:
        """Load a page."""
        self.call("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script hands to its last argument, a callback, in the open page."""
        asked = {"script": script, "args": list(arguments)}
        return self.call("WebDriver:ExecuteAsyncScript", asked)["value"]

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            letter = self._file.read(1)
            assert letter, "Firefox hung up"
            size += letter
        return json.loads(self._file.read(int(size[:-1])))


@contextmanager
def running(place: Path, **preferences: object) -> Iterator[Firefox]:
    """Firefox with a profile of its own in `place`; names have _ for the dots."""
    program = peers.find("firefox")
    assert program is not None
    wanted = _QUIET | {"marionette.port": 0}
    wanted |= {name.replace("_", "."): value for name, value in preferences.items()}
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()
    ]
    (place / "user.js").write_text("\n".join(lines))
    command = [str(program), "--headless", "--marionette", "--no-remote", "--profile", str(place)]
    surroundings = os.environ | {"HOME": str(place), "MOZ_CRASHREPORTER_DISABLE": "1"}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silent, stderr=silent, env=surroundings) as process:
        try:
            browser = Firefox(_port(place, process))
            try:
                yield browser
            finally:
                browser.close()
        finally:
            process.kill()


def _port(place: Path, process: subprocess.Popen[bytes]) -> int:
    """The port Firefox says it listens at."""
    told, ends = place / "MarionetteActivePort", time.monotonic() + 60
    while time.monotonic() < ends:
        assert process.poll() is None, "Firefox ended at once"
        text = told.read_text() if told.exists() else ""
        if text:
            return int(text)
        time.sleep(0.05)
    raise AssertionError("Firefox never listened")
