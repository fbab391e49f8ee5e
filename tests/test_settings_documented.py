"""docs/settings.md names every setting there is, each with its true default, and no other."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from actions.settings import ActionsSettings
from bot.settings import Settings as BotSettings
from retrieval.settings import RetrievalSettings
from stack.settings import ROOT, StackSettings
from web.channels.channels import kinds
from web.settings import WebSettings

CLASSES: tuple[type[BaseSettings], ...] = (
    ActionsSettings,
    RetrievalSettings,
    StackSettings,
    WebSettings,
)
NAME = re.compile(r"FOREWARN_[A-Z_]*[A-Z]|ENCODER_MODEL")

# A line of the table: | `NAME` | default | what it is |
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, str]:
    rows = ROW.findall((ROOT / "docs" / "settings.md").read_text())
    return {name: default.strip("`") for name, default, _ in rows}


def declared() -> Iterator[tuple[str, Any]]:
    """Yield every setting that a settings class declares, with its default."""
    for settings in (*CLASSES, *(kind.Settings for kind in kinds().values())):
        prefix = settings.model_config["env_prefix"]
        for name, field in settings.model_fields.items():
            setting = "ENCODER_MODEL" if name == "encoder_model" else f"{prefix}{name}".upper()
            yield setting, field.get_default(call_default_factory=True, validated_data={})
    for entry in dataclasses.fields(BotSettings):
        yield entry.metadata["environment"], entry.metadata["default"]


def named() -> set[str]:
    """Return the settings that stand as strings of their own in the code."""
    found = set()
    for folder in ("actions", "bot", "forewarn", "retrieval", "stack", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= {node.value} if NAME.fullmatch(node.value) else set()
    return found


def shown(default: Any) -> str:
    """Return a default as the table shows it."""
    if default is PydanticUndefined or default in ("", None, []):
        return ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, Path):
        return str(default.relative_to(ROOT) if default.is_relative_to(ROOT) else default)
    number = re.fullmatch(r"\d+(\.\d+)?", str(default))
    return re.sub(r"\.0$", "", str(default)) if number else str(default)


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    assert set(documented()) == {name for name, _ in declared()} | named()


def test_the_table_shows_the_true_defaults() -> None:
    table = documented()
    wrong = {
        name: (shown(default), table[name])
        for name, default in declared()
        # The addresses are told as sentences; secrets are made by the stack.
        if not name.endswith(("_SECRET", "_KEY")) and shown(default) != table[name]
    }
    assert wrong == {}
