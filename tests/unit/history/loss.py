"""Makes ClickHouse say yes to rows and not keep them."""

from clickhouse_connect.driver.client import Client


def lose(client: Client, table: str) -> None:
    """From now on `table` takes rows and has none."""
    unchecked = {"check_table_dependencies": 0, "check_referential_table_dependencies": 0}
    client.command(f"rename table {table} to away", settings=unchecked)
    client.command(f"create table {table} as away engine = Null")
