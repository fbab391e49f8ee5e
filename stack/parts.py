"""The four parts of the stack: how each is started, what it is given, and where it says ready."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forewarn import deadlines
from stack.settings import ROOT, PartName, StackSettings, kept_secret

# The order in which they are started: the slowest first, so that it is waited for least.
ORDER: tuple[PartName, ...] = ("bot", "retrieval", "actions", "web")

READY: Mapping[PartName, str] = {
    "retrieval": "/ready",
    "actions": "/ready",
    "bot": "/webhooks/forewarn/ready",
    "web": "/ready",
}

# One thread a pool: four processes on a few cores gain nothing from more and fight each other.
_POOLS = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "ORT_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)

_COMMON = {
    **_POOLS,
    "MALLOC_ARENA_MAX": "2",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUNBUFFERED": "1",
}

# Rasa is frozen software: its telemetry is off, and what its libraries deprecate is not news.
_BOT_ONLY = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONWARNINGS": "ignore",
}

_WATCH = "FOREWARN_WATCH_KNOWLEDGE"

_SECRETS = ("FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY")


@dataclass(frozen=True)
class Part:
    """One process of the stack."""

    name: str
    command: tuple[str, ...]
    host: str
    port: int
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def port_setting(self) -> str:
        """The setting that moves the part to another port."""
        return f"FOREWARN_{self.name.upper()}_PORT"


def arguments(part: PartName) -> tuple[str, ...]:
    """Return what the Python of a part is told to run: the same here and in the images."""
    return ("-m", "bot.serve") if part == "bot" else ("-m", part, "serve")


def python(settings: StackSettings, part: PartName) -> Path:
    """Return the Python that runs a part."""
    environment = "bot" if part == "bot" else "main"
    return settings.var.absolute() / "environments" / environment / "bin" / "python"


def base_environment(settings: StackSettings) -> dict[str, str]:
    """Return the environment that every process of ours gets, without the secrets."""
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    # Without byte code on disk the bot takes three times as long to start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= _COMMON
    environment["PYTHONPATH"] = str(ROOT)
    environment["FOREWARN_VAR"] = str(settings.var.absolute())
    environment["FOREWARN_KNOWLEDGE"] = str(settings.knowledge.absolute())
    if not settings.encoder_from_hub():
        environment["HF_HUB_OFFLINE"] = "1"
    return environment


def bot_environment(settings: StackSettings) -> dict[str, str]:
    """Return the environment of everything that runs Rasa, training included."""
    return {**base_environment(settings), **_BOT_ONLY}


def parts(settings: StackSettings) -> list[Part]:
    """Return the four parts in the order in which they are started."""
    addresses = {f"FOREWARN_{name.upper()}_URL": settings.url(name) for name in ORDER}
    limits = {
        f"FOREWARN_DEADLINE_{name.upper()}": str(getattr(deadlines, name.upper())) for name in ORDER
    }
    # The environment has the last word: a part may well run elsewhere, or be given more time.
    given = {name: os.environ[name] for name in (*addresses, *limits) if name in os.environ}
    kept = settings.var / "secrets"
    bot_secret = settings.bot_secret or kept_secret(kept, "bot_secret")
    token_key = settings.token_key or kept_secret(kept, "token_key")
    # Each part holds the secrets it uses and no others.
    only: Mapping[PartName, Mapping[str, str]] = {
        "bot": {"FOREWARN_BOT_SECRET": bot_secret, **_BOT_ONLY},
        "web": {"FOREWARN_BOT_SECRET": bot_secret, "FOREWARN_TOKEN_KEY": token_key},
        # A saved file is live by itself, unless that was switched off.
        "retrieval": {_WATCH: os.environ.get(_WATCH, "true")},
        "actions": {},
    }
    made = []
    for name in ORDER:
        host, port = settings.listens(name)
        environment = {**base_environment(settings), **addresses, **limits, **given, **only[name]}
        environment[f"FOREWARN_{name.upper()}_HOST"] = host
        environment[f"FOREWARN_{name.upper()}_PORT"] = str(port)
        command = (str(python(settings, name)), *arguments(name))
        ready = settings.url(name) + READY[name]
        made.append(Part(name, command, host, port, ready, environment))
    return made
