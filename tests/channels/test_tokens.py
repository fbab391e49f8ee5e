"""Tokens that expire: one renewal at a time, and none is lost."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from web.channels.channel import PlatformError
from web.channels.people import Seal
from web.channels.stores import FileStore, MemoryStore, Store, StoreError
from web.channels.tokens import Codes, Grant, RefusedTokenError, Tokens


class Platform:
    """Takes each refresh token once, and the newest access token only."""

    def __init__(self, lives: float = 3600.0) -> None:
        self.lives = lives
        self.granted = 0
        self.refresh = "first"
        self.slow = asyncio.Event()
        self.slow.set()
        self.fails: PlatformError | None = None

    async def renew(self, last: Grant, refused: bool) -> Grant:
        if self.fails:
            raise self.fails
        assert last.refresh == self.refresh, "a refresh token was spent twice"
        self.granted += 1
        self.refresh = f"refresh {self.granted}"
        granted = Grant.lasting(self.lives, access=self.access, refresh=self.refresh)
        await self.slow.wait()
        return granted

    @property
    def access(self) -> str:
        return f"access {self.granted}"

    async def use(self, access: str) -> str:
        await asyncio.sleep(0)
        if access != self.access:
            raise RefusedTokenError
        return access


def tokens(platform: Platform, store: Store, first: str = "first", key: str = "key") -> Tokens:
    return Tokens("app", platform.renew, store=store, seal=Seal(key), first=first)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def test_many_callers_share_one_renewal() -> None:
    async def test() -> None:
        platform = Platform()
        ours = tokens(platform, MemoryStore())
        assert set(await asyncio.gather(*(ours.call(platform.use) for _ in range(50)))) == {
            "access 1"
        }
        platform.granted += 1  # the app takes the old one back
        platform.refresh = "refresh 1"
        assert set(await asyncio.gather(*(ours.call(platform.use) for _ in range(50)))) == {
            "access 3"
        }

    run(test)


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Store]:
    """A way to make the store of a name, as each process makes its own."""
    return lambda name: FileStore(tmp_path / "secrets" / name)


def test_several_processes_share_one_renewal(made: Callable[[str], Store]) -> None:
    async def test() -> None:
        platform = Platform()
        ours = [tokens(platform, made("one after the other")) for _ in range(5)]
        assert {await one.call(platform.use) for one in ours} == {"access 1"}
        platform.refresh = "first"
        at_once = [tokens(platform, made("at once")) for _ in range(5)]
        got = await asyncio.gather(*(one.call(platform.use) for one in at_once))
        assert (set(got), platform.granted) == ({"access 2"}, 2)
        platform.granted, platform.refresh = 3, "refresh 2"  # the app takes the old one back
        got = await asyncio.gather(*(one.call(platform.use) for one in at_once))
        assert (set(got), platform.granted) == ({"access 4"}, 4)
        for one in (*ours, *at_once):
            await one.close()

    run(test)


def test_who_stops_waiting_does_not_lose_the_answer(tmp_path: Path) -> None:
    """What the app has answered by then is the only refresh token there is."""

    async def test() -> None:
        platform, path = Platform(), tmp_path / "app"
        ours = tokens(platform, FileStore(path))
        platform.slow.clear()
        waiting = asyncio.create_task(ours.call(platform.use))
        while not platform.granted:
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        platform.slow.set()
        await ours.close()
        assert await tokens(platform, FileStore(path)).call(platform.use) == "access 1"

    run(test)


def test_a_new_refresh_token_in_the_settings_counts(tmp_path: Path) -> None:
    async def test() -> None:
        platform, store = Platform(), FileStore(tmp_path / "app")
        await tokens(platform, store).call(platform.use)
        platform.refresh = "consented anew"
        ours = tokens(platform, store, first="consented anew")
        assert await ours.call(platform.use) == "access 2"
        platform.refresh = "consented anew"
        changed = tokens(platform, store, first="consented anew", key="another")
        assert await changed.call(platform.use) == "access 3"

    run(test)


@pytest.mark.parametrize("kept", ["", "nonsense", "\x00" * 100])
def test_what_is_damaged_is_begun_anew(tmp_path: Path, kept: str) -> None:
    (tmp_path / "app").write_text(kept)

    async def test() -> None:
        platform = Platform()
        assert await tokens(platform, FileStore(tmp_path / "app")).call(platform.use) == "access 1"

    run(test)


def test_a_token_that_is_refused_for_ever_is_not_renewed_for_ever() -> None:
    async def test() -> None:
        platform = Platform()
        ours = tokens(platform, MemoryStore())

        async def refused(access: str) -> str:
            raise RefusedTokenError

        for _ in range(5):
            with pytest.raises(PlatformError) as caught:
                await ours.call(refused)
            assert caught.value.seconds is not None
            assert 0 < caught.value.seconds <= 60
            assert not caught.value.for_good
        assert platform.granted == 2

    run(test)


def test_the_old_token_serves_while_no_other_can_be_had() -> None:
    async def test() -> None:
        platform = Platform(lives=1.0)
        ours = tokens(platform, MemoryStore())
        await ours.call(platform.use)
        platform.fails = PlatformError("503")
        await asyncio.sleep(0.85)
        assert await ours.call(platform.use) == "access 1"
        await asyncio.sleep(0.2)
        with pytest.raises(PlatformError, match="503"):
            await ours.call(platform.use)
        platform.fails = None
        assert await ours.call(platform.use) == "access 2"

    run(test)


def test_a_disk_that_fills_up_while_the_app_answers_costs_no_token(tmp_path: Path) -> None:
    class Full(FileStore):
        full = False

        async def write(self, text: str) -> None:
            if self.full:
                raise StoreError("full")
            await super().write(text)

    async def test() -> None:
        platform, store = Platform(), Full(tmp_path / "app")
        platform.slow.clear()
        ours = tokens(platform, store)
        waiting = asyncio.create_task(ours.call(platform.use))
        while not platform.granted:
            await asyncio.sleep(0)
        store.full = True
        platform.slow.set()
        assert await waiting == "access 1"
        store.full = False

        async def twice(access: str) -> str:
            if access == "access 1":
                raise RefusedTokenError
            return access

        assert await ours.call(twice) == "access 2"
        assert await tokens(platform, store).call(twice) == "access 2"

    run(test)


def test_a_file_is_whole_its_owners_alone_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "app"

    async def test() -> None:
        store = FileStore(path)
        assert await store_read_alone(store) == ""
        for text in ("one", "two"):
            async with store.alone():
                await store.write(text)
        assert await store.read() == "two"

    run(test)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(os.listdir(path.parent)) == ["app", "app.lock"]


async def store_read_alone(store: Store) -> str:
    async with store.alone():
        return await store.read()


def test_only_one_is_alone(made: Callable[[str], Store]) -> None:
    async def test() -> None:
        stores = [made("alone") for _ in range(4)]
        inside = 0

        async def enter(store: Store) -> None:
            nonlocal inside
            async with store.alone():
                inside += 1
                assert inside == 1
                await asyncio.sleep(0.01)
                inside -= 1

        await asyncio.gather(*map(enter, stores))
        for store in stores:
            await store.close()

    run(test)


CODES = Codes("error", refused=frozenset({1}), later=frozenset({2}))


@pytest.mark.parametrize("body", [b'{"x": 7}', b'{"x": 7, "error": 0}', b'{"x": 7, "error": "0"}'])
def test_an_answer_without_an_error_is_its_body(body: bytes) -> None:
    assert CODES.checked(body)["x"] == 7


def test_a_refused_token_is_told_from_what_passes_and_what_stays() -> None:
    with pytest.raises(RefusedTokenError):
        CODES.checked(b'{"error": 1}')
    for code, for_good in ((2, False), (3, True)):
        with pytest.raises(PlatformError, match=f"^error {code}$") as raised:
            CODES.checked(json.dumps({"error": code}).encode())
        assert raised.value.for_good == for_good


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b'{"error": "?"}', b'{"error": {}}'])
def test_an_answer_of_another_shape_may_pass(body: bytes) -> None:
    with pytest.raises(PlatformError, match=r"^another shape$") as raised:
        CODES.checked(body)
    assert not raised.value.for_good
