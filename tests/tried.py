"""Says at the end of a run how much was tried where a test tries as many examples as it may.

A test tells it by `record_property("tried", "5,000 trees ...")`; such words reach the end from any
worker process, which what a test prints does not.
"""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each that told."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, said in report.user_properties:
                    if name == "tried":
                        terminalreporter.write_line(f"Tried: {said}")
