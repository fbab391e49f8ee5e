"""Addresses of the web: whose they are, and which only lead on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from forewarn.knowledge.schema.record import CountryCode, Id, Record
from forewarn.knowledge.schema.texts import Text

Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
"""An address of the web, or a part of one, in small letters: scb.co.th, go.th, facebook."""


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
