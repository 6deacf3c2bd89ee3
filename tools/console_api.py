"""Writes the types of the API for the console, from the application's own OpenAPI document.

`python -m tools.console_api` writes console/src/api/schema.d.ts; its first line names the document,
so that a test sees without Node that it is stale.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from tools import console

from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.web import app as web
from kervan.web.state import House

SCHEMA = console.HERE / "src" / "api" / "schema.d.ts"
_PROSE = ("description", "summary", "title")


def document() -> str:
    """The OpenAPI document of all routes, the same text each time."""
    app = FastAPI(title="Kervan")
    web.furnish(app, House(Config(), Vault(bytes(32))))
    return json.dumps(_bare(app.openapi()), sort_keys=True, ensure_ascii=False)


def head() -> str:
    """The first line of the file as it should be now."""
    named = hashlib.sha256(document().encode()).hexdigest()[:16]
    return f"// Written by `make console-api`; do not change. API {named}\n"


def _bare(told: Any) -> Any:
    """The document without its prose, which is for /docs: types are what is left."""
    if isinstance(told, list):
        return [_bare(one) for one in told]
    if not isinstance(told, dict):
        return told
    prose = {name for name in _PROSE if isinstance(told.get(name), str)}
    return {name: _bare(one) for name, one in told.items() if name not in prose}


def write(target: Path = SCHEMA) -> None:
    """Make the file anew."""
    console.install()
    source = console.HERE / "node_modules" / ".kervan-openapi.json"
    whole = json.loads(document())
    whole["info"] = {"title": "Kervan", "version": "1"}
    source.write_text(json.dumps(whole), encoding="utf-8")
    made = console.run([*console.node(), "node_modules/openapi-typescript/bin/cli.js", str(source)])
    target.write_text(head() + made, encoding="utf-8")


if __name__ == "__main__":
    write()
