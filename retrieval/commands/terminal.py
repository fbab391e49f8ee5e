"""How the verbs speak."""

from __future__ import annotations

import json
import sys


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Say beside the result, which another program may read."""
    sys.stderr.write(text + "\n")


def print_json(content: object) -> None:
    say(json.dumps(content, ensure_ascii=False))
