"""A row of every model that the admin knows, for the walk."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from participants.models import (
    CheckIn,
    DecisionJob,
    DeclineReason,
    DoorAssignment,
    ExportJob,
    FocalPoint,
    Message,
    NominationLetter,
    Organisation,
    PrintRun,
)
from participants.services import start_import
from participants.services.editions import issue_edition
from tests.factories import (
    make_delegation,
    make_mail,
    make_registration,
    make_session,
)
from tests.pages import form_of
from tests.sessions.factories import fill_session
from tests.staff.people import browser_of


def make_rows():
    """Make a row of every model that the admin knows; return them by model."""
    session = make_session()
    fill_session(session, 1)
    row = make_registration(session, delegation=make_delegation(), category="observer")
    make_mail(registration=row)
    CheckIn.objects.create(registration=row, day=session.starts_on)
    DoorAssignment.objects.create(
        user=User.objects.get(username="door"), session=session
    )
    make_paper(session, row)
    make_jobs(User.objects.get(username="root"), session)
    return {model: model.objects.first() for model in admin.site._registry}


def make_paper(session, row):
    """Make what is printed, mailed and sent in for a session."""
    delegation = row.delegation
    PrintRun.objects.create(session=session)
    issue_edition(session, kind="provisional", by=None)
    Message.objects.create(session=session, subject_en="News", body_en="News")
    FocalPoint.objects.create(delegation=delegation, email="mission@example.org")
    Organisation.objects.create(name="Demo University")
    DeclineReason.objects.create(text="The places are taken.")
    letter = NominationLetter(kind=NominationLetter.Kind.PDF)
    letter.file.save("", ContentFile(b"%PDF-"))
    letter.registrations.add(row)


def make_jobs(owner, session):
    """Make what one person has asked the worker for, and a draft of theirs."""
    content = b"Family name,E-mail address\nDemo,demo@example.org\n"
    start_import(
        content, kind="participants", file_name="x.csv", by=owner, session=session
    )
    later = timezone.now() + timedelta(days=1)
    job = ExportJob(by=owner, format="csv", state="done", expires_at=later)
    job.file.save("x.csv", ContentFile(content))
    DecisionJob.objects.create(by=owner, action="approve", state="done")
    browser = browser_of(owner)
    url = reverse("admin:conversation_session_change", args=[session.pk])
    form = {**form_of(browser, url), "_save_draft": ["x"]}
    assert browser.post(url, form).status_code == 302
