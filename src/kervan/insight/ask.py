"""Asks the history one question and gives its rows as plain tuples."""

from collections.abc import Mapping
from typing import Any

from clickhouse_connect.driver.client import Client


def rows(history: Client, question: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of `question` with `{name:Type}` parameters bound from `facts`."""
    return [tuple(row) for row in history.query(question, dict(facts)).result_rows]


def row(history: Client, question: str, facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row of a question that always has one."""
    (only,) = rows(history, question, facts)
    return only
