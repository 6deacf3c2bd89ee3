"""What every test run loads first: what this machine has, and what was tried at the end."""

from kervan.app import spare

spare.the_unused()  # as our own processes do: it would cost each worker a second

pytest_plugins = ("tests.longest", "tests.peers", "tests.tried")
