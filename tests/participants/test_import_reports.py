"""Reports of online attendance become check-ins; the command does the same."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from participants.models import CheckIn, ImportJob, Status
from tests.factories import make_registration, make_session
from tests.participants.test_imports import begin, check, people, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(
        starts_on=date(2024, 3, 13),
        ends_on=date(2024, 3, 14),
        capacity_in_person=1,
        registration_opens_at=None,
        registration_closes_at=None,
    )


# Attendance ------------------------------------------------------------------------

ZOOM = """Meeting ID,Topic,Start Time,End Time
123,Demo session,03/13/2024 09:00:00 AM,03/13/2024 05:00:00 PM

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Ana Demo (Chile),ana@example.org,03/13/2024 09:00:00 AM,03/13/2024 10:00:00 AM,60,
Ana,ANA@example.org,03/13/2024 09:30:00 AM,03/13/2024 11:00:00 AM,90,Yes
"Demo-Lee, Kim",,03/13/2024 02:00:00 PM,03/13/2024 02:30:00 PM,30,Yes
iPhone,,03/13/2024 02:00:00 PM,03/13/2024 02:30:00 PM,30,Yes
""".encode("utf-8-sig")
WEBEX = (
    "Display Name\tFirst Name\tLast Name\tAttendee Email\tJoin Time\tLeave Time"
    "\tAttendance Duration\n"
    "ana\tAna\tDemo-Núñez\tana@example.org\t2024-03-13 09:00:00\t2024-03-13 11:00:00"
    "\t120 mins\n"
    "Kim Demo-Lee\tKim\tDemo-Lee\tother@example.org\t2024-03-13 14:00:00"
    "\t2024-03-13 14:30:00\t30 mins\n"
    "nobody\tNo\tBody\tnobody@example.org\t2024-03-13 14:00:00\t\t1 mins\n"
    "early\tAna\tDemo-Núñez\tana@example.org\t2024-03-01 14:00:00\t\t1 mins\n"
).encode("utf-16")
INTERPREFY = (
    "User name;E-mail;Language;Connected at;Disconnected at;Duration\n"
    "Núñez;ana@example.org;French;13.03.2024 09:00;13.03.2024 11:00;02:00:00\n"
    "Demo-Lee Kim;;English;13.03.2024 14:00;13.03.2024 14:30;00:30:00\n"
    "Twin Demo;;English;13.03.2024 14:00;;00:30:00\n"
    "Kim Demo-Lee;;English;;;soon\n"
).encode("cp1252")


@pytest.fixture
def online(session):
    for family, given, email in [
        ("Demo-Núñez", "Ana", "ana@example.org"),
        ("Demo-Lee", "Kim", "kim@example.org"),
        ("Demo", "Twin", "twin1@example.org"),
        ("Demo", "Twin", "twin2@example.org"),
    ]:
        make_registration(
            session, family_name=family, given_name=given, email=email, mode="online"
        )
    make_registration(
        session, family_name="Demo-Gone", email="nobody@example.org", status="cancelled"
    )
    return session


@pytest.mark.parametrize(
    ("report", "outcomes"),
    [
        (ZOOM, {5: "written", 6: "written", 7: "written", 8: "left_out"}),
        (WEBEX, {2: "written", 3: "written", 4: "left_out", 5: "left_out"}),
        (INTERPREFY, {2: "written", 3: "written", 4: "left_out", 5: "left_out"}),
    ],
    ids=["zoom", "webex", "interprefy"],
)
def test_reports_become_check_ins_by_address_then_by_name(online, report, outcomes):
    for _again in range(2):
        job = begin(report, online, kind="attendance", day=date(2024, 3, 13))
        check(job)
        found = write(job)
        assert set(found) == set(outcomes)
        if _again:
            assert "written" not in found.values()
        else:
            assert found == outcomes

    rows = CheckIn.objects.values_list(
        "registration__given_name", "day", "mode", "minutes_online"
    ).order_by("registration_id")
    day = date(2024, 3, 13)
    assert list(rows) == [("Ana", day, "online", 120), ("Kim", day, "online", 30)]
    first = CheckIn.objects.earliest("at")
    assert first.at == datetime(2024, 3, 13, 8, tzinfo=UTC)


def test_a_longer_report_of_the_same_day_raises_the_minutes(online):
    for minutes, kept in [(30, 30), (90, 90), (10, 90)]:
        text = f"Name,Duration\nKim Demo-Lee,{minutes}\n"
        job = begin(text, online, kind="attendance", day=date(2024, 3, 14))
        check(job)
        write(job)
        assert CheckIn.objects.get().minutes_online == kept


def test_people_who_share_an_address_are_told_apart_by_name(session):
    for given in ["Ann", "Bob"]:
        make_registration(
            session, family_name="Demo", given_name=given, email="mission@example.org"
        )
    text = (
        "Name,Email,Minutes\nBob Demo,mission@example.org,5\nX,mission@example.org,5\n"
    )
    job = begin(text, session, kind="attendance", day=date(2024, 3, 13))
    found = check(job)
    write(job)

    assert CheckIn.objects.get().registration.given_name == "Bob"
    assert "share" in found[3][1][0]


# The command -----------------------------------------------------------------------


def run(session, file, *options):
    out, err = StringIO(), StringIO()
    call_command(
        "import_participants",
        str(session.number),
        str(file),
        *options,
        stdout=out,
        stderr=err,
    )
    return out.getvalue(), err.getvalue()


def test_the_command_checks_tells_and_writes(session, tmp_path):
    file = tmp_path / "demo.csv"
    file.write_text("Who,Country\nDemo-A,CH\nDemo-B,Atlantis\n")
    column = ["--column", "family_name=who"]

    with pytest.raises(CommandError, match="1 rows have problems; nothing was written"):
        run(session, file, *column)
    assert run(session, file, *column, "--dry-run")[0] == "2 rows: 1 good, 1 bad.\n"
    assert people(session) == []
    out, err = run(session, file, *column, "--only-good", "--state", "cancelled")

    assert out == "2 rows: 1 written, 1 left out.\n"
    assert "row 3: Country or territory: “Atlantis” is not known" in err
    assert session.registrations.get().status == Status.CANCELLED
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", [], "no rows"),
        (None, [], "No such file"),
        (b"a,b\n1,2\n", ["--column", "family_name=c"], "the headers are a, b"),
    ],
)
def test_the_command_refuses_what_it_cannot_read(
    session, tmp_path, content, options, said
):
    file = tmp_path / "demo.csv"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        run(session, file, *options)
    assert not ImportJob.objects.exists()
