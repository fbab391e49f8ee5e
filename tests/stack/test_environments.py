"""Set-up: finds Pythons that really run, installs what was locked, skips what is there."""

import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest

from stack import environments
from stack.environments import SetUpError, make
from stack.pythons import NoPythonError, find

WHEEL = "tiny-1.0-py3-none-any.whl"


def write_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    about = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
        listed = "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"])
        wheel.writestr(f"{about}/RECORD", listed)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small wheel, and a pip that looks nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "tiny", "1.0", {"tiny.py": "ANSWER = 1\n"})
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def lock(root: Path, digest: str, name: str = "bot") -> None:
    """Lock the environment ``name`` to the small wheel, with this hash."""
    (root / "requirements").mkdir(exist_ok=True)
    locked = f"tiny==1.0 \\\n    --hash=sha256:{digest}\n"
    (root / "requirements" / f"{name}.txt").write_text(locked)


def without_times(said: list[str]) -> list[str]:
    """Leave out the seconds, and what is only said when a machine is slow."""
    return [line.split(" (")[0] for line in said if ": still " not in line]


def test_an_environment_is_made_once_and_again_only_when_the_lock_changes(
    wheels: Path, tmp_path: Path
) -> None:
    home = tmp_path / "environments"
    digest = hashlib.sha256((wheels / WHEEL).read_bytes()).hexdigest()
    lock(tmp_path, digest)

    first: list[str] = []
    make(["bot"], home, first.append, tmp_path)
    version = find("3.10", "FOREWARN_PYTHON_BOT").version
    assert without_times(first) == [
        f"bot: making an environment of Python {version}",
        "bot: installing requirements/bot.txt",
        f"bot: ready, Python {version}",
    ]
    packages = home / "bot" / "lib" / "python3.10" / "site-packages"
    assert list(packages.glob("tiny.py"))
    assert not list(packages.glob("__pycache__/tiny.*"))

    second: list[str] = []
    make(["bot"], home, second.append, tmp_path)
    assert second == []

    text = (tmp_path / "requirements" / "bot.txt").read_text()
    (tmp_path / "requirements" / "bot.txt").write_text("# another lock\n" + text)
    third: list[str] = []
    make(["bot"], home, third.append, tmp_path)
    assert without_times(third) == [
        "bot: installing requirements/bot.txt",
        f"bot: ready, Python {version}",
    ]


def test_torch_comes_without_the_programs_it_tests_itself_with(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOREWARN_TORCH_INDEX", raising=False)
    lock(tmp_path, hashlib.sha256((wheels / WHEEL).read_bytes()).hexdigest(), "main")
    kept = ["torch/__init__.py", "torch/bin/torch_shm_manager", "torch/testing/__init__.py"]
    tests = ["torch/test/atest", "torch/bin/test_api", "torch/bin/HashStoreTest"]
    write_wheel(wheels, *environments.TORCH.split("=="), dict.fromkeys([*kept, *tests], ""))
    make(["main"], tmp_path / "environments", lambda line: None, tmp_path)
    packages = next((tmp_path / "environments" / "main" / "lib").glob("*/site-packages"))
    assert [file for file in [*kept, *tests] if (packages / file).exists()] == kept


def test_a_package_that_is_not_the_locked_one_is_refused(wheels: Path, tmp_path: Path) -> None:
    lock(tmp_path, "0" * 64)
    with pytest.raises(SetUpError) as refused:
        make(["bot"], tmp_path / "environments", lambda line: None, tmp_path)
    assert str(refused.value).startswith(
        "The environment bot cannot be made: ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"
    )


def test_without_a_network_one_sentence_says_so(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    lock(tmp_path, "0" * 64)
    with pytest.raises(SetUpError) as refused:
        make(["bot"], tmp_path / "environments", lambda line: None, tmp_path)
    assert str(refused.value) == (
        "The environment bot cannot be made because the Python package index does not answer: "
        "check the network (or pip's own index and proxy settings) and run the same command "
        "again; what was already made is kept."
    )


def test_a_python_that_refuses_to_run_is_named_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.10"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.delenv("FOREWARN_PYTHON_BOT", raising=False)
    with pytest.raises(NoPythonError) as refused:
        find("3.10", "FOREWARN_PYTHON_BOT")
    assert str(refused.value) == (
        f"No Python 3.10 that runs was found ({shim} is there but does not run or has no venv): "
        "install one, for example with `pyenv install 3.10` or `uv python install 3.10`, or name "
        "one in FOREWARN_PYTHON_BOT, and run the same command again."
    )


def test_where_no_python_is_at_all_the_sentence_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.delenv("FOREWARN_PYTHON_BOT", raising=False)
    with pytest.raises(NoPythonError) as refused:
        find("3.10", "FOREWARN_PYTHON_BOT")
    assert str(refused.value) == (
        "No Python 3.10 that runs was found: "
        "install one, for example with `pyenv install 3.10` or `uv python install 3.10`, or name "
        "one in FOREWARN_PYTHON_BOT, and run the same command again."
    )


def test_a_python_behind_a_shim_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shims, version = tmp_path / "shims", "{}.{}".format(*sys.version_info)
    kept = tmp_path / "versions" / f"{version}.0" / "bin"
    for folder in (shims, kept):
        folder.mkdir(parents=True)
    shim = shims / f"python{version}"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (kept / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(shims))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    found = find(version, "FOREWARN_PYTHON_NONE")
    assert found.path == str(kept / "python")


def test_a_named_python_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREWARN_PYTHON_BOT", sys.executable)
    with pytest.raises(NoPythonError) as refused:
        find("3.10", "FOREWARN_PYTHON_BOT")
    assert str(refused.value) == (
        f"FOREWARN_PYTHON_BOT is {sys.executable}, which is not a Python 3.10 that runs and has "
        "venv: name one that does, or unset it to let one be looked for."
    )


def test_no_lock_brings_the_libraries_of_graphics_processors() -> None:
    for name in ("main", "dev", "bot", "shipped"):
        locked = (environments.ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        names = [line.split("==")[0] for line in locked if "==" in line]
        assert names
        assert [name for name in names if name.startswith(("nvidia", "cuda", "triton"))] == []
        assert "torch" not in names


def test_running_needs_no_tensorflow_and_what_is_measured_beside_it_does() -> None:
    locks = {
        name: (environments.ROOT / "requirements" / f"{name}.txt").read_text()
        for name in ("main", "dev", "bot", "shipped")
    }
    assert [name for name, text in locks.items() if "tensorflow" in text] == ["shipped"]
    _, layers = environments.layers("bot+shipped")
    assert [layer.name for layer in layers] == ["bot", "shipped"]


def test_no_lock_names_an_index_or_a_path() -> None:
    for name in ("main", "dev", "bot", "shipped"):
        text = (environments.ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert "index-url" not in text
        assert "file:" not in text


def test_a_missing_python_is_told_before_anything_is_made(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_PYTHON_BOT", str(tmp_path / "nowhere"))
    monkeypatch.setenv("FOREWARN_PYTHON_MAIN", sys.executable)
    lock(tmp_path, "0" * 64)
    said: list[str] = []
    with pytest.raises(NoPythonError):
        make(["main", "bot"], tmp_path / "environments", said.append, tmp_path)
    assert said == []
    assert not (tmp_path / "environments" / "main").exists()
