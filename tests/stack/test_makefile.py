"""`make help` lists every target, and the check that guards a change is `make test`."""

import re
import subprocess

from stack.settings import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_help_is_the_default_and_lists_every_target() -> None:
    command = ["make", "--no-print-directory"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=2) for line in shown.splitlines()]
    assert {name for _, name, _ in lines} == targets()
    assert all(make == "make" and sentence for make, _, sentence in lines)


def test_every_target_is_phony() -> None:
    assert set(re.findall(r"^\.PHONY: ([a-z-]+)$", MAKEFILE, re.MULTILINE)) == targets()


def test_the_targets_that_people_are_told_of_exist() -> None:
    promised = {"setup", "run", "demo", "chat", "validate", "test", "lint", "evaluate", "bench"}
    assert promised | {"calibrate", "train", "lock", "clean", "help"} <= targets()


def test_a_change_is_checked_by_make_test_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in script if line and not line.startswith("#")]
    assert commands[-1] == "time make test"
    assert [line.split()[0] for line in commands] == ["set", "cd", "export", "time"]
    assert "run: sudo" in (ROOT / ".github" / "workflows" / "check.yml").read_text()
    assert ".ci/run" in (ROOT / ".github" / "workflows" / "check.yml").read_text()


def test_make_test_runs_every_stage() -> None:
    (line,) = re.findall(r"^\t@\$\(MAIN\) -m stack stages (.*)$", MAKEFILE, re.MULTILINE)
    stages = line.split()
    tests = {name for name in targets() if name.startswith("test-")}
    assert tests | {"lint", "types", "validate", "train"} == set(stages)
