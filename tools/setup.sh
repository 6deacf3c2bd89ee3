#!/usr/bin/env bash
# Makes .venv and installs what the lock files name, each file checked against its hash.
set -euo pipefail
cd "$(dirname "$0")/.."

# The first Python that is new enough; PYTHON=... chooses another.
find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$name"
      return
    fi
  done
  echo "Kervan needs Python 3.11 or newer; install one, or name it: make PYTHON=/path/to/python3" >&2
  return 1
}

if ! .venv/bin/python -c '' 2>/dev/null; then
  python=$(find_python)
  if ! "$python" -m venv --clear .venv >/dev/null 2>&1; then
    # Debian ships Python without venv; as root the package is one command away.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    fi
    "$python" -m venv --clear .venv || {
      echo "$python has no venv module; on Debian or Ubuntu: apt-get install python3-venv" >&2
      exit 1
    }
  fi
fi

if [ ! -x .venv/bin/uv ]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements/uv.txt
fi

export VIRTUAL_ENV="$PWD/.venv" UV_PYTHON_DOWNLOADS=never
.venv/bin/uv pip install --quiet --require-hashes -r requirements/lock.txt
# The lock brought the build back-end, so the project itself is built without asking a registry.
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
