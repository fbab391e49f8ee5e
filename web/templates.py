"""The pages as they are written: templates over one frame, and style sheets."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HELP = Path(__file__).parent / "help"
"""The frame of every page, what pages share, and the help pages themselves."""


def templates(*folders: Path) -> Environment:
    """The templates of ``folders``, and those that all pages share. Each is compiled once: keep
    them for every state of the knowledge."""
    return Environment(
        loader=FileSystemLoader([*folders, HELP]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style(*sheets: Path) -> Markup:
    """``sheets`` as one, without comments and blanks: a tenth of it."""
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    words = " ".join(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split())
    tight = re.sub(r" ?([{};,]) ?", r"\1", words).replace(": ", ":")
    return Markup(tight)  # noqa: S704 our own files
