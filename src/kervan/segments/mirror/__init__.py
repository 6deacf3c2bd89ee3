"""Everybody as ClickHouse knows them: the rows of `people`, kept as PostgreSQL says they are."""
