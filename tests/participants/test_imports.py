"""Imports: checked first, written in batches, every row accounted for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from participants import services
from participants.imports import Outcome
from participants.models import (
    Delegation,
    EmailMessage,
    ImportJob,
    JobState,
    Participant,
    Registration,
    Status,
    Transition,
)
from participants.services import importing, jobs
from participants.services.import_writers import RegistrationWriter
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
)

pytestmark = pytest.mark.django_db

# Semicolons, a mark, two encodings, dates in three forms, doubles, formulas, gaps.
DIRTY = (
    b"\xef\xbb\xbf"
    + "\r\n".join(
        [
            "Last name;First name;E-mail;Country;Category;Delegation;Date;Note",
            "Demo-Núñez;Ana;ana@example.org;Chile;Academia;;2024-02-01 10:00;",  # 2
            "Demo-Lee;;LEE@example.org;KR;;;13.02.2024;a\tb",  # 3
            ";;;;;;;",  # 4: empty
            "Demo-Núñez;Ana;Ana@Example.org;CL;Academia;;;",  # 5: row 2 again
            "Demo-Atlantis;Al;al@example.org;Atlantis;Academia;;02/14/2024;",  # 6
            "Demo-Delegate;Di;di@example.org;Suisse;;Ruritanie;14/02/2024;",  # 7: date
            "Demo-State;Si;si@example.org;CH;Member State;;;",  # 8: no delegation
            ";Given;given@example.org;CH;;;;",  # 9: no family name
            "Demo-Bad;Mail;not an address;CH;;;;",  # 10
            "Demo-Nowhere;Nu;nu@example.org;CH;;Nowhere;;",  # 11
            "Demo-There;Ti;there@example.org;CH;;;;",  # 12: registered already
            "Demo-" + "x" * 1_000_000 + ";Long;long@example.org;CH;;;;",  # 13
            "=1+1;Formula;formula@example.org;CH;;;;",  # 14: a text, inert in exports
            "Demo-Future;Fu;fu@example.org;CH;;;2999-01-01;",  # 15
            "Demo-Nobody;No;;CH;;;;",  # 16: no address
            "Demo-Delegate;Do;do@example.org;CH;;Ruritanie;;",  # 17
        ]
    ).encode()
    + "\r\nDemo-Müller;Zoë;zoe@example.org;Suisse;Universität;;;".encode("cp1252")
)
GOOD = [2, 3, 14, 16, 17]


def begin(content, session, **options):
    if isinstance(content, str):
        content = content.encode()
    defaults = {"kind": "participants", "file_name": "demo.csv", "by": None}
    return services.start_import(content, session=session, **defaults | options)


def check(job):
    services.queue_check(job)
    assert services.run_imports() == 1
    job.refresh_from_db()
    assert (job.step, job.state) == (ImportJob.Step.CHECKED, JobState.OPEN)
    return {number: (outcome, problems) for number, outcome, problems in job.outcomes}


def write(job, *, only_good=True):
    services.queue_write(job, only_good=only_good)
    assert services.run_imports() == 1
    job.refresh_from_db()
    return {number: outcome for number, outcome, _problems in job.outcomes}


def people(session):
    return sorted(session.registrations.values_list("family_name", flat=True))


@pytest.fixture
def session():
    return make_session(
        starts_on=date(2024, 3, 13),
        ends_on=date(2024, 3, 14),
        capacity_in_person=1,
        registration_opens_at=None,
        registration_closes_at=None,
    )


def test_every_row_of_a_dirty_file_is_accounted_for(session):
    ruritania = make_delegation(name="Ruritania", name_fr="Ruritanie")
    make_registration(
        session, family_name="Demo-There", given_name="Ti", email="there@example.org"
    )
    job = begin(DIRTY, session, date_order="month")

    found = check(job)

    numbers = [*range(2, 19)]
    numbers.remove(4)
    assert list(found) == numbers
    assert [n for n, (outcome, _p) in found.items() if outcome == Outcome.GOOD] == GOOD
    assert found[12][0] == Outcome.THERE
    said = {n: " ".join(p) for n, (o, p) in found.items() if o == Outcome.BAD}
    for number, words in {
        5: "row 2",
        6: "Atlantis",
        7: "date",
        8: "delegation",
        9: "is empty",
        10: "valid e-mail",
        11: "Nowhere",
        13: "too long",
        15: "future",
        18: "Universität",
    }.items():
        assert words in said[number], (number, said[number])
    assert people(session) == ["Demo-There"]
    assert "UTF-8" in job.notes[0]

    written = write(job)

    assert [n for n, o in written.items() if o == Outcome.WRITTEN] == GOOD
    assert written[12] == Outcome.THERE
    assert sum(services.import_counts(job).values()) == len(numbers) == job.total
    rows = {r.given_name: r for r in session.registrations.all()}
    assert set(rows) == {"Ana", "", "Formula", "No", "Do", "Ti"}
    assert rows["Do"].delegation == ruritania
    assert rows["Do"].category == "member_state"
    assert rows["Ana"].created_at == datetime(2024, 2, 1, 9, tzinfo=UTC)
    assert rows[""].created_at == datetime(2024, 2, 12, 23, tzinfo=UTC)
    assert rows[""].search_key
    assert rows["No"].email == ""
    assert {r.status for r in rows.values()} == {Status.CONFIRMED}
    assert not EmailMessage.objects.exists()
    assert Transition.objects.filter(reason="import").count() == len(GOOD)


def test_a_second_import_of_the_same_file_writes_nothing(session):
    for expected in [len(GOOD), 0]:
        job = begin(DIRTY, session)
        check(job)
        before = Registration.objects.count(), Participant.objects.count()
        write(job)
        after = Registration.objects.count(), Participant.objects.count()
        assert (after[0] - before[0], after[1] - before[1]) == (expected, expected)


def test_somebody_known_from_another_session_stays_one_person(session):
    earlier = make_registration(
        family_name="Demo-Núñez", given_name="Ana", email="ana@example.org"
    )
    job = begin(
        "Family name,Given name,E-mail\nDemo-Nunez,ANA,Ana@example.org\n", session
    )
    check(job)
    write(job)

    assert session.registrations.get().participant == earlier.participant
    assert Participant.objects.count() == 1


def test_all_means_all_nothing_is_written_while_a_row_is_bad(session):
    job = begin("Family name,Country\nDemo-A,CH\nDemo-B,Atlantis\n", session)
    with pytest.raises(ValidationError) as caught:
        services.queue_write(job, only_good=True)
    assert caught.value.code == "not_checked"
    check(job)

    with pytest.raises(ValidationError) as caught:
        services.queue_write(job, only_good=False)

    assert caught.value.code == "bad_rows"
    assert services.run_imports() == 0
    assert people(session) == []


@pytest.mark.parametrize(("state", "written"), [("confirmed", 1), ("pending", 3)])
def test_a_session_to_come_is_never_oversold(state, written):
    session = make_session(capacity_in_person=2)
    make_registration(session)
    job = begin(
        "Family name\nDemo-A\nDemo-B\nDemo-C\n", session, registration_state=state
    )

    found = check(job)

    assert [o for o, _p in found.values()].count(Outcome.GOOD) == written
    write(job)
    assert session.registrations.filter(status=state).count() == written + (
        state == "confirmed"
    )
    assert session.registrations.holding_places("in_person").count() <= 2


def test_places_are_counted_again_when_rows_are_written():
    session = make_session(capacity_in_person=1)
    job = begin("Family name\nDemo-A\n", session)
    assert check(job)[2][0] == Outcome.GOOD
    make_registration(session)

    assert write(job) == {2: Outcome.LEFT_OUT}
    assert session.registrations.count() == 1


def test_who_waits_comes_before_who_is_imported():
    session = make_session(capacity_in_person=5)
    make_registration(session, status="waiting")
    job = begin(
        "Family name,Mode of participation\nDemo-A,In person\nDemo-B,online\n", session
    )

    assert [o for o, _p in check(job).values()] == [Outcome.BAD, Outcome.GOOD]


def test_who_registered_since_the_check_is_not_doubled(session):
    job = begin("Family name,Given name,E-mail\nDemo-A,Ann,ann@example.org\n", session)
    check(job)
    make_registration(
        session, family_name="Demo-A", given_name="Ann", email="ann@example.org"
    )

    assert write(job) == {2: Outcome.THERE}
    assert session.registrations.count() == 1


def test_a_worker_that_dies_leaves_whole_batches_and_another_goes_on(
    session, monkeypatch
):
    monkeypatch.setattr(RegistrationWriter, "batch", 2)
    names = [f"Demo-{letter}" for letter in "ABCDE"]
    job = begin("Family name\n" + "\n".join(names), session)
    check(job)
    services.queue_write(job, only_good=True)
    store, calls = RegistrationWriter._store, []

    def die_in_the_second(self, *arguments):
        store(self, *arguments)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(RegistrationWriter, "_store", die_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        services.run_imports()
    assert people(session) == names[:2]
    assert services.run_imports() == 0  # its lease still runs

    ImportJob.objects.update(next_try_at=timezone.now())
    assert services.run_imports() == 1
    job.refresh_from_db()
    assert people(session) == names
    assert services.import_counts(job) == {Outcome.WRITTEN: 5}


def test_an_import_that_breaks_is_given_up_after_three_tries(session, monkeypatch):
    def break_off(_job, _table):
        raise RuntimeError

    monkeypatch.setitem(importing.JUDGES, "participants", break_off)
    job = begin("Family name\nDemo-A\n", session)
    services.queue_check(job)
    for _n in range(jobs.ATTEMPTS + 1):
        ImportJob.objects.update(next_try_at=timezone.now())
        services.run_imports()

    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_columns_are_remembered_for_files_of_the_same_making(session):
    job = begin("Who,Where\nDemo-A,CH\n", session)
    assert job.mapping["columns"] == {}
    services.choose_columns(job, {"family_name": 0, "country": 1})

    again = begin("WHO:,where\nDemo-B,FR\n", session)

    assert again.mapping["columns"] == {"family_name": 0, "country": 1}


def test_the_log_counts_and_names_nobody(session):
    job = begin(
        "Family name,Country\nGeheim,CH\nGeheim2,Atlantis\n", session, by=make_staff()
    )
    check(job)
    write(job)

    entry = LogEntry.objects.get()
    assert entry.change_message == (
        f"participants of session {session.number}: 1 left_out, 1 written"
    )
    assert "Geheim" not in entry.object_repr + entry.change_message


def test_old_imports_go_with_what_they_held(session):
    begin("Family name\nDemo-A\n", session)
    assert services.delete_old_imports() == 0
    ImportJob.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert services.delete_old_imports() == 1


# Delegations -----------------------------------------------------------------------


def test_delegations_are_added_and_those_there_stay_as_they_are():
    make_delegation(name_en="Ruritania", name_fr="Ruritanie")
    rows = [
        "Name,Français,Kind,Accredited,Country code",
        "Freedonia,Freedonie,Member State,yes,CH",  # 2
        "ruritania,Autre,NGO,no,",  # 3: there
        "Sylvania,Ruritanie,Member State,,",  # 4: its French name is taken
        "Demo Union,,Intergovernmental organization (IGO),x,",  # 5
        "Demo League,,club,,",  # 6
        ",Sans nom,NGO,,",  # 7
        "Freedonia,,NGO,,",  # 8: row 2 again
    ]
    job = begin("\n".join(rows), None, kind="delegations")

    found = check(job)
    written = write(job)

    assert {n: o for n, (o, _p) in found.items()} == {
        2: "good",
        3: "there",
        4: "bad",
        5: "good",
        6: "bad",
        7: "bad",
        8: "bad",
    }
    assert [n for n, o in written.items() if o == Outcome.WRITTEN] == [2, 5]
    made = Delegation.objects.get(name_en="Freedonia")
    assert (made.kind, made.name_fr, made.is_accredited, made.country) == (
        "member_state",
        "Freedonie",
        True,
        "CH",
    )
    assert Delegation.objects.get(name_en="Ruritania").name_fr == "Ruritanie"
