"""What every test run loads first: the peers plugin, which knows what this machine has."""

pytest_plugins = ("tests.peers",)
