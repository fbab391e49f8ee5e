"""The encoder folder is written whole or not at all."""

from pathlib import Path

import pytest

from retrieval import convert, wheel
from retrieval.folders import point, replace_folder


def test_knows_its_own_work(encoder_folder: Path, tmp_path: Path) -> None:
    assert convert.is_current(encoder_folder)
    assert not convert.is_current(tmp_path)


def test_a_failed_conversion_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "old").touch()

    def broken() -> wheel.Model:
        raise wheel.WheelError("no model")

    monkeypatch.setattr(wheel, "open_installed", broken)
    with pytest.raises(wheel.WheelError, match="no model"):
        convert.convert(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["encoder", "old"]


def test_replacing_a_folder_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    old, new = tmp_path / "folder", tmp_path / "new"
    for path, name in ((old, "old"), (new, "new")):
        path.mkdir()
        (path / name).touch()
    replace_folder(new, old)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "new"]


def test_a_pointer_moves_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        point(tmp_path / "current", tmp_path / name)
    assert (tmp_path / "current").resolve() == tmp_path / "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "one", "two"]
