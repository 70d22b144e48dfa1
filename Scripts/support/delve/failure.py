"""How making the source ends where it cannot."""

import sys
from typing import NoReturn


def fail(reason: str) -> NoReturn:
    sys.exit(f"error: {reason}")
