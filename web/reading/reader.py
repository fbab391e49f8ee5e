"""`python -m web.reading.reader SECONDS TESSERACT PACKS`: one picture on standard input, what is
found in it on standard output, and then the end of the process.

Only the points of the picture go on from here. What else its file carries, such as the place where
it was taken, is dropped with it, unread.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import warnings

import zxingcpp
from PIL import Image, ImageDraw, UnidentifiedImageError

from web.reading.confinement import confine
from web.reading.outcomes import Outcome

MOST_POINTS = 25_000_000
"""Points of a picture: ten screenshots of a phone. It is looked at before anything is decoded."""

WIDEST = 1_080
"""Points: wider pictures are made smaller. Letters of a phone's screen are large enough then."""

KINDS = ("PNG", "JPEG", "WEBP", "GIF")
"""What is decoded at all; every decoder is one more way in."""

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

_HOW = ("--psm", "6", "-c", "textord_min_linesize=2.5")
"""How Tesseract finds lines: in one block of text, as chats are; the automatic mode lost those in
Khmer. By default it takes the signs above Burmese letters for lines of their own: with twice the
least height of a line one character in twenty is wrong instead of one in three
(bench/screenshots.py)."""


class _UnfitError(Exception):
    """There is nothing to read in this."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def main() -> None:
    """Read one picture."""
    seconds, tesseract, packs = sys.argv[1:]
    confine(int(seconds))
    given = sys.stdin.buffer.read()
    try:
        said = read(given, tesseract, packs)
    except _UnfitError as error:
        said = {"outcome": error.outcome}
    json.dump(said, sys.stdout)


def read(given: bytes, tesseract: str, packs: str) -> dict[str, object]:
    """What stands in the picture whose file is `given`: its lines, and what its codes hold.

    Raises:
        _UnfitError: it is no picture that can be read.
    """
    picture = decode(given)
    codes = zxingcpp.read_barcodes(picture)
    for code in codes:
        _cover(picture, code.position)
    text, held = _recognised(picture, tesseract, packs), [code.text for code in codes if code.text]
    outcome = Outcome.read if text or held else Outcome.no_text
    return {"outcome": outcome, "text": text, "codes": held}


def decode(given: bytes) -> Image.Image:
    """The points of a picture, in shades of grey.

    Raises:
        _UnfitError: it is no picture that can be read.
    """
    if given[:1024].lstrip().startswith(b"%PDF-"):
        raise _UnfitError(Outcome.pdf)
    if given[4:8] == b"ftyp" and given[8:12] in _HEIC:
        raise _UnfitError(Outcome.heic)
    # The size is looked at here, at once and with one limit.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(io.BytesIO(given), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise _UnfitError(Outcome.too_large)
            # A photo of an iPhone (MPO) holds a second, smaller picture; it does not move.
            if picture.format != "MPO" and getattr(picture, "is_animated", False):
                raise _UnfitError(Outcome.moving)
            picture.draft("L", None)
            return _shrunk(_on_white(picture).convert("L"))
    except UnidentifiedImageError:
        raise _UnfitError(Outcome.not_a_picture) from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        raise _UnfitError(Outcome.broken) from None


def _on_white(picture: Image.Image) -> Image.Image:
    """`picture` on white where it lets through what is behind it: letters on nothing are black on
    black otherwise."""
    if not picture.has_transparency_data:
        return picture
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white


def _shrunk(picture: Image.Image) -> Image.Image:
    if picture.width <= WIDEST:
        return picture
    height = max(1, round(picture.height * WIDEST / picture.width))
    return picture.resize((WIDEST, height), Image.Resampling.LANCZOS)


def _cover(picture: Image.Image, place: zxingcpp.Position) -> None:
    """Make the place of a code white: its squares would be taken for letters."""
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    ImageDraw.Draw(picture).polygon([(corner.x, corner.y) for corner in corners], fill=255)


def _recognised(picture: Image.Image, tesseract: str, packs: str) -> str:
    """The lines Tesseract finds; through its own pipes, so that nothing lies on a disk."""
    points = io.BytesIO()
    picture.save(points, "PPM")
    done = subprocess.run(
        [tesseract, "stdin", "stdout", "-l", packs, *_HOW],
        input=points.getvalue(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise _UnfitError(Outcome.broken)
    lines = (line.strip() for line in done.stdout.decode(errors="replace").splitlines())
    return "\n".join(filter(None, lines))


if __name__ == "__main__":
    main()
