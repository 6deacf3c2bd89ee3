"""Turns the core of a rule tree into one ClickHouse query over everybody."""
