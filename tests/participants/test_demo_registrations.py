"""Invented registrations: plainly so, within the rules, and removed exactly."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from participants import demo
from participants.models import (
    Delegation,
    Participant,
    Registration,
    Role,
    Status,
    Transition,
)
from sessions.models import REPRESENTING, Category, Mode, Session
from tests.factories import (
    make_delegation,
    make_mail,
    make_registration,
    make_session,
)

INVENTED = ["family_name", "given_name", "organisation", "country", "status", "mode"]


def make(session, **options):
    out = StringIO()
    call_command("make_demo_registrations", session.number, stdout=out, **options)
    return out.getvalue()


def make_delegations():
    make_delegation(country="CH")
    make_delegation(country="FR")
    make_delegation(kind=Delegation.Kind.NGO)


@pytest.mark.parametrize("options", [{"count": 5}, {"clear": True}])
@pytest.mark.django_db
def test_an_unknown_session_is_refused(options):
    with pytest.raises(CommandError, match="There is no session number 77"):
        make(Session(number=77), **options)


@pytest.mark.parametrize("count", [0, -1, 10**7])
@pytest.mark.django_db
def test_a_senseless_count_is_refused(count):
    with pytest.raises(CommandError, match="--count must be 1 to 9999999"):
        make(make_session(), count=count)


@pytest.mark.django_db
def test_more_than_addresses_can_number_is_refused():
    session = make_session()
    Participant.objects.create(
        email_key=demo.demo_address(session.number, demo.MOST - 1)
    )

    with pytest.raises(CommandError, match="can have 9999999"):
        make(session, count=2)

    assert not Registration.objects.exists()


@pytest.mark.django_db
def test_without_delegations_nobody_represents_one():
    session = make_session()

    said = make(session, count=50)

    assert "There is no delegation" in said
    assert not Registration.objects.filter(category__in=REPRESENTING).exists()
    assert Registration.objects.count() == 50


@pytest.mark.django_db
def test_they_are_plainly_invented():
    make_delegations()
    session = make_session()

    make(session, count=300)

    for registration in Registration.objects.select_related("participant"):
        names = f"{registration.family_name} {registration.own_script_name}"
        assert any(word in names for word in ["Demo", "Démo", "تجريبي", "示例", "Демо"])
        assert registration.email.endswith("@example.org")
        assert registration.participant.email == registration.email
        assert registration.is_demonstration
    assert Participant.objects.values("email_key").distinct().count() == 300


@pytest.mark.django_db
def test_they_are_spread_and_hold_hostile_cells():
    make_delegations()
    session = make_session()

    make(session, count=1500)

    def distinct(field):
        return set(Registration.objects.values_list(field, flat=True))

    assert distinct("category") == set(Category.values)
    assert distinct("mode") == set(Mode.values)
    assert distinct("role") == set(Role.values)
    assert distinct("status") == {*Status.values} - {Status.WAITING}  # no limit
    assert len(distinct("country")) > 200
    assert len(distinct("delegation")) == 4
    assert {"=1+1", "@SUM(A1)", "+41 22 338 9111"} <= (
        distinct("organisation") | distinct("unit") | distinct("function")
    )
    assert Registration.objects.filter(given_name="").exists()


@pytest.mark.django_db
def test_each_keeps_the_rules_of_the_model_and_has_its_first_transition():
    make_delegations()
    session = make_session(
        in_person_categories=[Category.MEMBER_STATE, Category.ACADEMIA]
    )

    make(session, count=200)

    for registration in session.registrations.prefetch_related("transitions"):
        try:
            registration.full_clean()
        except ValidationError as error:
            pytest.fail(f"{registration.email}: {error}")
        transition = registration.transitions.get()
        assert transition.event == Transition.Event.REGISTERED
        assert transition.to_status == registration.status
        assert registration.created_at < timezone.now()
        if registration.mode == Mode.IN_PERSON:
            assert session.admits_in_person(registration.category)


@pytest.mark.django_db
def test_no_more_are_confirmed_than_there_are_places():
    make_delegations()
    session = make_session(capacity_in_person=20, capacity_online=0)
    make_registration(session)

    make(session, count=200)
    make(session, count=100)

    assert session.registrations.holding_places(Mode.IN_PERSON).count() == 20
    assert session.registrations.holding_places(Mode.ONLINE).count() == 0
    waiting = session.registrations.waiting_list(Mode.IN_PERSON)
    assert waiting.count() > 50
    assert all(registration.queued_at for registration in waiting)


@pytest.mark.django_db
def test_the_same_seed_invents_the_same_ones():
    make_delegations()
    session = make_session()

    def invented(seed):
        make(session, count=50, seed=seed)
        rows = list(session.registrations.order_by("pk").values_list(*INVENTED))
        make(session, clear=True)
        return rows

    first = invented(7)
    assert invented(7) == first
    assert invented(8) != first


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "", "registration_opens_at": None},
        {
            "starts_on": None,
            "ends_on": None,
            "held_year": 2022,
            "registration_opens_at": None,
        },
        {"mode": "online", "starts_on": timezone.now().date() - timedelta(days=900)},
    ],
)
@pytest.mark.django_db
def test_a_session_that_says_little_can_be_filled_too(fields):
    make_delegations()

    said = make(session := make_session(**fields), count=20)

    assert "20 demonstration registrations added" in said
    assert session.registrations.count() == 20


@pytest.mark.django_db
def test_clear_removes_exactly_these(monkeypatch):
    monkeypatch.setattr(demo, "BATCH", 7)
    make_delegations()
    session, other = make_session(), make_session()
    real = make_registration(session, email="demo-1@example.org")
    make(session, count=20)
    make(other, count=5)
    seen_elsewhere = session.registrations.filter(is_demonstration=True).first()
    elsewhere = make_registration(other)
    elsewhere.participant = seen_elsewhere.participant
    elsewhere.save()
    make_mail(registration=seen_elsewhere)

    said = make(session, clear=True)

    assert "20 demonstration registrations removed" in said
    assert list(session.registrations.all()) == [real]
    assert other.registrations.count() == 6
    assert Participant.objects.filter(pk=seen_elsewhere.participant_id).exists()
    own = Participant.objects.filter(email__startswith=f"demo-{session.number}-")
    assert own.count() == 1
    assert Transition.objects.filter(registration__session=session).count() == 0
