"""Everything that happened, in ClickHouse."""
