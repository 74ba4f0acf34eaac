"""Many at once, with a barrier: nothing oversold, nothing stored or mailed twice.

Each was seen to fail with its lock taken out of the services.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from participants import services
from participants.models import EmailMessage, Participant, Registration, Status
from sessions.models import Mode, ReservedPlaces, Session
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)

pytestmark = pytest.mark.django_db(transaction=True)
IN_PERSON = Mode.IN_PERSON


def at_once(jobs: Iterable[Callable[[], object]]) -> None:
    """Run every job in a thread of its own, all let go at the same moment."""
    jobs = list(jobs)
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=120)
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


def calls(service: Callable[..., object], rows: Iterable[Any], **keywords: Any):
    return [lambda row=row: service(row, **keywords) for row in rows]


def test_200_confirm_20_places_at_once():
    session = make_session(capacity_in_person=20)
    rows = [make_registration(session, status=Status.UNVERIFIED) for _n in range(200)]

    at_once(calls(services.confirm, rows))

    assert session.registrations.holding_places(IN_PERSON).count() == 20
    waiting = list(session.registrations.waiting_list(IN_PERSON))
    assert len(waiting) == 180
    last_seated = session.registrations.confirmed().latest("queued_at")
    assert all(row.queued_at >= last_seated.queued_at for row in waiting)
    assert EmailMessage.objects.filter(kind="status").count() == 200


def test_forty_clients_with_one_name_and_address_make_one_registration_and_one_mail():
    session = make_session()
    answers = person()

    at_once([lambda: services.register(session, **answers)] * 40)

    assert Participant.objects.count() == 1
    assert Registration.objects.count() == 1
    assert EmailMessage.objects.count() == 1


def test_forty_presses_of_one_button_confirm_once():
    row = make_registration(make_session(), status=Status.UNVERIFIED)

    at_once([lambda: services.confirm(row)] * 40)

    assert row.transitions.count() == 1
    assert EmailMessage.objects.count() == 1


def test_cancelling_passes_each_place_on_exactly_once():
    session = make_session(capacity_in_person=10)
    seated = [make_registration(session) for _n in range(10)]
    waiting = [make_registration(session, status=Status.WAITING) for _n in range(20)]

    at_once(calls(services.cancel, seated + seated))

    promoted = session.registrations.holding_places(IN_PERSON).order_by("pk")
    assert list(promoted) == waiting[:10]


def test_confirming_cancelling_promoting_and_a_smaller_room_never_oversell():
    session = make_session(capacity_in_person=10)
    seated = [make_registration(session) for _n in range(10)]
    waiting = [make_registration(session, status=Status.WAITING) for _n in range(10)]
    new = [make_registration(session, status=Status.UNVERIFIED) for _n in range(10)]
    staff = make_staff()

    def promote(row: Registration) -> None:
        try:
            services.promote(row, by=staff)
        except ValidationError as refusal:
            assert refusal.code in {"full", "not_waiting"}  # noqa: PT017

    def shrink() -> None:
        Session.objects.filter(pk=session.pk).update(capacity_in_person=8)

    at_once(
        [
            *calls(services.cancel, seated[:5]),
            *calls(services.confirm, new),
            *calls(promote, waiting),
            shrink,
        ]
    )
    services.fill_waiting_sessions()

    held = session.registrations.holding_places(IN_PERSON).count()
    assert 8 <= held <= 10
    assert Registration.objects.filter(status=Status.UNVERIFIED).count() == 0


def test_replacing_and_confirming_at_once_lose_nothing():
    session = make_session(capacity_in_person=1)
    answers = person()
    row = services.register(session, **answers)

    at_once(
        [
            lambda: services.confirm(row),
            *[
                lambda n=n: services.register(
                    session, **answers | {"organisation": f"University {n}"}
                )
                for n in range(10)
            ],
        ]
    )

    assert Registration.objects.confirmed().count() == 1
    left = Registration.objects.filter(status=Status.UNVERIFIED)
    assert left.count() <= 1  # what came later: no mail holds its link
    assert not left.filter(emails__kind="verify").exists()


def test_two_workers_send_a_mail_once(settings):
    row = make_registration()
    for number in range(60):
        EmailMessage.objects.create(
            registration=row,
            to=row.email,
            language="en",
            kind="status",
            subject=f"Mail {number}",
            text="Words",
            dedupe_key=f"race:{number}",
        )
    taken: list[int] = []

    at_once([lambda: taken.append(services.deliver_due())] * 6)

    assert sum(taken) == 60
    assert EmailMessage.objects.filter(state="sent", attempts=1).count() == 60


def test_one_person_at_once_in_two_tabs_waits_for_nobody_crosswise():
    """Register again while changing the name: session, registration, participant."""
    session = make_session()
    answers = person()
    row = services.confirm(services.register(session, **answers))
    kept = services.answers_of(row)

    def again(n: int) -> None:
        services.register(session, **answers | {"organisation": f"University {n}"})

    def rename(n: int) -> None:
        name = {"family_name": answers["family_name"] + "." * (n % 2)}
        with suppress(ValidationError):  # the name as it was is the other tab's by now
            services.change(row, **kept | name | {"function": f"Role {n}"})

    for _round in range(2):
        at_once(
            job
            for n in range(8)
            for job in [lambda n=n: again(n), lambda n=n: rename(n)]
        )

    assert Registration.objects.live().get().pk == row.pk
    assert session.registrations.filter(status=Status.UNVERIFIED).count() <= 2


def test_a_release_gives_each_kept_place_once():
    session = make_session(capacity_in_person=10)
    kept = ReservedPlaces.objects.create(
        session=session,
        category="member_state",
        mode=IN_PERSON,
        places=10,
        released_at=timezone.now() + timedelta(hours=1),
    )
    waiting = [make_registration(session, status=Status.WAITING) for _n in range(15)]
    new = [make_registration(session, status=Status.UNVERIFIED) for _n in range(5)]
    ReservedPlaces.objects.filter(pk=kept.pk).update(released_at=timezone.now())

    at_once([*[services.fill_waiting_sessions] * 6, *calls(services.confirm, new)])

    held = session.registrations.holding_places(IN_PERSON).order_by("pk")
    assert list(held) == waiting[:10]


def test_a_substitute_and_a_cancellation_never_make_two_of_one_place():
    session = make_session(capacity_in_person=5)
    seat = {"category": "member_state", "delegation": make_delegation()}
    seated = [make_registration(session, **seat) for _n in range(5)]
    waiting = [make_registration(session, status=Status.WAITING) for _n in range(5)]
    for n, row in enumerate(seated):
        services.propose_substitute(
            row, email=f"s{n}@example.org", language="en", family_name=f"Substitute{n}"
        )
    proposed = list(session.registrations.filter(status=Status.UNVERIFIED))

    def take(row: Registration) -> None:
        try:
            services.confirm(row)
        except ValidationError as refusal:
            assert refusal.code == "not_live"  # noqa: PT017

    at_once([*calls(services.cancel, seated), *calls(take, proposed * 2)])

    assert session.registrations.holding_places(IN_PERSON).count() == 5
    gone = session.registrations.filter(status=Status.CANCELLED)
    assert set(gone) == set(seated)
    promoted = [row for row in waiting if row in session.registrations.confirmed()]
    assert promoted == waiting[: len(promoted)]


def test_who_confirms_in_the_last_moment_is_not_cleared_away():
    session = make_session()
    rows = [make_registration(session, status=Status.UNVERIFIED) for _n in range(20)]
    Registration.objects.update(created_at=timezone.now() - timedelta(hours=49))

    def confirm(row: Registration) -> None:
        with suppress(Registration.DoesNotExist):
            services.confirm(row)
            confirmed.append(row)

    confirmed: list[Registration] = []
    at_once([*calls(confirm, rows), *[services.delete_unverified] * 4])

    assert set(Registration.objects.confirmed()) == set(confirmed)
    assert Registration.objects.count() == len(confirmed)


def test_who_registers_again_is_not_cleared_away_as_a_person_nobody_knows():
    people = [person() for _n in range(20)]
    earlier, session = make_session(), make_session()
    for one in people:
        services.register(earlier, **one)
    Registration.objects.update(created_at=timezone.now() - timedelta(hours=49))

    def register(one: dict[str, Any]) -> None:
        services.register(session, **one)

    at_once([*calls(register, people), *[services.delete_unverified] * 4])

    assert session.registrations.count() == 20
    assert not earlier.registrations.exists()
