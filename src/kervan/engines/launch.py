"""The first instants of a child: drop root, tie its life to its parent, then become the program.

Run as a bare script (`python -I -S launch.py JSON PROGRAM ARGUMENT…`), never imported by the
parent: a fork hook in a threaded process may deadlock, a fresh interpreter cannot. It must
therefore stay free of imports outside the standard library.
"""

import ctypes
import json
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def _become(uid: int, gid: int, override: bool) -> None:
    """Give up root; with `override` keep the one right to pass closed directories.

    PostgreSQL refuses to run as root, while the program or the data may lie below a home
    directory only root can enter. Keeping CAP_DAC_OVERRIDE leaves that directory's mode alone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if override:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if override:
        mask = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        if libc.capset(header, data) != 0 or libc.prctl(
            _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0
        ):
            sys.exit(f"cannot keep CAP_DAC_OVERRIDE: {os.strerror(ctypes.get_errno())}")


def main() -> None:
    """Apply the plan in argv[1] and exec argv[2:]."""
    plan = json.loads(sys.argv[1])
    os.umask(0o077)
    if plan["uid"] is not None:
        _become(plan["uid"], plan["gid"], plan["override"])
    if plan["death_signal"] and sys.platform == "linux":
        # After the change of user: a change of credentials clears the setting.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, plan["death_signal"], 0, 0, 0)
        if os.getppid() != plan["parent"]:
            sys.exit("the parent is already gone")
    # Python ignores SIGPIPE and an exec keeps that; programs expect the default.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
