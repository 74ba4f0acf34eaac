"""Names, links and the constraints that hold whoever writes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from participants import links
from participants.models import Participant, Registration, Status
from participants.models.participant import joined_name, person_name_key
from sessions.models import Category
from tests.factories import make_delegation, make_registration, make_session


@pytest.mark.parametrize(
    ("family", "given", "joined"),
    [
        ("Núñez", "Ana", "Ana Núñez"),
        ("Suharto", "", "Suharto"),
        ("王", "小明", "王小明"),
        ("김", "민수", "김민수"),
        ("Wang", "小明", "小明 Wang"),
        ("المصري", "ليلى", "ليلى المصري"),
    ],
)
def test_a_name_is_set_in_the_order_of_its_script(family, given, joined):
    assert joined_name(family, given) == joined


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Núñez", "Ana"), ("NUNEZ", " ana ")),
        (("Straße", ""), ("STRASSE", "")),
        (("Ｗａｎｇ", ""), ("Wang", "")),
    ],
)
def test_one_person_typed_twice_has_one_key(one, other):
    assert person_name_key(*one) == person_name_key(*other)


def test_the_entry_of_the_list_reads_as_it_is_printed():
    row = Registration(
        given_name="Ana María",
        family_name="Núñez",
        form_of_address="ms",
        function="Legal Adviser",
        organisation="Demo Office",
        city="Santiago",
    )

    assert row.listed_as == (
        "Ana María NÚÑEZ (Ms.), Legal Adviser, Demo Office, Santiago"
    )


@pytest.mark.django_db
def test_one_live_registration_per_person_and_session():
    row = make_registration()
    row.pk, row.code = None, "another"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)

    row.status = Status.CANCELLED
    row.save(force_insert=True)
    assert Registration.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("category", [Category.MEMBER_STATE, Category.OBSERVER])
def test_who_represents_names_a_delegation(category):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_registration(category=category, delegation=None)


@pytest.mark.django_db
def test_who_speaks_alone_has_no_delegation():
    row = make_registration()
    row.delegation = make_delegation()

    with pytest.raises(ValidationError, match="the other categories have none"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_who_waits_has_a_place_in_the_queue():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_registration(status=Status.WAITING, queued_at=None)


@pytest.mark.django_db
def test_one_participant_for_each_address_and_name():
    make_registration(email="a@example.org", family_name="One", given_name="")

    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(email_key="a@example.org", name_key="one")
    Participant.objects.create(email_key="a@example.org", name_key="two")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", ["nunez", "NÚÑEZ ana", "demo uni", "univ nun", "ana@exam", "ñez"]
)
def test_words_are_found_anywhere_without_accents(words):
    session = make_session()
    row = make_registration(
        session, email="ana@example.org", family_name="Núñez", given_name="Ana"
    )
    make_registration(session, email="b@example.org", organisation="Elsewhere")

    assert list(session.registrations.matching(words)) == [row]


@pytest.mark.django_db
def test_a_renamed_person_is_found_by_the_new_name():
    row = make_registration(family_name="Before")
    row.family_name = "After"
    row.save()

    assert list(Registration.objects.matching("after")) == [row]
    assert not Registration.objects.matching("before").exists()


def test_a_token_is_read_back_and_nothing_else_is():
    token = links.make_token(7, 3)

    assert links.read_token(token) == (7, 3)
    assert links.read_token(links.make_token(8, 3).replace("8-3", "7-3")) is None
    assert links.read_token("7-3") is None
    assert links.read_token("") is None


def test_a_token_holds_at_least_128_bits():
    signature = links.make_token(1, 0).split(".")[1]

    assert len(signature) * 6 >= 128
