"""What one may ask of the API and what it answers."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic.config import JsonDict

from ..models import AgendaItem, Appearance, Document, Session
from ..search import LONGEST_QUESTION

LARGEST_NUMBER = 32_767  # what the column of a session's number holds

Language = Literal["ar", "zh-hans", "en", "fr", "ru", "es"]
SessionMode = Literal["in_person", "online", "hybrid"]
AskedMode = Literal["in_person", "online", "hybrid", "unstated"]


def _one_of(values: list[str]) -> JsonDict:
    return {"enum": [*values]}


# Asked -------------------------------------------------------------------------------


class Asked(Schema):
    lang: Language = Field(
        "en",
        description=(
            "Language of titles, texts and page addresses. A text that is not "
            "translated comes in English, and `fallback` names its field."
        ),
    )


class AskedPage(Schema):
    limit: int = Field(50, ge=1, le=100, description="How many items at most.")
    offset: int = Field(0, ge=0, le=100_000, description="How many items to skip.")


class AskedList(Asked, AskedPage):
    """A page of a list, in a language."""


NOT_ASKED: Any = None  # and nobody can ask for null


def _no_default(schema: JsonDict) -> None:
    """Leave out the null that stands for "not asked"."""
    schema.pop("default", None)


class AskedSessions(AskedList):
    q: str = Field(
        "",
        max_length=LONGEST_QUESTION,
        pattern=r"^[^\x00]*$",
        description=(
            "Words, all of which stand in the title, summary, themes, topics or names "
            "of speakers, whatever their case and accents."
        ),
    )
    year: int = Field(
        NOT_ASKED,
        ge=1900,
        le=2999,
        description="The year in which the session is held.",
        json_schema_extra=_no_default,
    )
    theme: str = Field(
        "",
        max_length=50,
        pattern="^[-a-zA-Z0-9_]*$",
        description="The `slug` of a theme; empty: any.",
    )
    mode: AskedMode = Field(
        NOT_ASKED,
        description="Mode of participation; `unstated` where no source tells it.",
        json_schema_extra=_no_default,
    )


# Answered ----------------------------------------------------------------------------


class Problem(Schema):
    detail: str = Field(description="What is wrong, in English.")


class Answer(Schema):
    lang: Language = Field(description="The language that was asked for.")


class Listing(Schema):
    total: int = Field(description="How many items there are on all pages together.")
    limit: int
    offset: int


class Texts(Schema):
    fallback: list[str] = Field(
        description=(
            "The fields of this object whose text is in English because there is none "
            "in the language asked for."
        )
    )


class Theme(Texts):
    slug: str
    name: str


class ThemeOfSessions(Theme):
    sessions: list[int] = Field(description="Numbers of the sessions, newest first.")


class Topic(Texts):
    text: str


class Source(Schema):
    title: str
    url: str


class Paper(Texts):
    kind: str = Field(json_schema_extra=_one_of(Document.Kind.values))
    title: str
    language: str = Field(description="The language of the document itself.")
    url: str
    agenda_item: int | None = Field(description="`id` of the item it belongs to.")


class OnThePodium(Texts):
    speaker: int = Field(description="`id` of the speaker.")
    name: str
    role: str = Field(json_schema_extra=_one_of(Appearance.Role.values))
    function: str = Field(description="The speaker's function at the time.")


class SessionBrief(Texts):
    number: int
    slug: str
    title: str
    summary: str
    status: str = Field(
        json_schema_extra=_one_of([Session.Status.PUBLISHED, Session.Status.CANCELLED])
    )
    is_demonstration: bool = Field(description="True: invented, to show the site.")
    starts_on: date | None = Field(description="First day, at the venue.")
    ends_on: date | None = Field(description="Last day, at the venue.")
    year: int | None = Field(description="Known for older sessions without days too.")
    month: int | None = Field(description="Given if the days are not known.")
    time_zone: str = Field(description="Name in the IANA time zone database.")
    mode: SessionMode | None
    venue: str
    city: str
    meeting_code: str
    themes: list[str] = Field(description="Slugs of the themes.")
    registration: str = Field(
        description="State of registration at the time of the answer.",
        json_schema_extra=_one_of(Session.RegistrationState.values),
    )
    url: str = Field(description="The page of the session, in the language asked for.")
    updated_at: datetime


class Sessions(Answer, Listing):
    items: list[SessionBrief]


class SessionFull(SessionBrief):
    description: str = Field(description="Markdown.")
    hours: str = Field(description="As a source reports them.")
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    interpretation_languages: list[Language]
    webcast_url: str
    recording_url: str
    topics: list[Topic]
    podium: list[OnThePodium] = Field(
        description="Chair and speakers of the session as a whole."
    )
    documents: list[Paper]
    sources: list[Source]


class SessionAnswer(Answer):
    session: SessionFull


class ProgrammeItem(Texts):
    id: int
    kind: str = Field(json_schema_extra=_one_of(AgendaItem.Kind.values))
    title: str = Field(description="Empty: the kind says it.")
    abstract: str
    room: str = Field(description="Where it differs from the venue; may be empty.")
    starts_at: datetime = Field(description="With the offset of the venue.")
    ends_at: datetime
    people: list[OnThePodium]


class Programme(Answer):
    session: int
    time_zone: str
    items: list[ProgrammeItem] = Field(description="All of them, in order of time.")


class Themes(Answer, Listing):
    items: list[ThemeOfSessions]


class PastAppearance(Texts):
    session: int
    agenda_item: int | None = Field(
        description="Null: at the session as a whole, not in one item."
    )
    role: str = Field(json_schema_extra=_one_of(Appearance.Role.values))
    function: str


class Speaker(Texts):
    id: int
    name: str = Field(description="As the person writes it, in every language.")
    affiliation: str
    biography: str
    country: str = Field(description="ISO 3166-1 alpha-2, ZZ: not listed, or empty.")
    appearances: list[PastAppearance]


class Speakers(Answer, Listing):
    items: list[Speaker]


class Figure(Schema):
    session: int
    count: int
    qualifier: str = Field(description="As reported, in English: `more than`.")
    kind: str = Field(description="Who was counted, in English: `registrants`.")
    countries: int | None
    countries_qualifier: str
    source_url: str


class Held(Schema):
    sessions: int = Field(description="How many were held.")
    since: int | None = Field(description="The year of the first one.")
    modes: dict[str, int] = Field(
        description="How many were held in each mode of participation, or `unstated`."
    )


class Figures(Listing):
    held: Held = Field(description="Counted here, unlike the items.")
    items: list[Figure]
