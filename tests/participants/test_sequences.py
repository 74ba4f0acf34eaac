"""Random sequences of everything that can happen to the registrations of a session."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants import services
from participants.models import EmailMessage, Registration, Status, Transition
from participants.models.status import LIVE
from sessions.models import Mode, ReservedPlaces, Session
from tests.factories import make_delegation, make_session, make_staff, person

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
    st.tuples(st.sampled_from(["substitute", "propose", "erase"]), who, who),
    st.tuples(st.just("keep"), st.integers(0, 1)),
    st.tuples(st.sampled_from(["release", "deadline"])),
)


class Rehearsal:
    """One session with few places, and what may be done to it."""

    def __init__(self, approval: str) -> None:
        self.session = make_session(
            capacity_in_person=1, capacity_online=1, approval=approval
        )
        self.staff = make_staff()
        state = {"category": "member_state", "delegation": make_delegation()}
        self.answers = [
            person(f"p{n}@example.org", **state if n % 2 else {}) for n in range(PEOPLE)
        ]
        self.held = self.count_held()
        self.people: set[uuid.UUID] = set()
        self.last = 0

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

    def substitute(self, n: int, instead: int) -> None:
        self._pass_on(n, instead, services.substitute, by=self.staff)

    def propose(self, n: int, instead: int) -> None:
        self._pass_on(n, instead, services.propose_substitute)

    def _pass_on(self, n: int, instead: int, service: Any, **keywords: Any) -> None:
        names = ["email", "language", "family_name", "given_name"]
        somebody = {name: self.answers[instead][name] for name in names}
        for row in self.rows_of(n):
            service(row, **keywords, **somebody)

    def erase(self, n: int, _other: int) -> None:
        for row in self.rows_of(n):
            services.erase(row)

    def keep(self, places: int) -> None:
        later = timezone.now() + timedelta(hours=1)
        ReservedPlaces.objects.update_or_create(
            session=self.session,
            mode=Mode.IN_PERSON,
            category="member_state",
            defaults={"places": places + 1, "released_at": later},
        )

    def release(self) -> None:
        ReservedPlaces.objects.update(released_at=timezone.now())

    def deadline(self) -> None:
        """Let the access deadline pass, or lift it."""
        self.session.refresh_from_db()
        passed = None if self.session.access_deadline_at else timezone.now()
        Session.objects.update(access_deadline_at=passed)

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
        self.check_transitions()
        live = Registration.objects.filter(status__in=LIVE)
        twice = live.values("participant").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()
        of_row = Transition.objects.filter(registration=OuterRef("pk"))
        last = of_row.order_by("-pk").values("to_status")[:1]
        assert not Registration.objects.exclude(status=Subquery(last)).exists()
        self.check_people()

    def check_transitions(self) -> None:
        """Each change of state is mailed once; after the deadline staff alone promote.

        What an erasure cancels is mailed to nobody, and takes its mails along.
        """
        kept = Transition.objects.exclude(event="registered")
        kept = kept.filter(registration__erased_at=None)
        assert EmailMessage.objects.filter(kind="status").count() == kept.count()
        new = Transition.objects.filter(pk__gt=self.last).order_by("pk")
        if not self.session.promotes_from_waiting_list(Mode.IN_PERSON):
            room = new.filter(mode=Mode.IN_PERSON, to_status=Status.CONFIRMED)
            room = room.exclude(from_status=Status.CONFIRMED, event="changed")
            assert not room.filter(by=None).exclude(event="substitute").exists()
        self.last = max([self.last, *new.values_list("pk", flat=True)])

    def check_people(self) -> None:
        """Whoever once proved an address is counted for ever, erased or not."""
        proved = Registration.objects.exclude(queued_at=None)
        keys = set(proved.values_list("participant__person_key", flat=True))
        assert self.people <= keys
        self.people = keys

    def check_nobody_waits_idly(self) -> None:
        self.worker()
        self.session.refresh_from_db()
        for how in Mode:
            free = services.free_places(self.session, how)
            waiting = self.session.registrations.waiting_list(how)
            if self.session.promotes_from_waiting_list(how):
                assert not free or not waiting.exists()
                for row in waiting:
                    assert not services.free_places(self.session, how, row.category)


@pytest.mark.django_db
@pytest.mark.parametrize("approval", ["none", "in_person"])
@settings(
    max_examples=25,
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
