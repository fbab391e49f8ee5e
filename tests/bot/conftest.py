"""The bot under test, with a retrieval and an action server that do as they are told.

Run in the bot's environment. The vectors file must be there: `make train` writes it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

import tests.bot.quietly  # noqa: F401
from bot.components import vectors
from bot.model import BOT, ROOT
from tests.bot.fakes import Actions, Retrieval, free_port

if TYPE_CHECKING:
    from rasa.shared.core.domain import Domain

SECRET = "a secret that only tests know"
VAR = Path(os.environ.get("FOREWARN_VAR", ROOT / "var")).resolve()


@pytest.fixture(scope="session")
def vector_file() -> vectors.VectorFile:
    return vectors.load(vectors.path())


@pytest.fixture(scope="session")
def var() -> Path:
    """Where the trained model is; trained now if it is not up to date."""
    command = [sys.executable, "-m", "bot.train"]
    environment = {**os.environ, "FOREWARN_VAR": str(VAR)}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return VAR


@pytest.fixture(scope="session")
def domain() -> Domain:
    """The bot's domain, read without the warnings of what Rasa reads it with."""
    from rasa.shared.core.domain import Domain

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Domain.from_directory(str(BOT / "domain"))


@dataclass
class Bot:
    """A running bot, its fakes, and all it ever printed."""

    url: str
    retrieval: Retrieval
    actions: Actions
    printed: Path
    process: subprocess.Popen[bytes]
    conversations: int = 0
    headers: dict[str, str] = field(default_factory=lambda: {"X-Forewarn-Secret": SECRET})

    def new(self) -> str:
        self.conversations += 1
        return f"conversation-{self.conversations}"

    def post(self, body: Any = None, **more: Any) -> requests.Response:
        arguments = {"json": body, "headers": self.headers, **more}
        return requests.post(f"{self.url}/message", timeout=20, **arguments)

    def say(self, text: str, conversation: str | None = None, **more: Any) -> requests.Response:
        return self.post({"conversation": conversation or self.new(), "text": text, **more})

    def tap(
        self, intent: str, slots: dict[str, str], conversation: str | None = None, **more: Any
    ) -> requests.Response:
        choice = {"intent": intent, "slots": slots}
        return self.post({"conversation": conversation or self.new(), "choice": choice, **more})

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}/{path}", timeout=20)

    def forget(self, conversation: str, **more: Any) -> requests.Response:
        arguments = {"headers": self.headers, **more}
        return requests.delete(f"{self.url}/conversation/{conversation}", timeout=20, **arguments)


@pytest.fixture(scope="session")
def served(
    var: Path, vector_file: vectors.VectorFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bot]:
    retrieval, actions, port = Retrieval(vector_file), Actions(), free_port()
    retrieval.start()
    actions.start()
    printed = tmp_path_factory.mktemp("bot") / "printed.log"
    environment = {
        **{name: value for name, value in os.environ.items() if "BYTECODE" not in name},
        "FOREWARN_VAR": str(var),
        "FOREWARN_BOT_SECRET": SECRET,
        "FOREWARN_BOT_PORT": str(port),
        "FOREWARN_RETRIEVAL_URL": retrieval.url,
        "FOREWARN_ACTIONS_URL": actions.url,
        "FOREWARN_DEADLINE_RETRIEVAL": "1.0",
        "FOREWARN_DEADLINE_ACTIONS": "1.5",
        "FOREWARN_DEADLINE_BOT": "2.0",
    }
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}/webhooks/forewarn"
    try:
        _wait(process, f"{url}/health", printed)
        yield Bot(url, retrieval, actions, printed, process)
    finally:
        process.terminate()
        process.wait(20)
        retrieval.stop()
        actions.stop()


@pytest.fixture
def bot_served(served: Bot) -> Iterator[Bot]:
    """The running bot, its fakes well-behaved again."""
    served.retrieval.be_good()
    served.actions.be_good()
    yield served
    served.retrieval.be_good()
    served.actions.be_good()


@pytest.fixture
def _logs_left_alone() -> Iterator[None]:
    """Puts logging back as it was."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    hook, handlers, level, our_level = sys.excepthook, root.handlers[:], root.level, ours.level
    yield
    logging.captureWarnings(False)
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    ours.setLevel(our_level)
    logging.getLogger("py.warnings").disabled = False


def _wait(process: subprocess.Popen[bytes], url: str, printed: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, printed.read_text("utf-8")
        try:
            requests.get(url, timeout=2)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(printed.read_text("utf-8"))
