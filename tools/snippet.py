"""Builds the browser's snippet: its parts in one function, made small, the same bytes each time.

`python tools/snippet.py` writes src/kervan/onsite/static/kervan-VERSION.js; `digest` only says what
names the sources, `check` whether building again gives the same bytes. A file of a version
that was released stays as it is: pages name it by its hash. Needs Node and npm, which users do not.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "snippet"
STATIC = ROOT / "src" / "kervan" / "onsite" / "static"
MOST_BYTES = 12_000
_OPTIONS = ("--ecma", "2022", "--compress", "passes=3,unsafe_arrows=true", "--mangle",
            "--comments", "/^!/")  # fmt: skip


def version() -> str:
    """The snippet's own version."""
    return str(json.loads((HERE / "package.json").read_text())["version"])


def parts() -> list[Path]:
    """The sources, in the order in which they run."""
    return sorted((HERE / "src").glob("*.js"))


def source() -> str:
    """All parts as one script that leaves nothing behind but `window.kervan`."""
    whole = "\n".join(one.read_text("utf-8") for one in parts())
    return f'(() => {{\n"use strict";\nconst VERSION = "{version()}";\n{whole}}})();\n'


def digest() -> str:
    """What names the sources in the built file, so that a stale one is seen without Node."""
    return hashlib.sha256(source().encode()).hexdigest()[:16]


def target() -> Path:
    """Where the built file lies."""
    return STATIC / f"kervan-{version()}.js"


def installed() -> Path:
    """terser as it is locked beside the sources, installed when it is not there yet."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = ROOT / ".peers" / "snippet" / lock
    program = place / "node_modules" / "terser" / "bin" / "terser"
    if not program.exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=170)
    return program


def build() -> bytes:
    """The file as it is shipped."""
    command = ["node", str(installed()), *_OPTIONS]
    made = subprocess.run(
        command, input=source().encode(), check=True, capture_output=True, timeout=60
    ).stdout
    head = f"/*! kervan.js {version()} | Apache-2.0 | {digest()} */\n"
    return head.encode() + made.strip() + b"\n"


def main() -> None:
    """Build and write the file; fails where it is larger than it may be."""
    asked = sys.argv[1:]
    if asked == ["digest"]:
        sys.stdout.write(digest())
        return
    made = build()
    if asked == ["check"]:
        sys.exit(0 if made == target().read_bytes() else "building again gives other bytes")
    target().write_bytes(made)
    size = len(gzip.compress(made, 9, mtime=0))
    sys.stdout.write(f"{target().name}: {len(made)} bytes, {size} gzipped\n")
    if size >= MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
