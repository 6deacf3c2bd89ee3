"""A Postfix of the test's own: its queue in a directory of the test's, its roads to ports it names.

Debian's Postfix, unpacked (tools/peers.sh), its master started as postfix(1) would, without what
installs and checks. Users that every Debian has stand for its own.
"""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests import memory, peers
from tests.unit.delivery.peer import free_port, until

_PRIVATE = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
    "saved", "trace",
)  # fmt: skip
_MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
command_directory = {tree}/usr/sbin
daemon_directory = {tree}/usr/lib/postfix/sbin
shlib_directory = no
meta_directory = {place}/etc
mail_owner = daemon
setgid_group = mail
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME
  LD_LIBRARY_PATH
maillog_file = {place}/mail.log
maillog_file_prefixes = {place}
myhostname = mta.kervan.test
mydestination =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject
# What is put off is given up at once: nobody waits five days in a test.
maximal_queue_lifetime = 0
bounce_queue_lifetime = 1d
transport_maps = inline:{{ {roads} }}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(roads: Mapping[str, int]) -> Iterator[str]:
    """The URL to submit to; `roads` are the ports that domains' mail goes to."""
    found = peers.find("postfix")
    assert found is not None
    place = memory.make_place("kervan-mta-")
    port = free_port()
    _lay_out(place, port, roads)
    master = subprocess.Popen([str(found), "-c", str(place / "etc"), "-d"], start_new_session=True)
    try:
        until(lambda: _is_up(port), what="Postfix")
        yield f"smtp://127.0.0.1:{port}?starttls=no"
    finally:
        os.killpg(master.pid, signal.SIGTERM)
        master.wait(10)
        shutil.rmtree(place, ignore_errors=True)


def _lay_out(place: Path, port: int, roads: Mapping[str, int]) -> None:
    place.chmod(0o755)
    tree = peers.ROOT / ".peers" / "postfix"
    for name in ("etc", "queue", "queue/pid"):
        (place / name).mkdir()
    for name in _PRIVATE:
        (place / "queue" / name).mkdir(mode=0o700)
        shutil.chown(place / "queue" / name, "daemon")
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        (place / "queue" / name).mkdir()
        (place / "queue" / name).chmod(mode)
        shutil.chown(place / "queue" / name, "daemon", "mail")
    (place / "data").mkdir()
    shutil.chown(place / "data", "daemon")
    ways = ", ".join(f"{{ {domain} = smtp:[127.0.0.1]:{to} }}" for domain, to in roads.items())
    main = _MAIN.format(place=place, tree=tree, roads=ways)
    (place / "etc/main.cf").write_text(main)
    (place / "etc/master.cf").write_text(_MASTER.format(port=port))


def _is_up(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            return line.recv(100).startswith(b"220")
    except OSError:
        return False
