#!/usr/bin/env bash
# Brings a Node from PyPI into .venv where this machine has none; the console's build needs it.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --require-hashes -r requirements/node.txt
fi
