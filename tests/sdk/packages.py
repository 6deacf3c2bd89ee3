"""Installs the vendors' npm packages, as locked beside this file, into a cache folder."""

import hashlib
import json
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".peers" / "sdk"
PYTHON = ("segment-analytics-python", "rudder-sdk-python", "posthog")


def installed() -> Path:
    """The `node_modules` folder; installs it when the lock has changed or nothing is there."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = CACHE / lock
    if not (place / "complete").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place / name)
        # Not `npm ci`: it insists on optional builds for machines that are not ours.
        command = ["npm", "install", "--no-save", "--omit=optional", "--ignore-scripts"]
        done = subprocess.run(
            command, cwd=place, check=False, capture_output=True, text=True, timeout=170
        )
        if done.returncode:
            raise RuntimeError(f"npm could not install the SDKs: {done.stderr[-2000:]}")
        (place / "complete").touch()
    return place / "node_modules"


def python_versions() -> dict[str, str]:
    """Names and versions of the vendors' Python packages."""
    return {name: metadata.version(name) for name in PYTHON}


def node_versions(node_modules: Path) -> dict[str, str]:
    """Names and versions of the vendors' npm packages."""
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    return {
        name: json.loads((node_modules / name / "package.json").read_text())["version"]
        for name in wanted
    }
