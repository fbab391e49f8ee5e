"""The files the images are made from, held to what the code says, since no test builds them."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from forewarn import deadlines
from stack.environments import TORCH
from stack.parts import ORDER, arguments
from stack.settings import ROOT, StackSettings

COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")


def stages() -> dict[str, list[str]]:
    """Return the instructions of every stage of the Dockerfile, the first being its FROM."""
    found: dict[str, list[str]] = {}
    for line in DOCKERFILE.splitlines():
        if line.startswith("FROM "):
            name = line.split(" AS ")[1]
            found[name] = [line]
        elif line and not line.startswith("#"):
            found[name].append(line.strip())
    return found


STAGES = stages()


def inherited(stage: str) -> Iterator[str]:
    """Yield the instructions of a stage and of all it is built on."""
    while stage in STAGES:
        yield from STAGES[stage]
        stage = STAGES[stage][0].split()[1]


def test_the_services_are_the_parts_of_the_stack() -> None:
    assert set(SERVICES) == set(ORDER)


def test_only_web_can_be_reached_and_only_on_the_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${FOREWARN_WEB_PORT:-8000}:8000"]}


def test_only_web_is_on_a_network_that_leads_anywhere() -> None:
    assert COMPOSE["networks"] == {"outside": {}, "inside": {"internal": True}}
    networks = {name: service["networks"] for name, service in SERVICES.items()}
    inside = {name: ["inside"] for name in ("bot", "actions", "retrieval")}
    assert networks == {**inside, "web": ["outside", "inside"]}


def test_secrets_must_be_given_and_go_only_where_they_are_used() -> None:
    held = {
        name: {
            setting: value
            for setting, value in service["environment"].items()
            if setting in ("FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY")
        }
        for name, service in SERVICES.items()
    }
    assert {name: sorted(secrets) for name, secrets in held.items()} == {
        "web": ["FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY"],
        "bot": ["FOREWARN_BOT_SECRET"],
        "actions": [],
        "retrieval": [],
    }
    for secrets in held.values():
        for name, value in secrets.items():
            # A sentence, not a default: a secret that is in the repository is none.
            assert re.fullmatch(rf"\$\{{{name}:\?[^}}]{{20,}}\}}", value)


def test_the_operator_must_be_named() -> None:
    for service in SERVICES.values():
        for name in ("NAME", "CONTACT", "COUNTRY"):
            value = service["environment"][f"FOREWARN_OPERATOR_{name}"]
            assert value.startswith(f"${{FOREWARN_OPERATOR_{name}:?")


@pytest.mark.parametrize("name", ORDER)
def test_a_container_has_only_the_rights_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - inside the container
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert "privileged" not in service
    assert "volumes" not in service
    assert [line for line in inherited(name) if line.startswith("USER")] == ["USER 10001"]


@pytest.mark.parametrize("name", ORDER)
def test_a_container_tells_whether_it_lives(name: str) -> None:
    *_, program = SERVICES[name]["healthcheck"]["test"]
    port = StackSettings.model_fields[f"{name}_port"].default
    path = "/webhooks/forewarn/health" if name == "bot" else "/health"
    assert f"'http://127.0.0.1:{port}{path}'" in program
    ast.parse(program)


@pytest.mark.parametrize("name", ORDER)
def test_the_deadlines_are_those_of_the_table(name: str) -> None:
    environment = SERVICES[name]["environment"]
    given = {part: float(environment[f"FOREWARN_DEADLINE_{part}"]) for part in _DEADLINES}
    assert given == _DEADLINES


_DEADLINES = {
    "WEB": deadlines.WEB,
    "BOT": deadlines.BOT,
    "ACTIONS": deadlines.ACTIONS,
    "RETRIEVAL": deadlines.RETRIEVAL,
}


@pytest.mark.parametrize("name", ORDER)
def test_the_parts_find_each_other(name: str) -> None:
    environment = SERVICES[name]["environment"]
    for other in ("bot", "actions", "retrieval"):
        port = StackSettings.model_fields[f"{other}_port"].default
        assert environment[f"FOREWARN_{other.upper()}_URL"] == f"http://{other}:{port}"
    assert environment[f"FOREWARN_{name.upper()}_HOST"] == "0.0.0.0"


@pytest.mark.parametrize("name", ORDER)
def test_an_image_runs_what_the_supervisor_runs(name: Any) -> None:
    words = ", ".join(f'"{word}"' for word in ("python", *arguments(name)))
    assert STAGES[SERVICES[name]["build"]["target"]][-1] == f"CMD [{words}]"
    assert SERVICES[name]["build"]["target"] == name


def test_everything_that_is_copied_exists_and_is_sent() -> None:
    sent = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    ]
    copies = [line for lines in STAGES.values() for line in lines if line.startswith("COPY")]
    assert copies
    for copy in copies:
        *sources, _ = [word for word in copy.split()[1:] if not word.startswith("--")]
        origin = re.search(r"--from=(\w+)", copy)
        for source in sources:
            if origin:
                assert origin[1] in STAGES
                source = source.removeprefix("/app/")
                assert source.startswith("var/") or (ROOT / source).exists(), copy
            else:
                assert (ROOT / source).exists(), copy
                assert any(fnmatch(source.split("/")[0], top) for top in sent), copy


def test_torch_is_the_pinned_one() -> None:
    assert re.findall(r"torch==\S+", DOCKERFILE) == [TORCH]


def test_the_bot_is_built_on_its_own_python() -> None:
    assert STAGES["python310"][0].startswith("FROM python:3.10-")
    assert STAGES["python311"][0].startswith("FROM python:3.11-")
    assert STAGES["bot"][0].split()[1] == "python310"


@pytest.mark.parametrize("part", ["web", "actions"])
def test_the_small_images_hold_every_package_their_code_imports(part: str) -> None:
    lock = (ROOT / "requirements" / f"{part}.txt").read_text()
    locked = {_plain(line.split("==")[0]) for line in lock.splitlines() if "==" in line}
    provided = importlib.metadata.packages_distributions()
    missing = {
        module
        for folder in (part, "forewarn")
        for path in (ROOT / folder).rglob("*.py")
        for module in _imported(path)
        if not locked.intersection(_plain(name) for name in provided.get(module, []))
    }
    assert missing == set()


@pytest.mark.parametrize("part", ["web", "actions"])
def test_the_small_locks_agree_with_the_large_one(part: str) -> None:
    large = (ROOT / "requirements" / "main.txt").read_text().splitlines()
    small = (ROOT / "requirements" / f"{part}.txt").read_text().splitlines()
    assert {line for line in small if "==" in line} <= set(large)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(path: Path) -> set[str]:
    """Return the packages of others that a file imports."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules.add(node.module.split(".")[0])
    ours = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}
    return modules - set(sys.stdlib_module_names) - ours
