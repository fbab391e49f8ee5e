"""Learns anew from everything, in a process of its own: nobody's answer waits for it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

from retrieval.settings import RetrievalSettings

_LOG = logging.getLogger(__name__)

NICE = 10
"""How far behind others the process stands in line for the processor."""

OVERTAKEN = 3
"""Its exit status when another version was published meanwhile: then it is to be done again."""


class Refit:
    """At most one such process at a time."""

    def __init__(self, settings: RetrievalSettings) -> None:
        """Learn with ``settings``."""
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._again = False
        self._stopped = False

    @property
    def is_running(self) -> bool:
        """Whether it is being learnt this moment."""
        return self._process is not None

    def start(self) -> None:
        """Learn from the version in service, also if another one went into service while that was
        done before."""
        with self._lock:
            self._again = self._process is not None
            if self._process is None and not self._stopped:
                self._process = self._started()
                threading.Thread(target=self._wait, name="refit", daemon=True).start()

    def stop(self) -> None:
        """End the process, if there is one; what it was making is swept later."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()

    def _started(self) -> subprocess.Popen[bytes]:
        settings = self._settings
        environment = {
            **os.environ,
            "FOREWARN_KNOWLEDGE": str(settings.knowledge),
            "FOREWARN_VAR": str(settings.var),
            "ENCODER_MODEL": settings.encoder_model,
        }
        command = [sys.executable, "-m", "retrieval", "refit"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def _wait(self) -> None:
        while (process := self._process) is not None:
            status = process.wait()
            with self._lock:
                again = (self._again or status == OVERTAKEN) and not self._stopped
                self._again = False
                self._process = self._started() if again else None
            if status not in (0, OVERTAKEN) and not self._stopped:
                _LOG.error("learning anew failed (status %d); what was learnt stays", status)
