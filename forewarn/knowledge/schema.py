"""The one schema of every file in ``knowledge/``.

Each class describes one kind of file or one record in it. Field descriptions are written for the
people who keep the files: they appear in error messages and in the staff guide.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PositiveInt,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema

_MARKUP = re.compile(r"<[A-Za-z/!?]|javascript:\S", re.IGNORECASE)
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


TODO = "TODO"
"""How a text begins that is still to be written."""


def plain_text(text: str) -> str:
    """``text`` itself, where it is text alone.

    Raises:
        ValueError: it is still to be written, or holds HTML, script, or characters nobody sees
            that turn or hide what is read: a number could be shown backwards.
    """
    if text.startswith(TODO):
        raise ValueError("this is still to be written")
    if _MARKUP.search(text):
        raise ValueError("HTML and script are not allowed here")
    if _HIDDEN.search(text):
        raise ValueError("there is an invisible control character in it")
    return text


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(plain_text),
]
"""A sentence or more that a person may read."""


@dataclass(frozen=True)
class PerLanguage:
    """Marks a field that holds the same words in each language, keyed by language code.

    In the files the English stands in the record itself and each other language in the file beside
    it: see ``forewarn/knowledge/side_by_side.py``. Where it is not ``required``, a language that
    lacks the words shows the English ones.
    """

    required: bool = True

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """What editors check: the words of one language."""
        words: dict[str, Any] = handler(core)["additionalProperties"]
        return {**words, WORDS: True}


WORDS = "x-words"
"""The key that marks words in the JSON Schema."""

Localized = Annotated[dict[str, Text], PerLanguage()]
"""A text in every language."""

LocalizedTexts = Annotated[dict[str, list[Text]], PerLanguage()]
"""Several texts in every language."""

LocalizedIfKnown = Annotated[dict[str, Text], PerLanguage(required=False)]
"""A text in English, and in those languages that have it."""

LocalizedTextsIfKnown = Annotated[dict[str, list[Text]], PerLanguage(required=False)]
"""Several texts in English, and in those languages that have them."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A name made of lower-case words joined by hyphens."""

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
"""An address of the web, or a part of one, in small letters: scb.co.th, go.th, facebook."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""A country as ISO 3166-1 writes it, such as TH."""

PublishedDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A year, a month or a day, as exactly as a source prints it: 2025, 2025-01 or 2025-01-24."""


class Record(BaseModel):
    """What all records share: unknown fields are refused, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContactKind(StrEnum):
    """What a contact is for."""

    police = "police"
    tourist_police = "tourist_police"
    medical = "medical"
    anti_trafficking = "anti_trafficking"
    anti_scam = "anti_scam"
    consular = "consular"
    crisis = "crisis"
    child_protection = "child_protection"
    job_check = "job_check"
    ngo = "ngo"


class PrintedBy(StrEnum):
    """Who printed the newest page that shows a contact's number."""

    authority = "authority"
    press = "press"
    data_set = "data_set"
    undated_page = "undated_page"


class AgesLike(StrEnum):
    """What kind of fact a text rests on: some stay true longer than others."""

    advice = "advice"
    procedure = "procedure"
    law = "law"
    news = "news"
    figure = "figure"
    plan = "plan"


class Paper(StrEnum):
    """What is made on a person's own device and never sent to us."""

    show = "show"
    trip = "trip"
    report = "report"


class DangerLevel(StrEnum):
    """How sure we are that a person is in danger, weakest first."""

    none = "none"
    perhaps = "perhaps"
    danger = "danger"


class Severity(StrEnum):
    """How much a red flag weighs when an offer is judged, lightest first."""

    notice = "notice"
    serious = "serious"
    grave = "grave"


# --------------------------------------------------------------------------- languages and topics


class Traditional(Record):
    """Chinese as written in Traditional characters: everything is converted from Simplified ones,
    nothing is translated anew."""

    code: str = Field(description="the tag of it, such as zh-Hant")
    name: Text = Field(description="its own name, such as 繁體中文")
    tags: list[str] = Field(description="other tags that ask for it, such as zh-TW")


class Language(Record):
    """One language the assistant speaks (``languages.yml``)."""

    code: str = Field(description="the code used in file names, such as en or zh")
    name: Text = Field(description="the language's own name, such as ไทย")
    html_lang: str = Field(description="the tag browsers and screen readers need, such as zh-Hans")
    script: str = Field(description="the Unicode script its words are written in, such as Thai")
    spaces: bool = Field(description="whether the script puts spaces between words")
    letters: str = Field(
        default="", description="letters that no other of our languages in its script uses"
    )
    words: list[Text] = Field(
        default_factory=list,
        description="common words as typed in plain Latin letters; two of them tell the language",
    )
    traditional: Traditional | None = Field(
        default=None, description="for Chinese: how its other way of writing is called"
    )
    read_as: dict[str, Text] = Field(
        default_factory=dict,
        description="words of a variety people also write, and the words they are read as, such "
        "as Cantonese 冇 as 没有; the longest that fits is taken",
    )
    native_review: bool = Field(
        description="true once a native speaker has read messages, dangers, flags and contacts"
    )
    every_entry: bool = Field(
        default=False,
        description="true where every question and article must stand in it; elsewhere the English "
        "is shown for those that do not, and they are counted in one warning",
    )
    draft: bool = Field(
        default=False,
        description="true while it is being translated: nobody is offered it, and what is missing "
        "is a warning",
    )


class OtherLanguage(Record):
    """One language we recognise but do not speak (``other_languages.yml``)."""

    code: str = Field(description="its code in ISO 639-1, such as id or hi")
    name: Text = Field(description="the language's own name, such as हिन्दी")
    html_lang: str = Field(description="the tag browsers and screen readers need, such as hi")
    script: str = Field(description="the Unicode script its words are written in, such as Latin")
    contacts: Text = Field(
        description="the heading over contacts: that this is an automatic guide that has told "
        "nobody, and that one may reach these oneself"
    )
    only_these: Text = Field(
        description="one line: that we can only answer in the languages of the buttons below it"
    )
    native_review: bool = Field(description="true once a native speaker has read these words")


class Topic(Record):
    """One topic a question belongs to (``topics.yml``); its id is a folder in ``faq/``."""

    id: Id
    name: Localized = Field(description="what people read on a button")
    first: Id = Field(description="the entry that answers the topic as a whole")
    on_menu: bool = Field(description="whether the topic is offered as a button")


class Country(Record):
    """One country people may be in or come from (``countries.yml``)."""

    name: Localized
    region: bool = Field(description="whether its emergency lines are part of every fallback")
    calling_code: str = Field(pattern=r"^\+\d{1,3}$", description="such as +66")
    check_job: Id | None = Field(
        default=None, description="the entry on how to check a job for who leaves from it"
    )
    places: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="other names people use for it and its cities, border towns and zones",
    )


class Countries(Record):
    """The whole of ``countries.yml``."""

    countries: dict[CountryCode, Country]
    i_am_here: LocalizedTexts = Field(
        description="how people say where they are; {place} stands for the name of the place"
    )


# ------------------------------------------------------------------------------- sources and texts


class Source(Record):
    """One published document a text rests on (``sources/<id>.yml``)."""

    title: Text | None = Field(default=None, description="the title as printed; null if none")
    description: LocalizedIfKnown | None = Field(
        default=None, description="what the document is, where it prints no title we know"
    )
    publisher: Text | None = Field(default=None, description="who published it; null if not given")
    date: PublishedDate | None = Field(default=None, description="when; null if not given")
    date_note: LocalizedIfKnown | None = Field(
        default=None, description="what is known of the time where no date is printed"
    )
    url: Text | None = Field(default=None, description="where it can be read; null if not given")

    @model_validator(mode="after")
    def _has_a_name(self) -> Source:
        if self.title is None and self.description is None:
            raise ValueError("a source needs a title, or a description where it prints no title")
        return self


class FaqWords(Record):
    """What the front matter of every FAQ file holds, in any language."""

    question: Text = Field(description="the question as a person would ask it")
    also_asked: list[Text] = Field(min_length=3, description="at least three other ways to ask it")
    check_with: list[Text] = Field(
        min_length=1, description="questions that must find this entry; never indexed"
    )


class FaqHeader(FaqWords):
    """The front matter of an English FAQ file: the facts of an entry live here, once."""

    sources: list[Id] = Field(
        min_length=1,
        description="the sources the answer rests on: names of files in `sources/`, without .yml",
    )
    reviewed: datetime.date = Field(description="the day the facts were last checked")
    ages_like: AgesLike = Field(
        description="the kind of fact; `freshness.yml` says after how long to look again"
    )
    contacts: list[ContactKind] = Field(
        default_factory=list, description="kinds of contact to show under the answer, in order"
    )
    related: list[Id] = Field(
        default_factory=list, max_length=3, description="entries to offer as buttons"
    )
    legal: bool = Field(
        default=False, description="true where the answer speaks about law: adds the legal note"
    )


class FaqTranslationHeader(FaqWords):
    """The front matter of a translated FAQ file: words only."""

    translated_from: datetime.date = Field(
        description="the `reviewed` date of the English file this translation follows"
    )
    native_review: bool = Field(
        description="true once a native speaker has read it; until then the reader sees a mark"
    )


class ArticleHeader(Record):
    """The front matter of an English article: what one source document reported."""

    title: Text
    source: Id = Field(description="the document it tells of")
    reviewed: datetime.date = Field(description="the day the facts were last checked")
    ages_like: AgesLike = Field(
        description="the kind of fact; `freshness.yml` says after how long to look again"
    )


class ArticleTranslationHeader(Record):
    """The front matter of a translated article."""

    title: Text
    translated_from: datetime.date
    native_review: bool


# ---------------------------------------------------------------------------------------- contacts


class Contact(Record):
    """One line, office or website people can turn to (``hotlines/<COUNTRY>.yml``).

    A short number is dialled only inside the country; ``dial_from_abroad`` is a full number in
    E.164 form or nothing, so that a short number can never be shown as reachable from abroad.
    """

    id: Id
    name: Localized
    name_local: Text | None = Field(
        default=None, description="its name in the language of the country, to show to somebody"
    )
    kind: ContactKind
    serves: str = Field(
        pattern=r"^(everyone|citizens of [A-Z]{2})$",
        description="`everyone` or `citizens of CN`: whom the line helps",
    )
    dial_inside: str | None = Field(
        default=None,
        pattern=r"^[\d][\d \-]*$",
        description="what to dial inside the country: digits, blanks and hyphens in quotes",
    )
    dial_from_abroad: str | None = Field(
        default=None, pattern=r"^\+\d{7,15}$", description="full number such as +6625728442"
    )
    press: str | None = Field(default=None, pattern=r"^\d+$", description="key to press")
    extension: str | None = Field(default=None, pattern=r"^\d+$")
    sms: str | None = Field(default=None, pattern=r"^\+?\d+$", description="number for SMS")
    whatsapp: str | None = Field(default=None, pattern=r"^\+\d{7,15}$")
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    app: Text | None = Field(default=None, description="name of the app that reaches them")
    hours: Localized | None = None
    languages: Localized | None = Field(default=None, description="languages spoken there")
    purpose: Localized
    last_printed: PublishedDate | None = Field(
        description="the date of the newest page that prints the number, as exactly as known: "
        "2026, 2026-11 or 2026-11-20; null where no page has a date"
    )
    last_dialled: datetime.date | None = Field(
        description="the day one of us dialled it; null: not yet dialled by us"
    )
    printed_by: PrintedBy = Field(description="who printed that page")
    source: list[Text] = Field(
        min_length=1, description="the pages that print it: addresses or descriptions"
    )
    doubtful: bool = Field(
        default=False, description="true where it rests on one old page: hedged, and never first"
    )
    parent: Id | None = Field(
        default=None,
        description="the id of the authority above it, or of a surer line, to turn to instead",
    )
    emergency: bool = Field(
        default=False, description="true for the lines every fallback shows for this country"
    )

    @model_validator(mode="after")
    def _can_be_reached(self) -> Contact:
        if not any((self.dial_inside, self.dial_from_abroad, self.sms, self.url, self.whatsapp)):
            raise ValueError("a contact needs a number, an SMS number, WhatsApp or a website")
        return self

    @property
    def nationality(self) -> str | None:
        """The country whose citizens the line serves; None when it serves everyone."""
        return None if self.serves == "everyone" else self.serves.removeprefix("citizens of ")


class ContactFile(Record):
    """One file of contacts: the country in which all of them ring."""

    country: CountryCode
    hotlines: list[Contact] = Field(min_length=1)
    none_known: list[ContactKind] = Field(
        default_factory=list, description="kinds for which no line is known here: we say so"
    )


# --------------------------------------------------------------------------------------- freshness


class Freshness(Record):
    """After how many days to look again (``freshness.yml``)."""

    facts: dict[AgesLike, PositiveInt] = Field(description="days after `reviewed`, by kind of fact")
    printed: dict[ContactKind, PositiveInt] = Field(
        description="days after `last_printed`, by kind of contact"
    )
    dialled: PositiveInt = Field(description="days after `last_dialled`, for every contact")

    @model_validator(mode="after")
    def _is_complete(self) -> Freshness:
        for given, kinds in ((self.facts, AgesLike), (self.printed, ContactKind)):
            missing = [kind.value for kind in kinds if kind not in given]
            if missing:
                raise ValueError(f"every kind needs its days; missing: {', '.join(missing)}")
        return self


_GOING_ON = re.compile(r"…[^…]+|[^…]+…")


def _has_one_gap(text: str) -> str:
    if not _GOING_ON.fullmatch(text):
        raise ValueError("it needs one “…”, at its beginning or at its end")
    return text


GoingOn = Annotated[Text, AfterValidator(_has_one_gap)]
"""Words before or after what a message asks about, which is written ``…``."""


class Wording(Record):
    """How a language writes numbers, months and "not", which a translation is compared by, and how
    it asks (``wording/<lang>.yml``)."""

    months: list[Text] = Field(
        min_length=12, max_length=12, description="the twelve months; `|` between other spellings"
    )
    multipliers: dict[Text, int] = Field(
        default_factory=dict, description="words that multiply a number, such as million: 1000000"
    )
    numerals: dict[Text, int] = Field(
        default_factory=dict, description="numbers written as words, such as two: 2"
    )
    negations: list[Text] = Field(
        min_length=1,
        description="words that say not; `…` is a short gap, `~` the same letter on both sides, "
        "`°` a Burmese consonant that begins a syllable",
    )
    perhaps_negations: list[Text] = Field(
        default_factory=list,
        description="words that the other language may say with a not, such as only or forbid",
    )
    no_negations: list[Text] = Field(
        default_factory=list, description="words that hold one of them and say something else"
    )
    forbids: list[Text] = Field(
        default_factory=list, description="words that tell a reader not to do something"
    )
    own_spelling: list[Text] = Field(
        default_factory=list,
        description="names in capitals that this language writes its own way; in English: any",
    )
    asks: list[Text] = Field(
        min_length=1, description="words that make a question, such as what, how or is"
    )
    joins: list[Text] = Field(
        min_length=1, description="words between two questions, such as and or also"
    )
    goes_on: list[GoingOn] = Field(
        min_length=1,
        description="how a message goes on from the answer before it, such as what about …; "
        "`…` stands for what is asked about and is the beginning or the end",
    )


class Figure(Record):
    """One figure that a text repeats (``figures/<id>.yml``), for the public page of figures."""

    figure: LocalizedIfKnown = Field(description="the number as reported, such as over 55,000")
    counts: LocalizedIfKnown = Field(description="what is counted, in one short sentence")
    said_by: LocalizedIfKnown = Field(description="who said it")
    date: PublishedDate | None = Field(
        default=None, description="when it was said; null where the document has no date"
    )
    place: LocalizedIfKnown = Field(description="where it applies")
    sources: list[Id] = Field(min_length=1)
    means_not: LocalizedIfKnown = Field(description="what it does not mean, in one sentence")
    changed: LocalizedIfKnown | None = Field(
        default=None, description="what changed since; left out where nothing is known"
    )
    reviewed: datetime.date = Field(description="the day it was last checked")
    ages_like: AgesLike = Field(description="the kind of fact, most often figure")


# ------------------------------------------------------------------- pages on one's own device


class LanguageName(Record):
    """What one of our languages is called (``cards.yml``)."""

    id: str = Field(description="its code, as in languages.yml")
    name: Localized


class Card(Record):
    """One sentence to show an officer, a clerk or a driver (``cards.yml``)."""

    id: Id
    name: Localized = Field(description="two or three words for the list above the cards")
    says: Localized = Field(
        description="the sentence as shown: polite, exact, true for whoever needs it, official "
        "enough to act on"
    )
    below: Literal["line", "language"] | None = Field(
        default=None, description="what follows it: a line to write on, or the reader's language"
    )
    foreign: bool = Field(
        default=False,
        description="true where it is said only to people who speak another language",
    )


class Cards(Record):
    """The whole of ``cards.yml``: what is shown in the language of the place, with the reader's own
    beneath."""

    title: Localized
    link: Localized = Field(description="what a link that leads there says")
    choose: Localized = Field(description="asks for the language of the place")
    intro: Localized
    unreviewed: Localized = Field(
        description="that nobody who grew up with {language} has read its words yet"
    )
    another: Localized = Field(description="the link to the other languages of the place")
    all_cards: Localized = Field(description="the link back to the list of the cards")
    languages: list[LanguageName] = Field(description="every language of ours, by its name")
    cards: list[Card] = Field(min_length=1)


class FormField(Record):
    """One thing to fill in on a form."""

    id: Id
    label: Localized
    lines: int = Field(default=1, ge=1, le=4, description="how many lines there are to write on")
    holds: Literal["text", "country", "home_country", "by_hand"] = Field(
        default="text",
        description="a text; a country whose contacts are then shown; the country whose citizen "
        "the person is; or what is only ever written on the printed page, such as a number of a "
        "passport",
    )


class FormPart(Record):
    """Some things that belong together on a form."""

    id: Id
    title: Localized
    says: LocalizedTexts = Field(default_factory=dict, description="lines that are always printed")
    fields: list[FormField] = Field(default_factory=list)
    contacts: list[ContactKind] = Field(
        default_factory=list, description="kinds of contact to show for the countries chosen"
    )


class Form(Record):
    """One page filled in on a person's own device and never sent to us (``forms/<id>.yml``)."""

    title: Localized
    link: Localized = Field(description="what a link that leads there says")
    intro: Localized = Field(description="for whom it is, and what to keep to")
    two_languages: bool = Field(
        description="whether it is also printed in the language of the place"
    )
    choose: Localized | None = Field(
        default=None, description="asks for that language, where there are two"
    )
    mark: Localized | None = Field(
        default=None, description="says whose words are in the boxes, where there are two"
    )
    parts: list[FormPart] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_complete(self) -> Form:
        if self.two_languages and (self.choose is None or self.mark is None):
            raise ValueError("a form in two languages needs choose and mark")
        return self


# ------------------------------------------------------------------------- danger and red flags


class Phrases(Record):
    """Word patterns and the sentences that prove them.

    A phrase is written as plain words. ``a|b`` means either; a word in ``(round brackets)`` may
    be missing; ``…`` stands for up to 30 other characters. See ``forewarn/phrases.py``.
    """

    phrases: LocalizedTexts = Field(description="patterns")
    unless: LocalizedTextsIfKnown = Field(
        default_factory=dict, description="patterns that cancel a match in the same sentence"
    )
    must_match: LocalizedTexts = Field(description="sentences that must be recognised")
    must_not_match: LocalizedTexts = Field(description="sentences that must not")


class TapAnswer(Record):
    """One button under a question, and what tapping it means."""

    label: Localized
    intent: str
    slots: dict[str, str] = Field(default_factory=dict)


class Menus(Record):
    """What is offered by tap (``menus.yml``)."""

    first_screen: list[TapAnswer] = Field(min_length=1, description="the buttons of the start")
    about_us: Id = Field(description="the entry that says who we are")
    under_verdict: list[TapAnswer] = Field(description="the buttons under a verdict on an offer")
    emergency_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown when nothing is known of the need"
    )
    written_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds tried for someone who cannot speak"
    )
    person_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown to someone who wants to talk to a person"
    )
    offer_kinds: list[ContactKind] = Field(
        min_length=1, description="kinds shown under the verdict on an offer of no known kind"
    )


class Section(Record):
    """One part of a page."""

    id: Id = Field(description="its name in every language's file")
    heading: Localized
    text: Localized = Field(
        description="paragraphs, a blank line between them; steps as lines that begin with “- ”"
    )


class Page(Record):
    """A page of words on the site (``pages/<id>.yml``; its id is the file name)."""

    title: Localized
    intro: LocalizedIfKnown = Field(default_factory=dict, description="what stands above the rest")
    sections: list[Section] = Field(min_length=1)


class DangerAnswer(Record):
    """One button under the question of a danger, and what is then said."""

    label: Localized
    reply: Localized


class DangerQuestion(Record):
    """The one question asked of a person in this danger."""

    ask: Localized
    answers: list[DangerAnswer] = Field(
        min_length=2, max_length=2, description="what a yes means, then what a no means"
    )


class Danger(Phrases):
    """One kind of danger (``danger/<id>.yml``; its id is the file name)."""

    order: int = Field(ge=1, description="who is served first when several fit: 1 before 2")
    level: DangerLevel = Field(description="what a matched phrase means: danger or perhaps")
    name: Localized = Field(description="what people read on a button, in the first person")
    contacts: list[ContactKind] = Field(min_length=1, description="kinds of contact, in order")
    examples: LocalizedTexts = Field(
        description="more sentences people in this danger write, for recognition by meaning"
    )
    ordinary: LocalizedTextsIfKnown = Field(
        default_factory=dict,
        description="messages that sound like it and come from nobody in danger, likewise",
    )
    reply: Localized = Field(description="at most three short sentences: do, reach, do not")
    mention: Localized = Field(description="one line used when another danger is served first")
    on_menu: bool = Field(default=True, description="whether it is offered as a button")
    related: list[Id] = Field(
        default_factory=list, description="entries to offer as the last buttons under the reply"
    )
    about: Literal["me", "someone"] = Field(
        description="whether the country asked for is the writer's or a missing person's"
    )
    question: DangerQuestion | None = Field(
        default=None, description="a question asked before the country, where one matters more"
    )
    paper: Paper | None = Field(
        default=None,
        description="what to offer under the reply that stays on the person's own device",
    )


class Raised(StrEnum):
    """What finds a red flag in an offer."""

    phrases = "phrases"
    look_alike = "look-alike"
    shortened = "shortened"
    bare = "bare"
    foreign_number = "foreign-number"


class RedFlag(Phrases):
    """One warning sign in an offer (``red_flags/<id>.yml``; its id is the file name)."""

    severity: Severity
    raised_by: Raised = Field(
        default=Raised.phrases,
        description="what finds it: `phrases`, or for links and numbers one of the finders of "
        "`forewarn/offers`: look-alike, shortened, bare, foreign-number",
    )
    phrases: LocalizedTexts = Field(
        default_factory=dict, description="patterns; none where a finder raises it"
    )
    lures: list[Id] = Field(min_length=1, description="the kinds of lure it belongs to")
    name: Localized
    why: Localized = Field(description="why it matters, in one or two sentences")
    ask_back: Localized = Field(description="a question to send back, and an honest answer to it")
    ask: Localized = Field(description="the same sign as a yes-or-no question to the person")
    on_tap_check: bool = Field(description="whether the check by taps asks it")
    sources: list[Id] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_found_one_way(self) -> RedFlag:
        if (self.raised_by is Raised.phrases) is not bool(self.phrases):
            raise ValueError("a red flag has either phrases or a finder that raises it")
        return self


class Owner(Record):
    """Whose some addresses of the web are, and the name others imitate."""

    id: Id
    domains: list[Domain] = Field(min_length=1, description="its own addresses, without www")
    names: list[Domain] = Field(
        default_factory=list,
        description="its name as it stands in an address; no ordinary word, which honest addresses "
        "hold too",
    )
    unlike: list[Domain] = Field(
        default_factory=list, description="words one letter away that mean something else"
    )
    everywhere: bool = Field(
        default=False, description="true where it owns its name under the endings of countries too"
    )


class Addresses(Record):
    """What is known of addresses of the web (``addresses.yml``)."""

    owners: list[Owner]
    hosts: list[Domain] = Field(description="where honest firms keep pages under their own name")
    shorteners: list[Domain] = Field(description="addresses that only lead on to another one")
    government: dict[Domain, CountryCode] = Field(
        description="the endings that countries give to their public offices alone"
    )
    payments: list[Text] = Field(description="how links and codes begin that start a payment")
    networks: list[Text] = Field(description="how codes begin that join a phone to a network")


class DecidingAnswer(Record):
    """One answer to a deciding question, to be tapped."""

    id: Id
    label: Localized
    raises: Id | None = Field(default=None, description="the red flag it stands for")
    settles: list[Id] = Field(
        default_factory=list, description="other questions that need no asking after it"
    )
    no_proof: bool = Field(
        default=False, description="whether what it names decides nothing, which is then said"
    )


class DecidingQuestion(Record):
    """A question about the one fact that decides, asked where the text does not tell it."""

    id: Id
    ask: Localized
    told: LocalizedTexts = Field(description="patterns of texts that tell it themselves")
    told_by_place: bool = Field(
        default=False, description="whether a text that names a country or a town tells it too"
    )
    answers: list[DecidingAnswer] = Field(min_length=2)


class Deciding(Record):
    """What decides about an offer of work without a sign, and what does not (``deciding.yml``)."""

    about: LocalizedTexts = Field(description="patterns of texts that are about work")
    leans_on: LocalizedTexts = Field(
        description="patterns of what offers name as proof: a licence, a contract, a video call"
    )
    no_proof: Localized = Field(description="that none of these is proof")
    check_otherwise: Id = Field(
        description="the entry on checking an agency, for countries without `check_job`"
    )
    questions: list[DecidingQuestion] = Field(min_length=1)

    @model_validator(mode="after")
    def _settles_what_is_asked(self) -> Deciding:
        known = {question.id for question in self.questions}
        for question in self.questions:
            for answer in question.answers:
                if not known.issuperset(answer.settles):
                    raise ValueError("an answer can settle only questions of this file")
        return self


class VerdictRule(Record):
    """How red flags add up (``verdict.yml``)."""

    weights: dict[Severity, int]
    careful_from: int = Field(ge=1, description="the sum from which we say: be very careful")
    lure_from: int = Field(ge=2, description="the sum from which we say: this looks like a lure")
    shortest_offer: int = Field(
        ge=1, description="a flagless text with fewer letters (Han counts threefold) is no offer"
    )

    @model_validator(mode="after")
    def _is_complete(self) -> VerdictRule:
        if set(self.weights) != set(Severity):
            raise ValueError("every severity needs a weight: notice, serious, grave")
        if self.lure_from <= self.careful_from:
            raise ValueError("lure_from must be greater than careful_from")
        return self


class Lure(Record):
    """One kind of lure (``lures.yml``)."""

    id: Id
    name: Localized
    next_moves: Localized = Field(description="what such recruiters usually do next")
    entry: Id = Field(description="the FAQ entry that explains it")
    contacts: list[ContactKind] = Field(
        min_length=1, description="kinds of contact to show under a verdict of this kind, in order"
    )
    sources: list[Id] = Field(min_length=1)


# ---------------------------------------------------------------------------------------- coverage


class Covered(Record):
    """One thing the assistant must be able to answer, and the entries that answer it."""

    says: Text
    document: Annotated[str, StringConstraints(pattern=r"^00[0-4]$")] | None = None
    answered_by: list[Id] = Field(min_length=1)


class Coverage(Record):
    """The whole of ``coverage.yml``."""

    reported: list[Covered]
    asked: list[Covered]


PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
"""A value filled in when a message is said, such as ``{country}``."""
