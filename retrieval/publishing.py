"""Keeps what is served up to date: with saved files, and with a pointer that others move."""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from forewarn.alongside import alongside
from forewarn.knowledge.loader import content_hash
from forewarn.knowledge.problems import KnowledgeError
from forewarn.phrases import PhraseError
from forewarn.published import LOOK_SECONDS, Reader
from retrieval.gate import BelowBarError
from retrieval.publish import Publisher, open_version
from retrieval.record import IndexRefusedError
from retrieval.refit import Refit
from retrieval.service import Service
from retrieval.settings import RetrievalSettings
from retrieval.versions import Versions
from retrieval.watch import Watcher

LOG = logging.getLogger(__name__)

Outcome = Literal["live", "knowledge_broken", "not_published", "held_back", "failed"]


@dataclass(frozen=True)
class Attempt:
    """What the last attempt to publish came to. ``problems`` are sentences for staff about files
    of theirs."""

    outcome: Outcome
    problems: list[str] = field(default_factory=list)
    at: str = field(
        default_factory=lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    )


class Publishing:
    """Publishes into a running service."""

    def __init__(self, settings: RetrievalSettings, service: Service) -> None:
        """Publish the knowledge folder of ``settings`` into ``service``."""
        self._service = service
        self._versions = Versions(settings.index_folder)
        self._publisher = Publisher(
            versions=self._versions,
            knowledge=settings.knowledge,
            encoder=service.encoder,
            reader=Reader(),
            encode=service.encoding_in_turns(),
        )
        self._published = Reader()
        self._watcher = Watcher(settings.knowledge, self._saved)
        self._watches = settings.watch_knowledge
        self._refit = Refit(settings)
        self._one_at_a_time = threading.Lock()
        self._unusable: Path | None = None
        self.last = Attempt("live")

    @property
    def is_learning(self) -> bool:
        """Whether a process learns anew from all of the version in service."""
        return self._refit.is_running

    @contextmanager
    def running(self) -> Iterator[None]:
        """Follow the pointer and, where the settings say so, saved files, until the end of the
        block."""
        self._versions.sweep()
        with ExitStack() as stack:
            stack.enter_context(alongside("pointer", self._follow))
            stack.callback(self._refit.stop)
            if self._watches:
                stack.enter_context(self._watcher.watching())
            yield

    def publish(self) -> Attempt | None:
        """Publish what is in the knowledge folder, also if it was rolled back; None when that is
        under way already. Any failure leaves the version in service where it is."""
        if not self._one_at_a_time.acquire(blocking=False):
            return None
        try:
            return self._attempt()
        finally:
            self._one_at_a_time.release()

    def _saved(self) -> bool:
        """Publish what was saved; False where another try may fare better."""
        with self._one_at_a_time:
            held = self._versions.held_back()
            if held is not None and held == content_hash(self._publisher.knowledge):
                self.last = Attempt(
                    "held_back",
                    ["the knowledge folder holds what was rolled back: change it, or publish it "
                     "with `python -m retrieval publish`"],
                )  # fmt: skip
                return True
            return self._attempt().outcome != "failed"

    def _attempt(self) -> Attempt:
        began = time.monotonic()
        try:
            new = self._publisher.publish(self._service.served)
            if new is self._service.served:
                self._publisher.read_ahead()
            else:
                self._service.served = new
                LOG.info(
                    "published: knowledge %s (%.1f s)",
                    new.index.made.knowledge[:12],
                    time.monotonic() - began,
                )
                self._versions.forget_oldest()
                if new.index.is_behind:
                    self._refit.start()
            self._versions.hold_back(None)
            self.last = Attempt("live")
        except KnowledgeError as error:
            self._refuse("knowledge_broken", map(str, error.problems))
        except BelowBarError as error:
            self._refuse("not_published", error.problems)
        except (PhraseError, IndexRefusedError, ValueError) as error:
            self._refuse("not_published", [str(error)])
        except Exception as error:  # noqa: BLE001  whatever it is, the next attempt may succeed
            self._refuse("failed", [f"{type(error).__name__}: {error}"])
        return self.last

    def _refuse(self, outcome: Outcome, problems: Iterable[str]) -> None:
        self.last = Attempt(outcome, list(problems))
        for problem in self.last.problems:
            LOG.warning("%s", problem)
        LOG.warning("nothing was published; the last good version stays in service")

    def _follow(self, over: threading.Event) -> None:
        """Serve what the pointer leads to, when somebody else has moved it."""
        while not over.wait(LOOK_SECONDS):
            if self._has_moved() and self._one_at_a_time.acquire(blocking=False):
                try:
                    if self._has_moved():
                        self._open(self._versions.current())
                finally:
                    self._one_at_a_time.release()

    def _has_moved(self) -> bool:
        served = self._service.served.folder
        name = self._versions.name()
        last = self._unusable or served
        return name is not None and (last is None or name != last.name)

    def _open(self, folder: Path) -> None:
        try:
            new = open_version(folder, self._service.encoder, self._published)
        except Exception as error:  # noqa: BLE001  whatever it is, what is served goes on
            self._unusable = folder
            LOG.error("%s cannot be served: %s", folder.name, error)
            return
        self._service.served, self._unusable = new, None
        LOG.info("now in service: knowledge %s", new.index.made.knowledge[:12])
