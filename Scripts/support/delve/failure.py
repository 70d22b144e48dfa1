"""Ends Scripts/make-delve-source with an error."""

import sys
from typing import NoReturn


def fail(reason: str) -> NoReturn:
    sys.exit(f"error: {reason}")
