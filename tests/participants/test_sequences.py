"""Random sequences of everything that can happen to the registrations of a session."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants import services
from participants.models import EmailMessage, Registration, Status, Transition
from participants.models.registration import LIVE
from sessions.models import Mode, Session
from tests.factories import make_session, make_staff, person

PEOPLE = 3

who = st.integers(0, PEOPLE - 1)
mode = st.sampled_from([Mode.IN_PERSON, Mode.IN_PERSON, Mode.ONLINE])
event = st.one_of(
    st.tuples(st.sampled_from(["register", "join", "join"]), who, mode),
    st.tuples(st.sampled_from(["confirm", "approve", "decline", "cancel"]), who),
    st.tuples(st.sampled_from(["promote", "promote", "admit"]), who),
    st.tuples(st.just("change"), who, mode),
    st.tuples(st.just("capacity"), mode, st.integers(0, 2)),
    st.tuples(st.just("worker")),
)


class Rehearsal:
    """One session with few places, and what may be done to it."""

    def __init__(self, approval: str) -> None:
        self.session = make_session(
            capacity_in_person=1, capacity_online=1, approval=approval
        )
        self.staff = make_staff()
        self.answers = [person(f"p{n}@example.org") for n in range(PEOPLE)]
        self.held = self.count_held()

    def rows_of(self, n: int) -> list[Registration]:
        email = self.answers[n]["email"]
        return list(Registration.objects.filter(email=email).order_by("-pk")[:1])

    def do(self, name: str, *arguments: Any) -> None:
        """Do one thing; a refusal is fine, anything else is not."""
        try:
            getattr(self, name)(*arguments)
        except ValidationError:
            return

    def register(self, n: int, how: str) -> None:
        services.register(self.session, **self.answers[n] | {"mode": how})

    def join(self, n: int, how: str) -> None:
        self.register(n, how)
        self.confirm(n)

    def confirm(self, n: int) -> None:
        for row in self.rows_of(n):
            services.confirm(row)

    def cancel(self, n: int) -> None:
        for row in self.rows_of(n):
            services.cancel(row)

    def approve(self, n: int) -> None:
        for row in self.rows_of(n):
            services.approve(row, by=self.staff)

    def decline(self, n: int) -> None:
        for row in self.rows_of(n):
            services.decline(row, by=self.staff, reason="A reason")

    def promote(self, n: int) -> None:
        for row in self.rows_of(n):
            services.promote(row, by=self.staff)

    def admit(self, n: int) -> None:
        for row in self.rows_of(n):
            services.admit_above_capacity(row, by=self.staff, reason="A reason")

    def change(self, n: int, how: str) -> None:
        for row in self.rows_of(n):
            answers = self.answers[n] | {"mode": how}
            del answers["email"], answers["language"]
            services.change(row, **answers)

    def capacity(self, how: str, places: int) -> None:
        field = f"capacity_{how}"
        Session.objects.filter(pk=self.session.pk).update(**{field: places})

    def worker(self) -> None:
        services.fill_waiting_sessions()

    # What must hold after each step -------------------------------------------

    def count_held(self) -> dict[str, int]:
        rows = self.session.registrations
        return {how: rows.holding_places(how).count() for how in Mode}

    def check(self) -> None:
        self.session.refresh_from_db()
        before, self.held = self.held, self.count_held()
        for how in Mode:
            places = self.session.capacity(how) or 0
            assert self.held[how] <= max(places, before[how])
        live = Registration.objects.filter(status__in=LIVE)
        twice = live.values("participant").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()
        told = Transition.objects.exclude(event="registered").count()
        assert EmailMessage.objects.filter(kind="status").count() == told
        for row in Registration.objects.all():
            assert row.transitions.latest("pk").to_status == row.status

    def check_nobody_waits_idly(self) -> None:
        self.worker()
        for how in Mode:
            free = services.free_places(self.session, how)
            waiting = self.session.registrations.waiting_list(how)
            assert not free or not waiting.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("approval", ["none", "in_person"])
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(event, min_size=12, max_size=25))
def test_no_sequence_oversells_loses_or_tells_twice(approval, events):
    with transaction.atomic():
        rehearsal = Rehearsal(approval)
        for name, *arguments in events:
            rehearsal.do(name, *arguments)
            rehearsal.check()
        rehearsal.check_nobody_waits_idly()
        assert not Registration.objects.filter(
            status=Status.WAITING, queued_at=None
        ).exists()
        transaction.set_rollback(True)
