"""What all tests share. The bot's run in another Python: nothing is imported before it is used."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.whole_stack import WholeStack


@pytest.fixture(scope="session")
def whole_stack() -> Iterator["WholeStack"]:
    """All four parts, really running under the supervisor, on ports of their own."""
    from tests.whole_stack import running

    with running() as stack:
        yield stack


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted encoder: the one of this machine, or one made here."""
    from retrieval import convert
    from retrieval.settings import RetrievalSettings

    folder = RetrievalSettings().encoder_folder
    if not convert.is_current(folder):
        folder = tmp_path_factory.mktemp("encoder") / "encoder"
        convert.convert(folder)
    return folder.absolute()
