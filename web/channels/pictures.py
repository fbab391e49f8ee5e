"""What is said to a picture: the words that were read in it, to be put right, and the verdict."""

from __future__ import annotations

from forewarn.replies import Block, HotlinesBlock, TextBlock, Tone, VerdictBlock
from web.channels.channel import Channel, PlatformError, TooLargeError
from web.channels.events import Event
from web.channels.rendering import unlinked
from web.channels.splitting import shortened
from web.check.offers import Found, Offers
from web.known import JUDGED, Known
from web.refusals import RefusedError, Why
from web.service import Service
from web.spoken import Spoken

MOST_READ = 600
"""Characters of what was read in a picture that are shown again: enough to see whether it was read
well."""


class Pictures:
    """Reads the pictures that people send; nothing of them is left afterwards."""

    def __init__(self, service: Service) -> None:
        """Read and judge with what `service` holds."""
        self._service = service
        self._offers = Offers(service)

    async def answered(self, event: Event, known: Known, channel: Channel) -> list[Block]:
        """What is said to the picture in `event`. Its caption belongs to the offer, and both are
        judged: `known` then has the danger in them.

        Raises:
            RefusedError: it cannot be had, read or judged.
        """
        spoken, most = self._service.edition.made, self._service.settings.max_offer
        with self._service.readers.holding():
            found = await self._offers.found(await _fetched(channel, event), known.language)
        offer = "\n".join(filter(None, (event.text, found.text)))[:most]
        known.danger = spoken.guide.judge(offer[:JUDGED])
        verdict = await self._offers.verdict(
            spoken, offer, known.language, holds_something=known.in_danger
        )
        return _told(spoken, known, found, verdict)


def _told(spoken: Spoken, known: Known, found: Found, verdict: VerdictBlock) -> list[Block]:
    guide, language = spoken.guide, known.language
    messages = guide.messages(language)
    text = shortened(unlinked(found.text), lambda part: len(part) <= MOST_READ, language)
    shown = messages.channel_picture_read.format(text=text)
    notes = [getattr(messages, name) for name in found.left_out]
    blocks: list[Block] = [TextBlock(text=one) for one in (shown, *notes)]
    if known.in_danger:
        helped = guide.help_in_danger(language, known.danger, known.country)
        said = TextBlock(text=helped.message, tone=Tone.danger, english=helped.english)
        blocks = [said, HotlinesBlock(items=helped.hotlines), *blocks]
    return [*blocks, verdict] if verdict.flags or not known.in_danger else blocks


async def _fetched(channel: Channel, event: Event) -> bytes:
    """The file of the picture in `event`.

    Raises:
        RefusedError: it cannot be had.
    """
    try:
        return await channel.download(event)
    except TooLargeError:
        raise RefusedError(Why.picture_large) from None
    except PlatformError:
        raise RefusedError(Why.picture_broken) from None
