"""A screenshot is read in a process that can do nothing else, shown back, and forgotten."""

from __future__ import annotations

import html
import logging
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from forewarn.chinese import traditional
from forewarn.knowledge.loader import Knowledge
from tests.knowledge_base import LANGUAGES
from tests.web.fake_bot import FakeBot
from tests.web.screenshots import chunk, drawn, file_of, in_its_place, moving, png, with_code
from tests.web.talk import check_refusal
from tests.web.test_web_check import page_of, written
from tests.web.test_web_privacy import MARKER, TEST_CLIENT
from web.app import create_app
from web.settings import WebSettings

OFFER = "Work in Mae Sot. No interview.\nFree flight, tourist visa."
NOTHING = Image.new("RGB", (300, 200), "white")
GPS = "Canarias 28.2916"
Make = Callable[..., TestClient]


@pytest.fixture(scope="module")
def client(knowledge: Knowledge) -> Iterator[TestClient]:
    """A client of a web that is alone, with the Tesseract that is here."""
    settings = WebSettings(
        **dict.fromkeys(("bot_url", "retrieval_url", "actions_url"), "http://127.0.0.1:9"),
        **dict.fromkeys(("bot_secret", "token_key"), "a secret of the tests"),
        rate_address_burst=0,
    )
    with TestClient(create_app(settings, knowledge), raise_server_exceptions=False) as client:
        yield client


def sent(client: TestClient, file: bytes, language: str = "en") -> Response:
    """The answer of the API to a picture."""
    return client.post("/api/offers/picture", params={"language": language}, content=file)


def uploaded(client: TestClient, file: bytes, written_in: str = "en") -> Response:
    """The answer of the page to a picture."""
    files = {"picture": ("any name.png", file, "image/png")}
    return client.post("/check/en/picture", data={"written_in": written_in}, files=files)


def test_what_is_read_stands_in_the_box_to_be_corrected_and_goes_through_the_same_door(
    client: TestClient, knowledge: Knowledge
) -> None:
    page = page_of(uploaded(client, file_of(drawn(OFFER))))
    assert written(page) == OFFER
    assert knowledge.messages["en"].widget_picture_read in page
    assert sent(client, file_of(drawn(OFFER))).json() == {"text": OFFER, "notes": []}
    checked = page_of(client.post("/check/en", data={"text": written(page)}))
    verdict = client.post("/api/offers/check", json={"text": OFFER, "language": "en"}).json()
    assert verdict["headline"] in checked
    assert len(verdict["flags"]) > 1
    assert all(flag["quote"] in checked for flag in verdict["flags"])


@pytest.mark.parametrize("language", [*LANGUAGES, "zh-Hant"])
def test_words_of_every_language_are_read(
    client: TestClient, knowledge: Knowledge, language: str
) -> None:
    of = language.partition("-")[0]
    lines = [flag.must_match[of][0] for flag in list(knowledge.red_flags.values())[:4]]
    text = traditional("\n".join(lines)) if of != language else "\n".join(lines)
    read = sent(client, file_of(drawn(text, of)), language).json()
    plain = ["".join(one.split()) for one in (text, read["text"])]
    assert SequenceMatcher(None, *plain, autojunk=False).ratio() > 0.7
    assert read["notes"] == []


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 60}),
        ("WEBP", {}),
        ("GIF", {}),
        ("MPO", {"save_all": True, "append_images": [NOTHING]}),
    ],
)
def test_every_ordinary_kind_of_picture_is_read(
    client: TestClient, kind: str, how: dict[str, Any]
) -> None:
    assert sent(client, file_of(drawn(OFFER), kind, **how)).json()["text"] == OFFER


def test_a_picture_with_nothing_behind_its_letters_is_read(client: TestClient) -> None:
    letters = drawn(OFFER).convert("L")
    see_through = Image.new("RGBA", letters.size, (0, 0, 0, 0))
    see_through.putalpha(letters.point(lambda shade: 255 - shade))
    assert sent(client, file_of(see_through)).json()["text"] == OFFER


UNFIT = {
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(500), 415, "picture_is_pdf", "pdf"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(500), 415, "picture_is_heic", "heic"),
    "text": (lambda: b"Work in Mae Sot", 415, "picture_kind_unknown", "kind"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "picture_kind_unknown",
            "kind"),
    "tiff": (lambda: file_of(NOTHING, "TIFF"), 415, "picture_kind_unknown", "kind"),
    "gif": (lambda: moving("GIF"), 415, "picture_moves", "moving"),
    "apng": (lambda: moving("PNG"), 415, "picture_moves", "moving"),
    "webp": (lambda: moving("WEBP"), 415, "picture_moves", "moving"),
    "50 megapixels": (lambda: file_of(Image.new("1", (5_000, 10_000))), 413, "picture_too_large",
                      "large"),
    "bomb": (lambda: png(100_000, 100_000), 413, "picture_too_large", "large"),
    "bomb in its words": (
        lambda: png(80, 80, *(chunk(b"zTXt", b"a\0\0" + _squeezed(4_000_000)) for _ in range(40))),
        422, "picture_broken", "broken"),
    "too few points": (lambda: png(5_000, 5_000), 422, "picture_broken", "broken"),
    "truncated png": (lambda: file_of(drawn(OFFER))[:-2_000], 422, "picture_broken", "broken"),
    "truncated jpeg": (lambda: file_of(drawn(OFFER), "JPEG")[:-2_000], 422, "picture_broken",
                       "broken"),
    "a head alone": (lambda: b"\x89PNG\r\n\x1a\n", 415, "picture_kind_unknown", "kind"),
    "nothing": (lambda: b"", 422, "picture_broken", "broken"),
    "no words": (lambda: file_of(NOTHING), 422, "picture_without_text", "no_text"),
    "one point": (lambda: file_of(Image.new("RGB", (1, 1))), 422, "picture_without_text",
                  "no_text"),
    "a strip": (lambda: file_of(Image.new("L", (1, 20_000))), 422, "picture_without_text",
                "no_text"),
    "bytes": (lambda: bytes(11_000_000), 413, "picture_too_large", "large"),
}  # fmt: skip


def _squeezed(most: int) -> bytes:
    import zlib

    return zlib.compress(bytes(most))


@pytest.mark.parametrize("case", list(UNFIT))
def test_what_cannot_be_read_is_answered_kindly_with_where_to_call(
    client: TestClient, knowledge: Knowledge, case: str
) -> None:
    make, status, code, message = UNFIT[case]
    sentence = getattr(knowledge.messages["en"], f"error_picture_{message}")
    assert check_refusal(sent(client, make()), status, code)["message"] == sentence
    page = page_of(uploaded(client, make()), status)
    assert sentence in page
    assert "tel:191" in page


@pytest.mark.parametrize("size", [(5_000, 5_000), (1_080, 23_000)])
def test_the_largest_picture_that_is_read_fits_into_the_memory_given(
    client: TestClient, size: tuple[int, int]
) -> None:
    large = Image.new("RGBA", size, (255, 255, 255, 255))
    large.paste(drawn(OFFER, size=round(42 * size[0] / 1_080)), (0, 0))
    assert sent(client, file_of(large, compress_level=1)).json()["text"] == OFFER


def test_only_the_points_of_a_picture_reach_what_reads_it(
    make_client: Make, tmp_path: Path
) -> None:
    looks = (
        "given = sys.stdin.buffer.read()\n"
        "print(given[:2].decode(), b'Canarias' in given, *sys.argv[1:])"
    )
    exif = Image.Exif()
    exif.get_ifd(0x8825)[29] = GPS
    exif[0x010E] = GPS
    client = make_client(tesseract=in_its_place(tmp_path, looks))
    for kind in ("JPEG", "PNG", "WEBP"):
        file = file_of(drawn(OFFER), kind, exif=exif)
        assert GPS.encode() in file
        assert sent(client, file).json()["text"] == (
            "P5 False stdin stdout -l eng --psm 6 -c textord_min_linesize=2.5"
        )


def test_what_reads_it_opens_no_socket_writes_no_file_and_knows_no_secret(
    make_client: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_TOKEN_KEY", MARKER)
    left = tmp_path / "left"
    tries = f"""
import resource, socket
sys.stdin.buffer.read()
def tried(name, work):
    try:
        work()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
def write():
    with open({str(left)!r}, "wb") as file:
        file.write(b"x" * 10)
for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
    tried(family, lambda: socket.socket(getattr(socket, family)))
tried("pair", socket.socketpair)
tried("file", write)
print("core", resource.getrlimit(resource.RLIMIT_CORE)[1])
print("secret", {MARKER!r} in os.environ.values(), *sorted(os.environ)[:4])
"""
    client = make_client(tesseract=in_its_place(tmp_path, tries))
    assert sent(client, file_of(NOTHING)).json()["text"].splitlines() == [
        "AF_INET PermissionError",
        "AF_INET6 PermissionError",
        "AF_UNIX PermissionError",
        "AF_NETLINK PermissionError",
        "pair PermissionError",
        "file OSError",
        "core 0",
        "secret False LC_CTYPE OMP_THREAD_LIMIT PATH PYTHONPATH",
    ]
    assert left.read_bytes() == b""


def test_what_hangs_is_killed_with_all_it_started_and_the_next_picture_is_read(
    make_client: Make, tmp_path: Path, knowledge: Knowledge
) -> None:
    hangs = f"""
import time
if sys.stdin.buffer.read(6) == b"P5\\n300":
    open(os.path.join({str(tmp_path)!r}, f"pid {{os.getpid()}}"), "wb").close()
    time.sleep(600)
print("read")
"""
    client = make_client(tesseract=in_its_place(tmp_path, hangs), picture_seconds=3)
    refusal = check_refusal(sent(client, file_of(NOTHING)), 422, "picture_too_slow")
    assert refusal["message"] == knowledge.messages["en"].error_picture_slow
    (mark,) = tmp_path.glob("pid *")
    assert is_gone(int(mark.name.split()[1]))
    assert sent(client, file_of(NOTHING.crop((0, 0, 200, 200)))).json()["text"] == "read"


def is_gone(pid: int) -> bool:
    """Whether a process has ended; it may wait to be buried."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    "breaks",
    [
        "sys.exit(1)",
        f"os.kill(os.getpid(), {int(signal.SIGSEGV)})",
        f"os.kill(os.getppid(), {int(signal.SIGKILL)})",
        "hoard = bytearray(3_000_000_000)",
        "sys.stdout.write('x' * 3_000_000)",
    ],
)
def test_what_breaks_down_is_answered_like_a_damaged_picture(
    make_client: Make, tmp_path: Path, breaks: str
) -> None:
    client = make_client(tesseract=in_its_place(tmp_path, breaks))
    check_refusal(sent(client, file_of(NOTHING)), 422, "picture_broken")


def test_too_many_pictures_at_once_are_asked_to_wait(
    client: TestClient, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.reading.readers.HELD", 0)
    refused = sent(client, file_of(NOTHING))
    sentence = knowledge.messages["en"].error_picture_busy.format(seconds=10)
    assert check_refusal(refused, 503, "pictures_busy")["message"] == sentence
    assert refused.headers["retry-after"] == "10"
    assert sentence in page_of(uploaded(client, file_of(NOTHING)), 503)


def test_a_flood_of_pictures_is_held_back(make_client: Make) -> None:
    client = make_client(rate_address_burst=1, rate_address_per_second=0.01)
    assert sent(client, b"").status_code == 422
    check_refusal(sent(client, b""), 429, "too_many")
    page_of(uploaded(client, b""), 429)


MERCHANT = "00020101021129370016A000000677010111011300668112345675802TH5303764540450006304ABCD"


@pytest.mark.parametrize(
    ("held", "left_out"),
    [
        ("https://t.me/hr_lily", None),
        ("tel:+66812345678", None),
        ("Come tomorrow, ask for Lily", None),
        (MERCHANT, "payment"),
        ("bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq?amount=1", "payment"),
        ("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "payment"),
        ("HTTPS://QR.ALIPAY.COM/FKX1234", "payment"),
        ("WIFI:T:WPA;S:office;P:secret word;;", "wifi"),
        ("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", "account"),
        ("tg://login?token=abc", "account"),
    ],
)
def test_a_code_is_a_link_or_a_text_but_never_a_payment_or_a_password(
    client: TestClient, knowledge: Knowledge, held: str, left_out: str | None
) -> None:
    file = file_of(with_code(drawn(OFFER), held))
    read = sent(client, file).json()
    page = page_of(uploaded(client, file))
    if left_out is None:
        assert read == {"text": f"{OFFER}\n{held}", "notes": []}
        assert written(page) == read["text"]
    else:
        note = getattr(knowledge.messages["en"], f"check_code_{left_out}")
        assert read["notes"] == [note]
        assert read["text"].startswith(OFFER)
        assert note in page
        assert held not in read["text"] + page


def test_a_code_alone_is_enough_to_say_something(client: TestClient, knowledge: Knowledge) -> None:
    read = sent(client, file_of(with_code(NOTHING, MERCHANT))).json()
    assert read["notes"] == [knowledge.messages["en"].check_code_payment]
    assert MERCHANT not in read["text"]


@pytest.mark.parametrize("packs", [None, "eng\nosd"])
def test_where_a_language_cannot_be_read_the_page_says_so_and_offers_pasting(
    make_client: Make, tmp_path: Path, knowledge: Knowledge, packs: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    command = "" if packs is None else in_its_place(tmp_path, "print('read')", packs)
    client = make_client(tesseract=command)
    readable = [] if packs is None else ["en"]
    assert client.get("/api/strings").json()["readable"] == readable
    assert "no reading of pictures in" in caplog.text
    page = page_of(client.get("/check/th"))
    off = knowledge.messages["th"].error_picture_off
    assert (off in page) == (packs is None)
    offered = re.findall(r'<select id="written".*?</select>', page, re.DOTALL)
    assert re.findall(r'value="([^"]+)"', "".join(offered)) == readable
    refusal = check_refusal(sent(client, file_of(NOTHING), "th"), 501, "pictures_not_read")
    assert refusal["message"] == off
    assert page_of(uploaded(client, file_of(NOTHING), "th"), 501)


def test_the_words_in_a_picture_are_in_no_log_and_on_no_disk(
    make_client: Make, bot: FakeBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    client = make_client()
    bot.kill()
    file = file_of(with_code(drawn(MARKER), f"WIFI:{MARKER}"))
    assert sent(client, file).json()["text"].startswith(MARKER)
    assert written(page_of(uploaded(client, file))).startswith(MARKER)
    large = file_of(drawn(MARKER).resize((2_400, 1_800)), "BMP")
    assert len(large) > 10_000_000
    for refused in (file[:-100], file + bytes(11_000_000), large, MARKER.encode()):
        for answer in (sent(client, refused), uploaded(client, refused)):
            assert answer.is_client_error
            assert "canary" not in html.unescape(answer.text)
    assert client.post("/check/en", data={"text": MARKER}).status_code == 200
    strange = client.post("/check/en/picture", data={"picture": MARKER, "written_in": MARKER})
    assert "canary" not in strange.text
    said = [
        f"{record.getMessage()} {record.exc_text} {record.args}"
        for record in caplog.records
        if record.name != TEST_CLIENT
    ]
    assert [line for line in said if "canary" in line] == []
    assert os.listdir(tmp_path) == []
