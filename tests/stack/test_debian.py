"""What the tests need from the system, and the sentence where it cannot be installed."""

from pathlib import Path

import pytest

from stack import debian


def test_where_nothing_may_be_installed_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert debian.install(["chromium", "fonts-noto-cjk"]) == (
        "The tests need chromium, fonts-noto-cjk: install with `sudo apt-get install "
        "chromium fonts-noto-cjk` (or your system's like) and run the same command again."
    )


def test_what_is_not_installed_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert debian.missing(["chromium"]) == ["chromium"]
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    assert debian.missing(["chromium"]) == []
