"""What all tests share. The bot's run in another Python: nothing is imported before it is used."""

from collections.abc import Iterator
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
