"""Pictures as people send them, and programs in Tesseract's place."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts")
"""Where Debian's packages put Noto's fonts."""

_FILES = {
    "th": "truetype/noto/NotoSansThai-Regular.ttf",
    "zh": "opentype/noto/NotoSansCJK-Regular.ttc",
    "my": "truetype/noto/NotoSansMyanmar-Regular.ttf",
    "km": "truetype/noto/NotoSansKhmer-Regular.ttf",
    "lo": "truetype/noto/NotoSansLao-Regular.ttf",
}


def drawn(text: str, language: str = "en", size: int = 42) -> Image.Image:
    """`text` in black on white, as large as a phone shows it."""
    file = _FILES.get(language, "truetype/noto/NotoSans-Regular.ttf")
    font = ImageFont.truetype(str(FONTS / file), size, index=2 if language == "zh" else 0)
    lines = text.splitlines()
    wide = max(int(font.getlength(line)) for line in lines)
    picture = Image.new("RGB", (wide + 80, 2 * size * len(lines) + 80), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 40 + 2 * size * number), line, fill="black", font=font)
    return picture


def with_code(picture: Image.Image, held: str) -> Image.Image:
    """`picture` with a QR code of what is `held` below it."""
    code = io.BytesIO()
    segno.make(held, micro=False).save(code, kind="png", scale=6)
    with Image.open(code) as drawing:
        both = Image.new(
            "RGB",
            (max(picture.width, drawing.width), picture.height + drawing.height),
            "white",
        )
        both.paste(picture, (0, 0))
        both.paste(drawing.convert("RGB"), (0, picture.height))
    return both


def file_of(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """The bytes of a file with `picture`."""
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(width: int, height: int, *others: bytes) -> bytes:
    """A small file that says it is a PNG of that many points; `others` are chunks of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(others) + points


def moving(kind: str) -> bytes:
    """A picture of two that follow each other."""
    first, second = (Image.new("RGB", (60, 40), colour) for colour in ("red", "blue"))
    return file_of(first, kind, save_all=True, append_images=[second], duration=100)


def in_its_place(folder: Path, does: str, packs: str = "eng") -> str:
    """A program that lists `packs` as Tesseract does, and for a picture does as the Python lines
    `does` tell; returns how it is called."""
    program = folder / "reads"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"if '--list-langs' in sys.argv:\n    print({packs!r})\n    sys.exit()\n"
        f"{does}\n"
    )
    os.chmod(program, 0o755)  # noqa: S103 a program must be one
    return str(program)
