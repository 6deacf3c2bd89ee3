"""Lets `python -m kervan` be the command `kervan`."""

from kervan.cli import main

main()
