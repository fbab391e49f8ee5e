"""Composes replies from the knowledge: the pieces every action shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actions.conversation import UNKNOWN, Conversation
from actions.reply import Reply, choice, taps
from forewarn.hotlines import Hotlines
from forewarn.knowledge.entries import Article, Faq
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.messages import Messages
from forewarn.knowledge.schema import ContactKind, Menus
from forewarn.offers.verdict import OfferCheck
from forewarn.replies import Choice, SourceItem, SourcesBlock, TextBlock, Tone

OTHER = "other"
"""What a country slot holds for a country we carry no lines for."""


class Composer:
    """Words from the knowledge, in the language of a conversation."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Compose from ``knowledge``.

        Raises:
            ValueError: the knowledge has no ``menus.yml``.
        """
        if knowledge.menus is None:
            raise ValueError("the knowledge has no menus.yml")
        self.knowledge = knowledge
        self.menus: Menus = knowledge.menus
        self.hotlines = Hotlines(knowledge)
        self.offers = OfferCheck(knowledge)

    def messages(self, conversation: Conversation) -> Messages:
        """The assistant's sentences in the conversation's language."""
        return self.knowledge.messages[conversation.language]

    def say(self, text: str, tone: Tone = Tone.plain) -> Reply:
        """A reply of one text."""
        return Reply([TextBlock(text=text, tone=tone)])

    def first_screen(self, conversation: Conversation) -> Reply:
        """The buttons everything begins with."""
        return Reply(choices=taps(self.menus.first_screen, conversation.language))

    def answer(self, name: str, conversation: Conversation) -> Reply:
        """The answer of the entry or article ``name``, with its sources and what to tap next.

        Raises:
            KeyError: there is no such entry or article.
        """
        if name in self.knowledge.faq:
            return self._entry(self.knowledge.faq[name], conversation)
        return self._article(self.knowledge.articles[name], conversation)

    def label(self, name: str, language: str) -> str:
        """What a button that leads to the entry or article ``name`` says."""
        if name in self.knowledge.faq:
            texts = self.knowledge.faq[name].texts
            return texts.get(language, next(iter(texts.values()))).question
        articles = self.knowledge.articles[name].texts
        return articles.get(language, next(iter(articles.values()))).title

    def entries(self, names: Iterable[str], language: str) -> list[Choice]:
        """Buttons that lead to entries or articles."""
        return [choice(self.label(name, language), "question", faq=name) for name in names]

    def topics(self, language: str) -> list[Choice]:
        """Buttons that lead to topics."""
        return [
            choice(topic.name[language], "show_topic", topic=topic.id)
            for topic in self.knowledge.topics.values()
            if topic.on_menu
        ]

    def contacts(
        self, kinds: Sequence[ContactKind], conversation: Conversation, *, written: bool = False
    ) -> Reply:
        """The contacts that fit, then the one question that would make them fit better."""
        block = self.hotlines.choose(
            kinds, conversation.person, conversation.language, written=written
        )
        blocks = [block] if block.items or block.note else []
        return Reply(list(blocks)) + self._next_question(kinds, conversation)

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
            described = source.description or {}
            note = (source.date_note or {}).get(conversation.language)
            items.append(
                SourceItem(
                    title=source.title or described[conversation.language],
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

    def _entry(self, entry: Faq, conversation: Conversation) -> Reply:
        messages, language = self.messages(conversation), conversation.language
        text = entry.texts.get(language, next(iter(entry.texts.values())))
        answer = text.answer
        if language not in entry.texts:
            answer = f"{messages.answer_in_other_language}\n\n{answer}"
        if entry.header.legal:
            answer = f"{answer}\n\n{messages.legal_note}"
        header = entry.header
        reply = self.say(answer)
        reply.blocks.append(
            self.sources(
                header.sources,
                header.reviewed.isoformat(),
                conversation,
                unreviewed=not text.native_review,
            )
        )
        reply += self._contacts_of(header.contacts, conversation)
        reply.choices = [*self.entries(header.related, language), *reply.choices]
        reply.slots["last_faq"] = entry.id
        return reply

    def _article(self, article: Article, conversation: Conversation) -> Reply:
        messages, language = self.messages(conversation), conversation.language
        text = article.texts.get(language, next(iter(article.texts.values())))
        body = f"{text.title}\n\n{text.body}"
        if language not in article.texts:
            body = f"{messages.answer_in_other_language}\n\n{body}"
        reply = self.say(body)
        reviewed = article.header.reviewed.isoformat()
        reply.blocks.append(
            self.sources(
                [article.header.source], reviewed, conversation, unreviewed=not text.native_review
            )
        )
        reply.choices = taps(self.menus.first_screen, language)
        return reply

    def _contacts_of(self, kinds: Sequence[ContactKind], conversation: Conversation) -> Reply:
        """Contacts under an answer: at once where they are urgent or the country is known, else
        behind one button, so that six countries' lines do not bury a calm answer."""
        if not kinds or conversation.danger_in_force:
            return Reply()
        urgent = kinds[0] in self.menus.emergency_kinds
        if urgent or conversation.person.needs_help_in:
            return self.contacts(kinds, conversation)
        label = self.messages(conversation).contacts_for_me
        return Reply(choices=[choice(label, "contact_wanted")])

    def _next_question(self, kinds: Sequence[ContactKind], conversation: Conversation) -> Reply:
        messages, asked = self.messages(conversation), conversation.countries_asked
        someone = self._is_about_someone(conversation)
        place = "seen_in" if someone else "country_now"
        if place not in asked:
            text = messages.ask_country_of_person if someone else messages.ask_country_now
            return self.say(text) + self._countries(place, conversation)
        if ContactKind.consular in kinds and "nationality" not in asked:
            text = messages.ask_nationality_of_person if someone else messages.ask_nationality
            return self.say(text) + self._countries("nationality", conversation)
        return Reply()

    def _is_about_someone(self, conversation: Conversation) -> bool:
        danger = self.knowledge.dangers.get(conversation.danger_kind or "")
        return danger is not None and danger.about == "someone"

    def _countries(self, slot: str, conversation: Conversation) -> Reply:
        messages, language = self.messages(conversation), conversation.language
        choices = [
            choice(country.name[language], "tell_country", **{slot: code})
            for code, country in self.knowledge.countries.countries.items()
            if country.region
        ]
        choices.append(choice(messages.country_other, "tell_country", **{slot: OTHER}))
        choices.append(choice(messages.country_unknown, "tell_country", **{slot: UNKNOWN}))
        return Reply(choices=choices)
