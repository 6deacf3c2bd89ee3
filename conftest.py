"""What every test run loads first: what this machine has, and what was tried at the end."""

pytest_plugins = ("tests.peers", "tests.tried")
