"""The state machine: every event in every state."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from participants import services
from participants.models import EmailMessage, Registration, Status, Transition
from sessions.models import Category, Mode, Session
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)

pytestmark = pytest.mark.django_db
IN_PERSON = Mode.IN_PERSON


def statuses(*registrations):
    return [Registration.objects.get(pk=row.pk).status for row in registrations]


def registered(session, **answers):
    return services.register(session, **person(**answers))


def answers_of(row, **others):
    names = ["mode", "category", "delegation", "family_name", "given_name"]
    return {name: getattr(row, name) for name in names} | others


def test_confirming_gives_a_place_and_says_so():
    session = make_session(capacity_in_person=1)

    registration = services.confirm(registered(session))

    assert registration.status == Status.CONFIRMED
    assert registration.queued_at is not None
    assert services.free_places(session, IN_PERSON) == 0
    mail = EmailMessage.objects.get(kind="status")
    assert mail.subject.startswith("Your registration is confirmed")


def test_confirming_twice_changes_nothing():
    registration = services.confirm(registered(make_session()))

    again = services.confirm(registration)

    assert again.queued_at == registration.queued_at
    assert EmailMessage.objects.filter(kind="status").count() == 1
    assert registration.transitions.count() == 2


def test_who_finds_no_place_waits_in_order():
    session = make_session(capacity_in_person=1)
    first, second, third = [services.confirm(registered(session)) for _n in range(3)]

    assert statuses(first, second, third) == ["confirmed", "waiting", "waiting"]
    assert list(session.registrations.waiting_list(IN_PERSON)) == [second, third]


def test_the_room_and_the_net_have_places_of_their_own():
    session = make_session(capacity_in_person=0, capacity_online=2)

    room = services.confirm(registered(session))
    online = services.confirm(registered(session, mode=Mode.ONLINE))
    late = services.confirm(registered(session, mode=Mode.ONLINE))

    assert statuses(room, online, late) == ["waiting", "confirmed", "waiting"]


def test_nobody_new_passes_the_queue():
    session = make_session(capacity_in_person=1)
    first = make_registration(session, status=Status.WAITING)

    new = services.confirm(registered(session))

    assert statuses(first, new) == ["confirmed", "waiting"]


def test_a_cancelled_place_goes_to_the_first_in_line():
    session = make_session(capacity_in_person=1)
    first, second, third = [services.confirm(registered(session)) for _n in range(3)]

    services.cancel(first)

    assert statuses(first, second, third) == ["cancelled", "confirmed", "waiting"]
    subjects = [m.subject.split(" – ")[0] for m in second.emails.order_by("pk")]
    assert subjects[-1] == "A place has become free for you"


def test_after_the_access_deadline_only_staff_promote_into_the_room():
    session = make_session(
        capacity_in_person=1, access_deadline_at=timezone.now() + timedelta(hours=1)
    )
    first, second = [services.confirm(registered(session)) for _n in range(2)]
    Session.objects.update(access_deadline_at=timezone.now())

    services.cancel(first)
    assert statuses(second) == ["waiting"]
    assert services.confirm(registered(session)).status == Status.WAITING

    services.promote(second, by=make_staff())
    assert statuses(second) == ["confirmed"]


def test_promoting_needs_a_free_place():
    session = make_session(capacity_in_person=0)
    waiting = services.confirm(registered(session))

    with pytest.raises(ValidationError) as refusal:
        services.promote(waiting, by=make_staff())

    assert refusal.value.code == "full"
    assert statuses(waiting) == ["waiting"]


def test_staff_admit_above_capacity_with_a_reason_which_raises_it():
    session = make_session(capacity_in_person=1)
    held, waiting = [services.confirm(registered(session)) for _n in range(2)]
    staff = make_staff()

    with pytest.raises(ValidationError) as refusal:
        services.admit_above_capacity(waiting, by=staff, reason="  ")
    assert refusal.value.code == "reason"

    services.admit_above_capacity(waiting, by=staff, reason="Minister")

    session.refresh_from_db()
    assert session.capacity_in_person == 2
    assert statuses(held, waiting) == ["confirmed", "confirmed"]
    last = waiting.transitions.last()
    assert (last.event, last.by, last.reason) == ("admitted", staff, "Minister")


def test_lowering_the_capacity_takes_no_place_away():
    session = make_session(capacity_in_person=2)
    rows = [services.confirm(registered(session)) for _n in range(2)]

    Session.objects.update(capacity_in_person=1)
    services.fill_waiting_sessions()
    late = services.confirm(registered(session))

    assert statuses(*rows, late) == ["confirmed", "confirmed", "waiting"]
    assert services.free_places(session, IN_PERSON) == 0


def test_a_larger_room_is_filled_from_the_waiting_list_by_the_worker():
    session = make_session(capacity_in_person=1)
    rows = [services.confirm(registered(session)) for _n in range(4)]

    Session.objects.update(capacity_in_person=3)

    assert services.fill_waiting_sessions() == 2
    assert services.fill_waiting_sessions() == 0
    assert statuses(*rows) == ["confirmed"] * 3 + ["waiting"]


def test_speakers_take_no_counted_place():
    session = make_session(capacity_in_person=1)
    make_registration(session, takes_place=False, role="speaker")

    assert services.free_places(session, IN_PERSON) == 1


def test_approval_comes_before_a_place():
    session = make_session(capacity_in_person=1, approval=Session.Approval.IN_PERSON)
    pending = services.confirm(registered(session))
    online = services.confirm(registered(session, mode=Mode.ONLINE))
    assert statuses(pending, online) == ["pending", "confirmed"]
    assert services.free_places(session, IN_PERSON) == 1

    services.approve(pending, by=make_staff())

    assert statuses(pending) == ["confirmed"]
    with pytest.raises(ValidationError) as refusal:
        services.approve(pending, by=make_staff())
    assert refusal.value.code == "not_pending"


def test_declining_frees_the_place_and_mails_the_reason():
    session = make_session(capacity_in_person=1)
    held, waiting = [services.confirm(registered(session)) for _n in range(2)]

    services.decline(held, by=make_staff(), reason="No letter of nomination.")
    services.decline(held, by=make_staff())

    assert statuses(held, waiting) == ["declined", "confirmed"]
    assert "No letter of nomination." in held.emails.latest("pk").text
    assert held.emails.filter(subject__contains="not be accepted").count() == 1


@pytest.mark.parametrize("status", [Status.UNVERIFIED, Status.CANCELLED])
def test_only_what_stands_can_be_declined(status):
    registration = make_registration(status=status)

    with pytest.raises(ValidationError) as refusal:
        services.decline(registration, by=make_staff())

    assert refusal.value.code == "not_live"


def test_cancelling_twice_changes_nothing_and_a_declined_one_stays_declined():
    registration = make_registration()
    services.cancel(registration)
    services.cancel(registration)
    assert registration.transitions.count() == 1

    declined = make_registration(status=Status.DECLINED)
    with pytest.raises(ValidationError):
        services.cancel(declined)
    assert statuses(declined) == ["declined"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": Session.Status.CANCELLED}, "cancelled"),
        (
            {"starts_on": "2024-03-13", "ends_on": "2024-03-14"},
            "over",
        ),
    ],
)
def test_nobody_confirms_for_a_session_that_does_not_come(fields, code):
    registration = registered(make_session())
    Session.objects.update(**fields)

    with pytest.raises(ValidationError) as refusal:
        services.confirm(registration)

    assert refusal.value.code == code
    assert statuses(registration) == ["unverified"]


def test_changing_the_mode_gives_the_place_to_the_next():
    session = make_session(capacity_in_person=1)
    held, waiting = [services.confirm(registered(session)) for _n in range(2)]

    services.change(held, **answers_of(held, mode=Mode.ONLINE))

    assert statuses(held, waiting) == ["confirmed", "confirmed"]
    held.refresh_from_db()
    assert held.mode == Mode.ONLINE


def test_changing_into_a_full_room_waits_at_the_end():
    session = make_session(capacity_in_person=1)
    services.confirm(registered(session))
    early = services.confirm(registered(session, mode=Mode.ONLINE))
    waiting = services.confirm(registered(session))

    services.change(early, **answers_of(early, mode=IN_PERSON))

    assert list(session.registrations.waiting_list(IN_PERSON)) == [waiting, early]


def test_the_same_answers_change_nothing():
    row = services.confirm(registered(make_session()))
    mails = EmailMessage.objects.count()

    services.change(row, **answers_of(row))

    assert EmailMessage.objects.count() == mails
    assert Transition.objects.filter(event="changed").count() == 0


def test_a_delegate_who_changes_the_delegation_is_approved_anew():
    session = make_session(approval=Session.Approval.ALL)
    delegation, other = make_delegation(), make_delegation()
    row = services.confirm(
        registered(session, category=Category.MEMBER_STATE, delegation=delegation)
    )
    services.approve(row, by=make_staff())

    services.change(row, **answers_of(row, delegation=other))

    assert statuses(row) == ["pending"]


def test_changed_answers_are_stored_and_mailed_and_keep_the_place():
    row = services.confirm(registered(make_session(capacity_in_person=1)))

    services.change(row, **answers_of(row, family_name="Changed"))

    row.refresh_from_db()
    assert (row.family_name, row.status) == ("Changed", "confirmed")
    assert row.participant.name_key == "changed test"
    assert "changed test" in row.search_key
    assert row.emails.latest("pk").subject.startswith(
        "Your registration has been chang"
    )


def test_a_name_the_mailbox_has_already_is_refused():
    session = make_session()
    one = services.confirm(registered(session, email="m@example.org"))
    two = registered(session, email="m@example.org")
    two = services.confirm(two, another_person=True)

    with pytest.raises(ValidationError) as refusal:
        services.change(two, **answers_of(two, family_name=one.family_name))

    assert list(refusal.value.message_dict) == ["family_name"]
    two.refresh_from_db()
    assert two.family_name != one.family_name


def test_a_corrected_address_kills_the_old_link_and_mails_a_new_one():
    row = services.confirm(registered(make_session()))

    corrected = services.correct(row, by=make_staff(), email="new@example.org")

    assert corrected.token != row.token
    assert corrected.status == Status.CONFIRMED
    assert EmailMessage.objects.latest("pk").to == "new@example.org"
    assert corrected.participant.email_key == "new@example.org"


def test_a_corrected_address_that_is_not_proved_is_asked_again():
    row = registered(make_session())

    services.correct(row, by=make_staff(), email="new@example.org")

    mail = EmailMessage.objects.latest("pk")
    assert (mail.kind, mail.to) == ("verify", "new@example.org")


def test_a_correction_of_nothing_leaves_no_trace():
    row = make_registration()

    services.correct(row, by=make_staff(), family_name=row.family_name)

    assert not row.transitions.exists()
