"""Composes replies from the knowledge: the pieces every action shares."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from actions.conversation import MORE, UNKNOWN, Conversation
from actions.reply import Reply, choice, taps
from forewarn.asking import Asking
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge.entries import BASE_LANGUAGE, Article, Faq
from forewarn.knowledge.freshness import Age
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.dangers import Danger
from forewarn.knowledge.schema.freshness import AgesLike
from forewarn.knowledge.schema.menus import Menus
from forewarn.knowledge.words import in_language
from forewarn.language import identify, is_another
from forewarn.offers.verdict import OfferCheck
from forewarn.replies import (
    Block,
    Choice,
    ChoicesBlock,
    HotlinesBlock,
    PaperBlock,
    SourceItem,
    SourcesBlock,
    TextBlock,
    Tone,
)

OTHER = "other"
"""What a country slot holds for a country we carry no lines for."""


class Composer:
    """Words from the knowledge, in the language of a conversation."""

    def __init__(
        self,
        knowledge: Knowledge,
        today: Callable[[], datetime.date] = datetime.date.today,
        operator: Mapping[str, str] | None = None,
    ) -> None:
        """Compose from ``knowledge``; ``today`` tells the day on which it is said. ``operator``
        fills the sentence that says who runs this service, where it is known.

        Raises:
            ValueError: the knowledge has no ``menus.yml``.
        """
        if knowledge.menus is None:
            raise ValueError("the knowledge has no menus.yml")
        self.knowledge = knowledge
        self.menus: Menus = knowledge.menus
        self.hotlines = Hotlines(knowledge, today)
        self._today = today
        self._operator = operator
        self._reviewed = {one.code: one.native_review for one in knowledge.languages}
        self.offers = OfferCheck(knowledge)
        self.asking = Asking(knowledge)

    def messages(self, conversation: Conversation) -> Messages:
        """The assistant's sentences in the conversation's language."""
        return self.knowledge.messages[conversation.language]

    def say(self, text: str, tone: Tone = Tone.plain) -> Reply:
        """A reply of one text."""
        return Reply([TextBlock(text=text, tone=tone)])

    def say_in_danger(self, words: Mapping[str, str], conversation: Conversation) -> Reply:
        """Words for someone in danger: in a language whose words no native speaker has read yet,
        with the English ones to unfold below them."""
        language = conversation.language
        english = None if self._reviewed[language] else words[BASE_LANGUAGE]
        return Reply([TextBlock(text=words[language], tone=Tone.danger, english=english)])

    def nobody_told(self, conversation: Conversation) -> Reply:
        """That this guide has told no one and cannot send help."""
        messages = self.knowledge.messages
        words = {language: said.nobody_told for language, said in messages.items()}
        return self.say_in_danger(words, conversation)

    def first_screen(self, conversation: Conversation) -> Reply:
        """The buttons everything begins with."""
        return Reply(choices=taps(self.menus.first_screen, conversation.language))

    def answer(self, name: str, conversation: Conversation) -> Reply:
        """The answer of the entry or article ``name``, with its sources and what to tap next.

        Raises:
            KeyError: there is no such entry or article.
        """
        return self.answers([name], conversation)

    def answers(self, names: Sequence[str], conversation: Conversation) -> Reply:
        """The answers of the entries or articles ``names``, each under its question where there
        are several; then, once for all of them, whom to ask and what to tap next.

        Raises:
            KeyError: there is no such entry or article.
        """
        faq, reply = self.knowledge.faq, Reply()
        for name in names:
            if name in faq:
                reply += self._entry(faq[name], conversation, titled=len(names) > 1)
            else:
                reply += self._article(self.knowledge.articles[name], conversation)
        entries = [faq[name] for name in names if name in faq]
        kinds = dict.fromkeys(kind for entry in entries for kind in entry.header.contacts)
        related = dict.fromkeys(name for entry in entries for name in entry.header.related)
        reply += self._contacts_of(list(kinds), conversation)
        others = [name for name in related if name not in names]
        reply.choices = [*self.entries(others, conversation.language), *reply.choices]
        if not entries:
            reply += self.first_screen(conversation)
        reply.slots["last_faq"] = names[-1]
        return reply

    def label(self, name: str, language: str) -> str:
        """What a button that leads to the entry or article ``name`` says."""
        if name in self.knowledge.faq:
            texts = self.knowledge.faq[name].texts
            return in_language(texts, language).question
        return in_language(self.knowledge.articles[name].texts, language).title

    def entries(self, names: Iterable[str], language: str) -> list[Choice]:
        """Buttons that lead to entries or articles."""
        return [choice(self.label(name, language), "question", faq=name) for name in names]

    def for_another_language(self, blocks: list[Block], conversation: Conversation) -> list[Block]:
        """``blocks``, in English, for who wrote in a language we do not speak: the contacts under
        a heading in that language, and which languages we speak; otherwise as they are."""
        ours, others = self.knowledge.languages, self.knowledge.other_languages
        found = identify(conversation.text, ours, others, conversation.language)
        if found.language != ours[0].code or not is_another(found.written_in, ours):
            return blocks
        words = next((one for one in others if one.code == found.written_in), None)
        names = ", ".join(language.name for language in ours)
        text = self.messages(conversation).other_language.format(languages=names)
        offer: list[Block] = [TextBlock(text=text, tone=Tone.note)]
        if words is not None:
            blocks = _under(TextBlock(text=words.contacts, tone=Tone.danger), blocks)
            offer.append(TextBlock(text=words.only_these, tone=Tone.note))
        return [*blocks, *offer, ChoicesBlock(items=self.languages())]

    def languages(self) -> list[Choice]:
        """Buttons that change the language, each by its own name."""
        return [
            choice(language.name, "change_language", language=language.code)
            for language in self.knowledge.languages
        ]

    def topics(self, language: str) -> list[Choice]:
        """Buttons that lead to topics."""
        return [
            choice(topic.name[language], "show_topic", topic=topic.id)
            for topic in self.knowledge.topics.values()
            if topic.on_menu
        ]

    def person(self, conversation: Conversation) -> Person:
        """Where help is needed: where someone else was last seen counts only while the danger
        the person told of last is that other one's."""
        if self._is_about_someone(conversation):
            return conversation.person
        return replace(conversation.person, seen_in=None)

    def in_force(self, conversation: Conversation) -> list[Danger]:
        """The dangers in force, the newest first; one told of without its kind is not among
        them."""
        dangers = self.knowledge.dangers
        return [dangers[kind] for kind in conversation.dangers_in_force if kind in dangers]

    def kinds_in_force(self, conversation: Conversation) -> list[ContactKind]:
        """The kinds of contact that all dangers in force call for."""
        kinds = [kind for danger in self.in_force(conversation) for kind in danger.contacts]
        return list(dict.fromkeys(kinds)) or self.menus.emergency_kinds

    def lines(
        self, kinds: Sequence[ContactKind], conversation: Conversation, *, written: bool = False
    ) -> HotlinesBlock:
        """The contacts that fit."""
        person = self.person(conversation)
        return self.hotlines.choose(kinds, person, conversation.language, written=written)

    def lines_named(
        self, kinds: Sequence[ContactKind], conversation: Conversation
    ) -> HotlinesBlock | None:
        """The contacts in the one country that a message names, or those for the one people ("the
        Kenyan embassy") there or where the person is; where it names two countries, the consular
        ones of either in the other and the police of both. Whoever asks may be anywhere, so each
        shows where it works. None where no country with contacts is named, more than two are, or
        only the one where the person is."""
        asker, language = conversation.person, conversation.language
        there, peoples = conversation.named, conversation.peoples
        if not set(there) <= set(self.knowledge.contacts):
            return None
        if len(there) == 2:
            return self.hotlines.of_two(*there, language)
        if len(there) == 1 and there[0] != asker.country:
            asker = replace(asker, seen_in=there[0])
        if len(there) < 2 and len(peoples) == 1:
            asker = replace(asker, nationality=peoples[0])
        if asker == conversation.person:
            return None
        return self.hotlines.choose(kinds, asker, language)

    def contacts(
        self,
        kinds: Sequence[ContactKind],
        conversation: Conversation,
        *,
        written: bool = False,
        lines: HotlinesBlock | None = None,
        then: Sequence[Block] = (),
    ) -> Reply:
        """The contacts that fit, or ``lines`` instead, what is to stand under them (``then``), and
        the one question that would make them fit better. Who asked for what needs no voice gets
        that again after the answer."""
        block = lines or self.lines(kinds, conversation, written=written)
        blocks = [block] if block.items or block.note else []
        intent = "cannot_talk" if written else "tell_country"
        return Reply([*blocks, *then]) + self._next_question(kinds, conversation, intent)

    def paper(self, danger: Danger, conversation: Conversation) -> list[Block]:
        """A link to the page for the person's own device that helps in this danger, if any."""
        link = self.knowledge.link_to(danger.paper) if danger.paper else {}
        if danger.paper is None or not link:
            return []
        return [PaperBlock(paper=danger.paper, label=link[conversation.language])]

    def perhaps_in_danger(self, conversation: Conversation) -> str:
        """Where to call, in one sentence, for someone who may be in danger."""
        messages, country = self.messages(conversation), conversation.person.country
        if country is not None and country not in self.knowledge.contacts:
            return f"{messages.country_not_covered}\n\n{messages.nobody_told}"
        lines = self.hotlines.one_line(conversation.language, country)
        return messages.perhaps_danger.format(lines=lines)

    def sources(
        self,
        names: Sequence[str],
        reviewed: str | None,
        conversation: Conversation,
        *,
        unreviewed: bool,
    ) -> SourcesBlock:
        """The sources ``names``, each with its date or what is known of it."""
        items = []
        for name in dict.fromkeys(names):
            source = self.knowledge.sources[name]
            language = conversation.language
            described = in_language(source.description, language) if source.description else ""
            note = in_language(source.date_note, language) if source.date_note else None
            items.append(
                SourceItem(
                    title=source.title or described,
                    publisher=source.publisher,
                    date=source.date or note or self.messages(conversation).answer_date_unknown,
                    url=source.url,
                )
            )
        return SourcesBlock(items=items, reviewed=reviewed, unreviewed_translation=unreviewed)

    def flag_sources(self, names: Sequence[str], conversation: Conversation) -> SourcesBlock:
        """The sources behind red flags."""
        language = next(
            one for one in self.knowledge.languages if one.code == conversation.language
        )
        return self.sources(names, None, conversation, unreviewed=not language.native_review)

    def age(self, reviewed: datetime.date, kind: AgesLike, conversation: Conversation) -> Reply:
        """That facts are old, where they are."""
        freshness = self.knowledge.freshness
        if freshness is None or not Age(freshness, self._today()).is_old(reviewed, kind):
            return Reply()
        said = self.messages(conversation).answer_old.format(date=reviewed.isoformat())
        return self.say(said, Tone.note)

    def _entry(self, entry: Faq, conversation: Conversation, *, titled: bool) -> Reply:
        messages, language = self.messages(conversation), conversation.language
        text, header = in_language(entry.texts, language), entry.header
        parts = [text.question, text.answer] if titled else [text.answer]
        if language not in entry.texts:
            parts.insert(0, messages.answer_in_other_language)
        if header.legal:
            parts.append(messages.legal_note)
        if self._operator and entry.id == self.menus.about_us:
            parts.append(messages.operator.format_map(self._operator))
        reply = self.say("\n\n".join(parts))
        reply += self.age(header.reviewed, header.ages_like, conversation)
        reply.blocks.append(
            self.sources(
                header.sources,
                header.reviewed.isoformat(),
                conversation,
                unreviewed=not text.native_review,
            )
        )
        return reply

    def _article(self, article: Article, conversation: Conversation) -> Reply:
        messages, language = self.messages(conversation), conversation.language
        text, header = in_language(article.texts, language), article.header
        parts = [text.title, text.body]
        if language not in article.texts:
            parts.insert(0, messages.answer_in_other_language)
        reply = self.say("\n\n".join(parts))
        reply += self.age(header.reviewed, header.ages_like, conversation)
        reviewed = header.reviewed.isoformat()
        reply.blocks.append(
            self.sources([header.source], reviewed, conversation, unreviewed=not text.native_review)
        )
        return reply

    def _contacts_of(self, kinds: Sequence[ContactKind], conversation: Conversation) -> Reply:
        """Contacts under an answer: at once where they are urgent or the country is known, else
        behind one button, so that six countries' lines do not bury a calm answer."""
        if not kinds or conversation.danger_in_force:
            return Reply()
        urgent = kinds[0] in self.menus.emergency_kinds
        if urgent or self.person(conversation).needs_help_in:
            return self.contacts(kinds, conversation)
        label = self.messages(conversation).contacts_for_me
        return Reply(choices=[choice(label, "contact_wanted")])

    def _next_question(
        self, kinds: Sequence[ContactKind], conversation: Conversation, intent: str
    ) -> Reply:
        messages, asked = self.messages(conversation), conversation.countries_asked
        someone = self._is_about_someone(conversation)
        place = "seen_in" if someone else "country_now"
        if place not in asked:
            text = messages.ask_country_of_person if someone else messages.ask_country_now
            return self.say(text) + self._countries(place, conversation, intent)
        if ContactKind.consular in kinds and "nationality" not in asked:
            text = messages.ask_nationality_of_person if someone else messages.ask_nationality
            return self.say(text) + self._countries("nationality", conversation, intent)
        return Reply()

    def _is_about_someone(self, conversation: Conversation) -> bool:
        told = self.knowledge.dangers.get(conversation.danger_kind or "")
        newest = [told] if told else self.in_force(conversation)[:1]
        return any(danger.about == "someone" for danger in newest)

    def _countries(self, slot: str, conversation: Conversation, intent: str) -> Reply:
        """The countries of the region, then a button that leads to all others."""
        messages, language = self.messages(conversation), conversation.language
        more = conversation.more_countries
        choices = [
            choice(country.name[language], intent, **{slot: code})
            for code, country in self.knowledge.countries.countries.items()
            if country.region is not more and code in self.knowledge.contacts
        ]
        if more:
            choices.sort(key=lambda one: one.label)
            choices.append(choice(messages.country_other, intent, **{slot: OTHER}))
        else:
            choices.append(choice(messages.country_more, intent, **{slot: MORE}))
        choices.append(choice(messages.country_unknown, intent, **{slot: UNKNOWN}))
        return Reply(choices=choices, slots={"asked": slot})


def _under(heading: TextBlock, blocks: list[Block]) -> list[Block]:
    """``blocks`` with ``heading`` over their contacts, or over the sentence that says where to call
    where there are no others."""
    contacts = [n for n, one in enumerate(blocks) if one.type == "hotlines"]
    sentences = [
        n for n, one in enumerate(blocks) if one.type == "text" and one.tone is Tone.danger
    ]
    for first in (contacts or sentences)[:1]:
        return [*blocks[:first], heading, *blocks[first:]]
    return blocks
