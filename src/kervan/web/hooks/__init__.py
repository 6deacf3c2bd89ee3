"""Where other systems call Kervan: each door checks whose word it is before it listens."""
