#!/usr/bin/env bash
# Brings the programs that tests talk to: Chromium, Firefox, Postfix and its smtp-sink, Node.
#
# Never fails: what cannot be had is named, and the tests that need it are named again by pytest
# (tests/peers.py), which turns it into a failure in CI.
set -uo pipefail
cd "$(dirname "$0")/.."
peers="$PWD/.peers"
mkdir -p "$peers/bin"

rights() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
debian() { command -v apt-get >/dev/null && command -v dpkg >/dev/null; }
# A program on the path; the functions below have the names of programs too.
have() { PATH="$peers/bin:$PWD/.venv/bin:$PATH:/usr/sbin" type -P "$1" >/dev/null; }

package_lists() { # once, and only when something is to be fetched
  [ -n "${lists_done:-}" ] && return
  lists_done=1
  if rights; then as_root apt-get update -qq >/dev/null 2>&1; fi
}

chromium() {
  have chromium || have chromium-browser || have google-chrome && return
  debian && rights || return
  package_lists
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core >/dev/null
}

firefox() { # Web Push is read by a real browser: Chromium subscribes at Google's service only
  have firefox-esr || have firefox && return
  debian && rights || return
  package_lists
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    firefox-esr >/dev/null
}

# smtp-sink lives in the package of a whole mail server, which must not start here: it is unpacked,
# not installed, together with the libraries this machine lacks. That takes no rights. A test that
# needs the whole server starts its master itself, in a directory of its own, which only root may.
mail_server() {
  have smtp-sink && { have postfix-master || [ "$(id -u)" != 0 ]; } && return
  debian || return
  local tree="$peers/postfix" library_path
  mkdir -p "$tree"
  if [ ! -x "$tree/usr/lib/postfix/sbin/master" ]; then
    package_lists
    unpack "$tree" postfix || return
  fi
  library_path="$tree/usr/lib/postfix:$(printf '%s:' "$tree"/usr/lib/*-linux-gnu*)"
  if LD_LIBRARY_PATH="$library_path" ldd "$tree/usr/sbin/smtp-sink" "$tree"/usr/lib/postfix/sbin/smtpd \
    | grep -q 'not found'; then
    package_lists
    unpack "$tree" $(apt-cache depends postfix | sed -n 's/^ *Depends: \(lib[^ <]*\)$/\1/p')
    library_path="$tree/usr/lib/postfix:$(printf '%s:' "$tree"/usr/lib/*-linux-gnu*)"
  fi
  have smtp-sink || wrap smtp-sink "$tree/usr/sbin/smtp-sink"
  [ "$(id -u)" = 0 ] && wrap postfix-master "$tree/usr/lib/postfix/sbin/master"
}

wrap() { # wrap NAME PROGRAM: a program of the tree by a name of its own
  printf '#!/bin/sh\nexport LD_LIBRARY_PATH=%s\nexec %s "$@"\n' "'$library_path'" "'$2'" \
    >"$peers/bin/$1"
  chmod +x "$peers/bin/$1"
}

unpack() { # unpack DIR PACKAGE...: download Debian packages and extract them into DIR
  local tree=$1 parcel
  shift
  (cd "$tree" && apt-get download -qq "$@" >/dev/null 2>&1) || return
  for parcel in "$tree"/*.deb; do
    dpkg -x "$parcel" "$tree" && rm "$parcel"
  done
}

node() {
  have node && have npm && return
  VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --require-hashes -r requirements/node.txt
}

chromium
firefox
mail_server
node
missing=()
have chromium || have chromium-browser || have google-chrome || missing+=(chromium)
have firefox-esr || have firefox || missing+=(firefox)
have postfix-master || missing+=(postfix)
for name in smtp-sink node npm; do have "$name" || missing+=("$name"); done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Not to be had here: ${missing[*]}. The tests that need it will be named as not run."
fi
exit 0
