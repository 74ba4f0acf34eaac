"""The rules of the tables: at the form and at the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sessions.models import (
    AgendaItem,
    Appearance,
    Category,
    Document,
    Mode,
    Session,
    Source,
    Theme,
)
from tests.factories import make_session
from tests.sessions.factories import make_document, make_item, make_speaker

SECOND = timedelta(seconds=1)
DAY = date(2024, 3, 13)
OPENS = datetime(2024, 2, 1, 9, tzinfo=UTC)
CLOSES = datetime(2024, 3, 8, 17, tzinfo=UTC)

# Rules of the database ----------------------------------------------------------------

NO_REGISTRATION = {"registration_opens_at": None, "registration_closes_at": None}
BOTH_DAYS = "Give both the first and the last day, in this order, or neither."
DAYS_OR_YEAR = "The days say the year: leave it empty."
MONTH = "A month is 1 to 12 and needs its year."
REGISTERS = (
    "A session that opens registration needs its days, its mode of participation and "
    "a later time of closing."
)
NO_DAYS = {"starts_on": None, "ends_on": None} | NO_REGISTRATION
BAD_SESSIONS = [
    (NO_REGISTRATION | {"starts_on": DAY, "ends_on": date(2024, 3, 12)}, BOTH_DAYS),
    (NO_REGISTRATION | {"starts_on": DAY, "ends_on": None}, BOTH_DAYS),
    (NO_REGISTRATION | {"starts_on": None, "ends_on": DAY}, BOTH_DAYS),
    ({"held_year": 2024}, DAYS_OR_YEAR),
    (NO_DAYS | {"held_month": 3}, MONTH),
    (NO_DAYS | {"held_year": 2022, "held_month": 0}, MONTH),
    (NO_DAYS | {"held_year": 2022, "held_month": 13}, MONTH),
    ({"registration_closes_at": None}, REGISTERS),
    ({"registration_opens_at": OPENS, "registration_closes_at": OPENS}, REGISTERS),
    ({"registration_opens_at": CLOSES, "registration_closes_at": OPENS}, REGISTERS),
    ({"starts_on": None, "ends_on": None}, REGISTERS),
    ({"mode": ""}, REGISTERS),
]
IDS_OF_BAD_SESSIONS = [
    "last day before first",
    "first day alone",
    "last day alone",
    "days and year",
    "month without year",
    "month 0",
    "month 13",
    "no closing",
    "closes as it opens",
    "closes before it opens",
    "no days",
    "no mode",
]


def refused_by_the_database(row):
    """Say whether the database itself refuses the row."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(("fields", "words"), BAD_SESSIONS, ids=IDS_OF_BAD_SESSIONS)
def test_a_session_is_refused_that_has(fields, words):
    session = make_session()
    for name, value in fields.items():
        setattr(session, name, value)

    with pytest.raises(ValidationError) as refusal:
        session.full_clean()
    assert refusal.value.message_dict == {"__all__": [words]}
    assert refused_by_the_database(session)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        NO_DAYS,
        NO_DAYS | {"held_year": 2022},
        NO_DAYS | {"held_year": 2022, "held_month": 12},
        NO_REGISTRATION | {"mode": ""},
        {"starts_on": DAY, "ends_on": DAY},
        {"registration_opens_at": OPENS, "registration_closes_at": OPENS + SECOND},
    ],
)
def test_a_session_may_have(fields):
    session = make_session(**fields)

    session.full_clean()

    assert Session.objects.get().pk == session.pk


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["number", "slug"])
def test_no_two_sessions_have_the_same(field):
    first, second = make_session(), make_session()
    setattr(second, field, getattr(first, field))

    with pytest.raises(ValidationError) as refusal:
        second.full_clean()
    assert list(refusal.value.message_dict) == [field]
    assert refused_by_the_database(second)


@pytest.mark.django_db
def test_an_item_ends_after_it_starts():
    item = make_item(make_session())
    item.ends_at = item.starts_at

    with pytest.raises(ValidationError) as refusal:
        item.full_clean()
    assert refusal.value.messages == ["The item ends before it starts."]
    assert refused_by_the_database(item)


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-11, 24 * 2 - 10])
def test_an_item_lies_within_the_days_at_the_venue(hours):
    item = make_item(make_session())  # at ten in the morning of the first of two days
    item.starts_at += timedelta(hours=hours)
    item.ends_at = item.starts_at + timedelta(minutes=30)

    with pytest.raises(ValidationError) as refusal:
        item.full_clean()
    assert list(refusal.value.message_dict) == ["starts_at"]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-10, 24 * 2 - 11])
def test_an_item_may_start_with_the_first_and_end_with_the_last_hour(hours):
    item = make_item(make_session(time_zone="Asia/Tokyo"))
    item.starts_at += timedelta(hours=hours)
    item.ends_at = item.starts_at + timedelta(minutes=59)

    item.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("in_an_item", [True, False])
def test_nobody_has_one_role_twice_in_one_place(in_an_item):
    session, speaker = make_session(), make_speaker()
    item = make_item(session) if in_an_item else None
    fields = {"session": session, "agenda_item": item, "speaker": speaker}
    Appearance.objects.create(role=Appearance.Role.CHAIR, **fields)
    Appearance(role=Appearance.Role.SPEAKER, **fields).full_clean()

    again = Appearance(role=Appearance.Role.CHAIR, **fields)

    with pytest.raises(ValidationError) as refusal:
        again.full_clean()
    assert refusal.value.messages == ["This person already has this role here."]
    assert refused_by_the_database(again)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Appearance, Document])
def test_an_item_of_another_session_is_refused(model):
    session, item = make_session(), make_item(make_session())
    if model is Appearance:
        row = Appearance(session=session, agenda_item=item, speaker=make_speaker())
    else:
        row = Document(
            session=session,
            agenda_item=item,
            kind=Document.Kind.OTHER,
            title="x",
            url="https://www.wipo.int/",
        )

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert list(refusal.value.message_dict) == ["agenda_item"]


@pytest.mark.django_db
@pytest.mark.parametrize("both", [True, False])
def test_a_document_is_a_file_or_an_address(both):
    document = make_document(make_session())
    if both:
        document.url = "https://www.wipo.int/a.pdf"
    else:
        document.file = ""

    with pytest.raises(ValidationError) as refusal:
        document.full_clean()
    assert refusal.value.messages == ["Give a file or an address, one of the two."]
    assert refused_by_the_database(document)


@pytest.mark.django_db
def test_a_source_stands_once_in_a_session():
    url = "https://www.wipo.int/"
    first = Source.objects.create(session=make_session(), title="A", url=url)
    Source(session=make_session(), title="B", url=url).full_clean()

    again = Source(session=first.session, title="C", url=url)

    with pytest.raises(ValidationError):
        again.full_clean()
    assert refused_by_the_database(again)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["slug", "name"])
def test_no_two_themes_have_the_same(field):
    Theme.objects.create(slug="one", name="One")
    again = Theme(
        **{"slug": "two", "name": "Two"} | {field: "one" if field == "slug" else "One"}
    )

    with pytest.raises(ValidationError) as refusal:
        again.full_clean()
    assert field in refusal.value.message_dict
    assert refused_by_the_database(again)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Geneva", "", "../../etc/passwd", "UTC+1"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(ValidationError) as refusal:
        make_session(time_zone=zone).full_clean()

    assert "time_zone" in refusal.value.message_dict


# What one can choose ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "modes"),
    [
        ("in_person", [Mode.IN_PERSON]),
        ("online", [Mode.ONLINE]),
        ("hybrid", [Mode.IN_PERSON, Mode.ONLINE]),
        ("", []),
    ],
)
def test_one_registers_for_the_modes_a_session_has(mode, modes):
    assert Session(mode=mode).modes == modes


def test_places_are_counted_by_mode():
    session = Session(capacity_in_person=20)

    assert (session.capacity(Mode.IN_PERSON), session.capacity(Mode.ONLINE)) == (
        20,
        None,
    )


@pytest.mark.parametrize(
    ("approval", "needed"),
    [
        (Session.Approval.NONE, [False, False]),
        (Session.Approval.IN_PERSON, [True, False]),
        (Session.Approval.ALL, [True, True]),
    ],
)
def test_approval_is_for_nobody_for_the_room_or_for_all(approval, needed):
    session = Session(approval=approval)

    assert [session.needs_approval(mode) for mode in Mode] == needed


def test_no_category_chosen_admits_all_to_the_room():
    assert Session().admits_in_person(Category.PRESS)
    chosen = Session(in_person_categories=[Category.ACADEMIA])
    assert chosen.admits_in_person(Category.ACADEMIA)
    assert not chosen.admits_in_person(Category.PRESS)


def test_rows_name_themselves():
    session = Session(number=9, title_en="Training the Machines")

    assert str(session) == "9. Training the Machines"
    assert str(AgendaItem(kind=AgendaItem.Kind.BREAK)) == "Break"
    assert str(AgendaItem(kind=AgendaItem.Kind.BREAK, title_en="Lunch")) == "Lunch"
