"""The files the images are made from, held to what the code says, since no test builds them."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import redis
from ruamel.yaml import YAML

from bench.processes import free_ports
from forewarn import deadlines
from stack.environments import TORCH
from stack.parts import ORDER, arguments
from stack.settings import ROOT, StackSettings

COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PARTS = {name: service for name, service in SERVICES.items() if name != "redis"}
REDIS = SERVICES["redis"]
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
    assert set(PARTS) == set(ORDER)


def test_only_web_can_be_reached_and_only_on_the_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${FOREWARN_WEB_PORT:-8000}:8000"]}


def test_only_web_is_on_a_network_that_leads_anywhere() -> None:
    internal = {"internal": True}
    assert COMPOSE["networks"] == {"outside": {}, "inside": internal, "queue": internal}
    networks = {name: service["networks"] for name, service in SERVICES.items()}
    inside = {name: ["inside"] for name in ("bot", "actions", "retrieval")}
    web = ["outside", "inside", "queue"]
    assert networks == {**inside, "web": web, "redis": ["queue"]}


def test_secrets_must_be_given_and_go_only_where_they_are_used() -> None:
    held = {
        name: {
            setting: value
            for setting, value in service["environment"].items()
            if re.search("SECRET|KEY|PASSWORD", value + setting)
        }
        for name, service in SERVICES.items()
    }
    assert {name: sorted(secrets) for name, secrets in held.items()} == {
        "web": ["FOREWARN_BOT_SECRET", "FOREWARN_REDIS_URL", "FOREWARN_TOKEN_KEY"],
        "bot": ["FOREWARN_BOT_SECRET"],
        "actions": [],
        "retrieval": [],
        "redis": ["REDISCLI_AUTH"],
    }
    for secrets in held.values():
        for value in secrets.values():
            # A sentence, not a default: a secret that is in the repository is none.
            assert re.search(r"\$\{FOREWARN_[A-Z_]+:\?[^}]{20,}\}", value)


def test_the_secrets_of_the_apps_reach_web_alone_and_no_repository() -> None:
    files = {
        name: service["env_file"] for name, service in SERVICES.items() if "env_file" in service
    }
    assert files == {"web": [{"path": "channels.env", "required": False}]}
    assert "/channels.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_operator_must_be_named() -> None:
    for service in PARTS.values():
        for name in ("NAME", "CONTACT", "COUNTRY"):
            value = service["environment"][f"FOREWARN_OPERATOR_{name}"]
            assert value.startswith(f"${{FOREWARN_OPERATOR_{name}:?")


@pytest.mark.parametrize("name", ORDER)
def test_a_container_has_only_the_rights_it_needs(name: str) -> None:
    _assert_bare(SERVICES[name])
    assert SERVICES[name]["tmpfs"] == ["/tmp"]  # noqa: S108 - inside the container
    assert [line for line in inherited(name) if line.startswith("USER")] == ["USER 10001"]


def _assert_bare(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}
    assert service["restart"] == "unless-stopped"
    assert "privileged" not in service
    # Nothing is written but tokens that must not be lost (tests/channels/test_zalo.py).
    volumes = ["tokens:/app/var/secrets"] if service is SERVICES["web"] else None
    assert service.get("volumes") == volumes


def test_the_queue_has_no_disk_and_no_root() -> None:
    _assert_bare(REDIS)
    assert REDIS["user"] == "999:1000"
    assert REDIS["tmpfs"] == ["/tmp", "/data"]  # noqa: S108 - inside the container
    assert REDIS["healthcheck"]["test"] == ["CMD-SHELL", "redis-cli ping | grep -q PONG"]


def test_web_finds_the_queue_with_its_password() -> None:
    password = REDIS["environment"]["REDISCLI_AUTH"]
    url = SERVICES["web"]["environment"]["FOREWARN_REDIS_URL"]
    assert url == f"redis://:{password}@redis:6379/0"


def test_the_queue_asks_for_its_password_writes_nothing_and_drops_nothing(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    shell, option, script = REDIS["command"]
    process = subprocess.Popen(
        [shell, option, f"{script.replace('$$', '$')} --port {port} --bind 127.0.0.1"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "REDISCLI_AUTH": "a-password"},
        stdout=subprocess.DEVNULL,
    )
    try:
        with (
            redis.Redis(port=port) as stranger,
            redis.Redis(port=port, password="a-password") as web,
        ):
            _wait(stranger)
            with pytest.raises(redis.AuthenticationError):
                stranger.keys()
            held = {name: web.config_get(name)[name] for name in _HELD}
        assert b"a-password" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    finally:
        process.terminate()
        process.wait(10)
    assert held == _HELD
    assert list(tmp_path.iterdir()) == []


_HELD = {
    "save": "",
    "appendonly": "no",
    "maxmemory": str(128 * 1024**2),
    "maxmemory-policy": "noeviction",
}


def _wait(client: "redis.Redis") -> None:
    for _ in range(500):
        try:
            client.ping()
        except redis.AuthenticationError:
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    raise AssertionError("Redis did not start, or asks for no password")


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
