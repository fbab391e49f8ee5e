"""The languages we speak, and those we only recognise."""

from __future__ import annotations

from pydantic import Field

from forewarn.knowledge.schema.record import Record
from forewarn.knowledge.schema.texts import Text


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
