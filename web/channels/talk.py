"""What is said to an event: the same conversation as on the website, and what only apps have."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from forewarn.knowledge.schema.dangers import DangerLevel
from forewarn.replies import (
    Block,
    Choice,
    ChoicesBlock,
    HotlinesBlock,
    Meaning,
    MintedChoicesBlock,
    PublicBlock,
    TextBlock,
    Tone,
    public_blocks,
)
from web.bot_client import UnavailableError
from web.channels.channel import Channel
from web.channels.events import Event, What
from web.channels.limits import Limits
from web.channels.people import People, Person
from web.channels.pictures import Pictures
from web.channels.rendering import Renderer, Words
from web.exchange import Exchange
from web.guide import Guide, Help
from web.intake import ChatBody, clean
from web.known import COUNTRY_SLOT, JUDGED, Known
from web.refusals import RefusedError, Why
from web.service import Service
from web.spoken import Spoken

_AROUND_WORDS = " \t\n!?.,。！？，។။\"'“”「」"
"""What people type around a word that says no more."""

TELL_COUNTRY, OTHER_COUNTRY = "tell_country", "other"
"""The intent of a tap that says where the person is, and what its slot holds for a country of
which we have no lines."""


@dataclass(frozen=True)
class Said:
    """What is said to one event, and in which language."""

    language: str
    blocks: list[PublicBlock]

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to tap."""
        return any(isinstance(block, MintedChoicesBlock) for block in self.blocks)


class Talk:
    """Holds the people of every app, and knows what to say to them."""

    def __init__(self, service: Service, limits: dict[str, Limits]) -> None:
        """Speak from what `service` prepared; `limits` are those of each app."""
        self._service = service
        self._limits = limits
        self._pictures = Pictures(service)
        settings = service.settings
        self.people = People(settings.conversation_minutes, settings.max_conversations)

    def in_danger(self, event: Event) -> bool:
        """Whether `event` is a cry for help, by phrase: only to choose who is answered first."""
        guide, held = self._spoken.guide, self._held(event)
        if event.what is What.tap:
            return (
                held is not None
                and self._exchange.know(
                    ChatBody(choice=event.text, conversation=held.conversation), guide.languages[0]
                ).in_danger
            )
        return guide.judge(event.text[:JUDGED]).level is DangerLevel.danger

    async def answer(self, event: Event, channel: Channel) -> Said | None:
        """What to say to `event`, of `channel`; None where silence is the answer."""
        if event.what is What.left:
            self._forget(event.person)
            return None
        if event.what is What.nothing or (event.in_group and not event.addressed):
            return None
        if event.in_group and event.what is What.arrived:
            return None  # we never write first
        said = await self._said(event, channel)
        if event.in_group and self._danger_in_force(event.person):
            return self._directly(event, said.language)
        return said

    async def _said(self, event: Event, channel: Channel) -> Said:
        match event.what:
            case What.text | What.tap | What.edited:
                return await self._turn(event)
            case What.arrived | What.opened:
                return self._arrived(event)
            case What.picture if self.in_danger(event):
                return await self._turn(event)  # the cry beside it, not the picture
            case What.picture:
                return await self._picture(event, channel)
            case What.voice:
                return self._kindly(event, "channel_voice", with_lines=True)
            case What.place:
                return self._place(event)
            case What.sticker:
                return self._kindly(event, "channel_sticker")
            case _:
                return self._kindly(event, "channel_file")

    def rendered(self, event: Event, said: Said) -> list[Words]:
        """`said` as messages of the app that `event` came from; what typing a number then means is
        noted."""
        limits = self._limits[event.channel].after(event.what)
        renderer = Renderer(limits, self._spoken.guide, self._service.settings)
        rendered = renderer.render(said.blocks, said.language)
        person = self.people.find(event.person)
        if person is not None and said.has_choices:
            person.numbered = list(rendered.numbered)
        return rendered.messages

    def was_taken(self, event: Event) -> None:
        """The app took the answer to `event`. Only then it counts as told who we are, if that was
        in it."""
        held = self.people.find(event.person)
        if held is not None and held.told_in == event.id:
            held.knows_us = True

    def fallback(self, event: Event) -> Said:
        """What is said where a fault of ours left nothing else to say."""
        known = self._known(event)
        helped = self._spoken.failures.fallback(known)
        return Said(known.language, list(_helped(helped)))

    # ----------------------------------------------------------------------------- in words

    async def _turn(self, event: Event) -> Said:
        """A turn of the conversation, as on the website."""
        held = self._held(event)
        if event.what is not What.tap and self._is_deletion(event.text):
            return self._deleted(event)
        body = self._body(event, held)
        known = self._exchange.know(body, self._preferred(event))
        if body.choice and held is None:
            return self._too_late(event, known)
        if event.in_group and known.in_danger:
            return self._directly(event, known.language)
        deadline = asyncio.get_running_loop().time() + self._service.settings.deadline_web
        try:
            answer = await self._exchange.answer(body, known, deadline)
        except RefusedError as error:
            return self._refused(event, error, known, first=self._is_new(held))
        except UnavailableError:
            helped = list(_helped(self._spoken.failures.fallback(known)))
            return self._told(event, known, helped, first=self._is_new(held))
        self.people.hold(event.person, answer.conversation)
        known.language = answer.language
        return self._told(event, known, answer.replies, first=self._is_new(held))

    def _body(self, event: Event, held: Person | None) -> ChatBody:
        conversation = held.conversation if held else None
        if event.what is What.tap:
            return ChatBody(choice=event.text, conversation=conversation)
        number = event.text.strip()
        # Digits of any script: they are what a keyboard set to Burmese or Khmer types.
        said = int(number) if number.isdecimal() and len(number) <= 2 else 0
        if held and 1 <= said <= len(held.numbered):
            return ChatBody(choice=held.numbered[said - 1], conversation=conversation)
        return ChatBody(text=event.text, conversation=conversation)

    def _told(self, event: Event, known: Known, blocks: list[PublicBlock], *, first: bool) -> Said:
        """`blocks`, at first contact with who we are: before them, or after them in danger; and
        with the first taps, where they bring no choices of their own."""
        if first:
            notice = self._notice(event, known.language)
            in_danger = known.in_danger or self._danger_in_force(event.person)
            blocks = [*blocks, notice] if in_danger else [notice, *blocks]
            if not in_danger and not Said(known.language, blocks).has_choices:
                blocks = [*blocks, *self._beside(event, known.language, [])]
        return Said(known.language, blocks)

    def _refused(self, event: Event, error: RefusedError, known: Known, *, first: bool) -> Said:
        if error.why in (Why.conversation_ended, Why.conversation_forged, Why.choice):
            return self._too_late(event, known)
        helped = list(_helped(self._spoken.failures.refusal(error, known)))
        if error.instead is None:
            return self._told(event, known, helped, first=first)
        # The sentence comes with the taps: only the lines are said beside them.
        self.people.hold(event.person, str(error.instead["conversation"]))
        taps = public_blocks.validate_python(error.instead["replies"])
        return self._told(event, known, [*helped[1:], *taps], first=first)

    def _too_late(self, event: Event, known: Known) -> Said:
        """A tap on an old button: it may have been the one that says someone is in danger."""
        guide, language = self._spoken.guide, known.language
        blocks = self._beside(
            event,
            language,
            [
                TextBlock(text=guide.messages(language).error_choice),
                HotlinesBlock(items=guide.emergency(language, known.country)),
            ],
        )
        return Said(language, blocks)

    # ------------------------------------------------------------------------ beginning and end

    def _arrived(self, event: Event) -> Said:
        language = self._known(event).language
        if self._held(event):
            first = TextBlock(text=self._spoken.guide.messages(language).first_screen)
            return Said(language, self._beside(event, language, [first]))
        opened = self._exchange.open(language)
        self.people.hold(event.person, opened.conversation)
        blocks = [self._notice(event, language), *opened.replies[1:]]
        return Said(language, blocks)

    def _notice(self, event: Event, language: str) -> TextBlock:
        """Who runs this, what is kept, that the app's company and, in some, the operator's staff
        can see the chat, how to delete; it is noted in the answer to which event this is told."""
        held = self.people.find(event.person)
        if held is not None:
            held.told_in = event.id
        guide, settings = self._spoken.guide, self._service.settings
        messages, app = guide.messages(language), self._limits[event.channel]
        notice = messages.channel_notice.format(
            minutes=round(settings.conversation_minutes),
            app=app.title,
            word=_words(messages.channel_delete_words)[0],
        )
        operator = settings.operator_name
        inbox = messages.channel_inbox.format(operator=operator) if app.staff_inbox else ""
        who = (guide.operator(language), inbox) if operator else ()
        told = filter(None, (messages.who_we_are, *who, notice))
        return TextBlock(text="\n\n".join(told), tone=Tone.note)

    def _is_deletion(self, text: str) -> bool:
        try:
            written = clean(text[:JUDGED]).casefold().strip(_AROUND_WORDS)
        except RefusedError:
            return False
        guide = self._spoken.guide
        return any(
            written == word.casefold()
            for language in guide.languages
            for word in _words(guide.messages(language).channel_delete_words)
        )

    def _deleted(self, event: Event) -> Said:
        language = self._known(event).language
        self._forget(event.person)
        deleted = self._spoken.guide.messages(language).channel_deleted
        app = self._limits[event.channel].title
        return Said(language, [TextBlock(text=deleted.format(app=app))])

    def _forget(self, person: str) -> None:
        token = self.people.forget(person)
        if token is not None:
            try:
                self._exchange.forget(token)
            except RefusedError:
                return  # it has ended by itself

    # ---------------------------------------------------------------------- what is not words

    def _kindly(self, event: Event, message: str, *, with_lines: bool = False) -> Said:
        """A sentence of its own and the first taps; with the lines that fit where nobody can know
        what was said."""
        known = self._known(event)
        guide, first = self._spoken.guide, self._is_new(self._held(event))
        sentence = TextBlock(text=getattr(guide.messages(known.language), message))
        blocks: list[Block] = [sentence]
        if with_lines:
            lines = guide.emergency(known.language, known.country)
            blocks.append(HotlinesBlock(items=lines))
        said = self._beside(event, known.language, blocks)
        return self._told(event, known, said, first=first)

    def _place(self, event: Event) -> Said:
        """A place is not looked at: its country is asked."""
        known = self._known(event)
        guide, first = self._spoken.guide, self._is_new(self._held(event))
        messages = guide.messages(known.language)
        blocks: list[Block] = [TextBlock(text=messages.channel_place)]
        said = self._beside(event, known.language, blocks, _countries(guide, known.language))
        return self._told(event, known, said, first=first)

    async def _picture(self, event: Event, channel: Channel) -> Said:
        """What was read in a picture and in its caption. Of one that cannot be read the words
        beside it are still answered."""
        known, first = self._known(event), self._is_new(self._held(event))
        try:
            blocks = await self._pictures.answered(event, known, channel)
        except RefusedError as error:
            if not event.text:
                return self._refused(event, error, known, first=first)
            turn = await self._turn(event)
            helped = self._spoken.failures.refusal(error, known)
            return Said(turn.language, [*turn.blocks, TextBlock(text=helped.message)])
        if event.in_group and known.in_danger:
            return self._directly(event, known.language)
        said = self._beside(event, known.language, blocks)
        return self._told(event, known, said, first=first)

    def _directly(self, event: Event, language: str) -> Said:
        """All that is said of danger in a group."""
        self._forget(event.person)
        return Said(language, [TextBlock(text=self._spoken.guide.messages(language).channel_group)])

    # --------------------------------------------------------------------------- who is asking

    def _beside(
        self,
        event: Event,
        language: str,
        blocks: list[Block],
        taps: ChoicesBlock | None = None,
    ) -> list[PublicBlock]:
        """`blocks` and `taps` (the first ones by default), in a conversation that is there or is
        opened now."""
        taps = taps or self._spoken.guide.first_taps(language)
        held = self._held(event)
        token = held.conversation if held else self._exchange.open(language).conversation
        self.people.hold(event.person, token)
        return self._exchange.beside(token, language, [*blocks, taps]).replies

    def _held(self, event: Event) -> Person | None:
        """The person of `event`, where the conversation is still here."""
        held = self.people.find(event.person)
        if held is None:
            return None
        try:
            self._exchange.conversation(held.conversation)
        except RefusedError:
            self.people.forget(event.person)
            return None
        return held

    @staticmethod
    def _is_new(held: Person | None) -> bool:
        return held is None or not held.knows_us

    def _danger_in_force(self, person: str) -> bool:
        held = self.people.find(person)
        if held is None:
            return False
        conversation = self._exchange.conversation(held.conversation)
        return conversation.danger.level is DangerLevel.danger

    def _known(self, event: Event) -> Known:
        held = self._held(event)
        body = ChatBody(conversation=held.conversation if held else None)
        return self._exchange.know(body, self._preferred(event))

    def _preferred(self, event: Event) -> str:
        guide = self._spoken.guide
        return guide.language(event.locale) or guide.languages[0]

    @property
    def _spoken(self) -> Spoken:
        return self._service.edition.made

    @property
    def _exchange(self) -> Exchange:
        return self._spoken.exchange


def _helped(helped: Help) -> list[PublicBlock]:
    """What is said where there is no answer, and where to call."""
    said = TextBlock(text=helped.message, english=helped.english)
    return [said, HotlinesBlock(items=helped.hotlines)] if helped.hotlines else [said]


def _countries(guide: Guide, language: str) -> ChoicesBlock:
    """The countries of the region, and another."""
    of, knowledge = guide.of(language), guide.knowledge
    items = [
        Choice(
            label=guide.written(language, country.name[of]),
            means=Meaning(intent=TELL_COUNTRY, slots={COUNTRY_SLOT: code}),
        )
        for code, country in knowledge.countries.countries.items()
        if country.region and code in knowledge.contacts
    ]
    other = Meaning(intent=TELL_COUNTRY, slots={COUNTRY_SLOT: OTHER_COUNTRY})
    label = guide.messages(language).country_other
    return ChoicesBlock(items=[*items, Choice(label=label, means=other)])


def _words(listed: str) -> list[str]:
    """The words of a message that lists them with commas."""
    return [word.strip() for word in listed.replace("，", ",").replace("、", ",").split(",")]
