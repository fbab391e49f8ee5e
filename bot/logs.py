"""Logs that cannot hold what a person wrote.

Rasa and its libraries log messages, whole conversations and local variables when something goes
wrong. So of anything that is not our own only the place is logged: logger, module, line, and the
exception's type. Our own lines name codes, never content.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

OURS = "bot."
LONGEST_TRACE = 60
"""Lines of a traceback after which its causes are left out."""


class PlaceOnly(logging.Formatter):
    """Formats our own lines in full and of others' only where they came from."""

    def format(self, record: logging.LogRecord) -> str:
        """One line a record, and one for each step of a traceback."""
        when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        place = f"{record.module}:{record.lineno}"
        ours = f"{record.name}.".startswith(OURS)
        what = record.getMessage() if ours else place
        lines = [f"{when} {record.levelname} {record.name} {what}"]
        if record.exc_info and record.exc_info[1]:
            lines += _steps(record.exc_info[1])
        return "\n".join(lines)


def _steps(error: BaseException) -> list[str]:
    # No messages and no values: an exception's text often quotes what it could not handle.
    lines: list[str] = []
    chain: BaseException | None = error
    while chain is not None and len(lines) < LONGEST_TRACE:
        lines.append(f"  {type(chain).__name__}")
        frames = traceback.extract_tb(chain.__traceback__)
        lines += [f"    at {frame.name} {frame.filename}:{frame.lineno}" for frame in frames]
        chain = chain.__cause__ or chain.__context__
    return lines


def quieten() -> None:
    """Send all logging of this process through PlaceOnly, from WARNING up (ours from INFO)."""
    import structlog

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlaceOnly())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(logging.INFO)
    # Warnings of frozen libraries help nobody, and Rasa's quote messages. A filter would not do:
    # libraries change the filters as they are imported.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").disabled = True
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _event_dropped],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught


def _event_dropped(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    # Fields carry messages and slots, and the error's text comes as one of them.
    return ""


def _uncaught(kind: type[BaseException], error: BaseException, _: object) -> None:
    logging.getLogger("bot").critical("stopped", exc_info=(kind, error, error.__traceback__))
