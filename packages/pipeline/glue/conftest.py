"""One seed for everything random of a run: set from outside, or drawn here and printed at the end."""

from __future__ import annotations

import os

import pytest

from proof.check import random_seed

_SEED = "LEAN_OPS_PROOF_SEED"


def pytest_configure() -> None:
    """Before test modules are read, and before worker processes inherit the environment."""
    os.environ.setdefault(_SEED, str(random_seed()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Quiet runs have no header."""
    terminalreporter.write_line(f"random histories from {_SEED}={os.environ[_SEED]}")
