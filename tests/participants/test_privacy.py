"""A person's own data: taken along, erased, forgotten."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.forms.models import model_to_dict
from django.utils import timezone

from participants import services
from participants.emails.preview import queue_test
from participants.models import (
    EmailMessage,
    FocalPoint,
    Message,
    Participant,
    Registration,
    Status,
)
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)
from tests.participants.test_personal_pages import page_of

pytestmark = pytest.mark.django_db
SECRETS = ["Núñez", "ana@example.org", "Demo Institute", "Ramp please"]


def make_ana(session=None, **fields):
    defaults = {
        "email": "ana@example.org",
        "family_name": "Núñez",
        "organisation": "Demo Institute",
        "accessibility_needs": "Ramp please",
        "visibility": "everyone",
    }
    row = services.register(session or make_session(), **person(**defaults | fields))
    return services.confirm(row, another_person=True)


def everything_stored():
    rows = [*Registration.objects.all(), *Participant.objects.all()]
    rows += EmailMessage.objects.all()
    return "".join(str(model_to_dict(row)) + str(vars(row)) for row in rows)


def test_my_data_are_complete_and_open_no_link(client):
    row = make_ana()

    response = client.get(page_of(row, "my-data"))

    data = json.loads(response.content)
    assert all(secret in response.content.decode() for secret in SECRETS)
    assert [entry["event"] for entry in data["history"]] == ["registered", "verified"]
    assert len(data["mails"]) == 2
    assert row.token not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_erasing_leaves_nothing_that_names_the_person(client):
    session = make_session(capacity_in_person=1)
    row = make_ana(session)
    waiting = services.confirm(services.register(session, **person()))
    key, url = row.participant.person_key, page_of(row)
    assert client.get(page_of(row, "erase")).status_code == 200
    assert Registration.objects.filter(erased_at=None).count() == 2

    response = client.post(page_of(row, "erase"))

    assert response.status_code == 200
    stored = everything_stored()
    assert [
        secret for secret in SECRETS if secret.casefold() in stored.casefold()
    ] == []
    assert "nunez" not in stored
    assert Participant.objects.filter(person_key=key).exists()
    assert client.get(url).status_code == 410
    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def test_erasing_reaches_all_registrations_of_the_person_and_nobody_elses():
    first, second = make_ana(), make_ana()
    namesake = make_ana(email="other@example.org")
    assert first.participant == second.participant

    services.erase(first)
    services.erase(first)

    left = Registration.objects.filter(erased_at=None)
    assert list(left) == [namesake]
    assert Registration.objects.filter(status=Status.CANCELLED).count() == 2


def test_erasing_takes_the_name_out_of_the_admins_log():
    row = make_ana()
    entry = LogEntry.objects.create(
        user=make_staff(),
        content_type=ContentType.objects.get_for_model(Registration),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
    )

    services.erase(row)

    entry.refresh_from_db()
    assert entry.object_repr == "—"


def test_erasing_takes_the_person_out_of_a_mail_that_is_somebody_elses_too():
    session = make_session()
    row = make_ana(session, email="mission@example.org")
    make_ana(session, email="mission@example.org", family_name="O'Neil <b>")
    services.deliver_due()
    services.mail_links("Mission@example.org", "en")

    services.erase(row)

    stored = EmailMessage.objects.get(kind="links")
    assert "Núñez" not in stored.text + stored.html
    services.deliver_due()
    sent = mail.outbox[-1]
    html = sent.alternatives[0].content
    assert "Test O'Neil <b>" in sent.body
    assert "Test O&#x27;Neil &lt;b&gt;" in html
    assert sent.body.count("/registrations/") == 2  # hers, and one to come again
    assert "Núñez" not in sent.body + html


def test_erasing_takes_the_last_of_a_mailbox_out_of_the_log_of_mails():
    row = make_ana()
    make_ana(email="shared@example.org")
    second = make_ana(email="shared@example.org", family_name="Other")
    mission = make_ana(email="mission@example.org")
    FocalPoint.objects.create(delegation=make_delegation(), email=mission.email)
    for email in ["Ana@example.org", "shared@example.org", "mission@example.org"]:
        services.mail_links(email, "en")

    for erased in [row, second, mission]:
        services.erase(erased)

    left = EmailMessage.objects.filter(kind="links").order_by("pk")
    assert [one.to for one in left] == ["shared@example.org", "mission@example.org"]


@pytest.mark.parametrize("forget", ["erase", "retention"])
def test_erasing_takes_along_what_staff_mailed_themselves_as_a_test(forget, settings):
    day = (timezone.now() - timedelta(days=900)).date()
    row = make_registration(
        make_session(starts_on=day, ends_on=day), family_name="Núñez"
    )
    message = Message.objects.create(
        session=row.session, subject="To {name}", body="Dear {family_name}"
    )
    queue_test(message, row, "writer@example.org")
    assert "Núñez" in EmailMessage.objects.get().text
    assert services.personal_data(row)["mails"] == []

    if forget == "erase":
        services.erase(row)
    else:
        settings.RETENTION_MONTHS = 24
        services.forget_old()

    assert not EmailMessage.objects.exists()


def test_mails_that_belong_to_nobody_go_after_a_month():
    services.mail_links("old@example.org", "en")
    EmailMessage.objects.update(created_at=timezone.now() - timedelta(days=31))
    services.mail_links("new@example.org", "en")

    assert services.delete_old_link_mails() == 1
    assert EmailMessage.objects.get().to == "new@example.org"


def test_counts_of_people_and_countries_outlive_erasure():
    row, _other = make_ana(), make_registration()
    people = Participant.objects.values("person_key").distinct().count()

    services.erase(row)

    assert Participant.objects.values("person_key").distinct().count() == people
    row.refresh_from_db()
    assert (row.country, row.category) == ("CH", "academia")


def test_the_erased_may_register_again_as_somebody_new():
    session = make_session()
    row = make_ana(session)
    services.erase(row)

    again = make_ana(session)

    assert again.participant != row.participant


def test_withdrawing_consent_hides_the_entry(client):
    row = make_ana()

    response = client.post(page_of(row, "withdraw"))

    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.visibility, row.no_photographs) == ("nobody", True)
    assert row.status == Status.CONFIRMED
    client.post(page_of(row, "withdraw"))
    assert row.transitions.filter(event="changed").count() == 1


@pytest.mark.parametrize(("months", "forgotten"), [(12, 1), (0, 0), (48, 0)])
def test_what_is_older_than_the_retention_is_forgotten(settings, months, forgotten):
    settings.RETENTION_MONTHS = months
    day = (timezone.now() - timedelta(days=2 * 365)).date()
    old = make_session(starts_on=day, ends_on=day)
    row, recent = make_registration(old, family_name="Núñez"), make_registration()

    assert services.forget_old() == forgotten
    assert services.forget_old() == 0

    row.refresh_from_db()
    recent.refresh_from_db()
    assert (row.family_name == "") is bool(forgotten)
    assert recent.family_name
    assert row.status == Status.CONFIRMED  # what was, was


def test_a_person_who_came_again_keeps_the_address(settings):
    settings.RETENTION_MONTHS = 12
    day = (timezone.now() - timedelta(days=2 * 365)).date()
    row = make_registration(make_session(starts_on=day, ends_on=day))
    again = Registration.objects.get(pk=row.pk)
    again.pk, again.code, again.session = None, "another", make_session()
    again.save(force_insert=True)

    services.forget_old()

    row.participant.refresh_from_db()
    assert row.participant.email
