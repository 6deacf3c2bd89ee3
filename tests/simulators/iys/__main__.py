"""Runs the simulated registry as a process: `python -m tests.simulators.iys [PORT]`."""

import sys

from tests.simulators.iys.server import Simulator

if __name__ == "__main__":
    with Simulator(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as simulator:
        print(simulator.url, flush=True)
        simulator.wait()
