"""What the admin shows and nobody writes there, and to whom it shows nothing."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.models import EmailMessage, Participant, Registration
from tests.factories import make_mail, make_registration
from tests.pages import parse

pytestmark = pytest.mark.django_db

LIST = "admin:participants_registration_changelist"


def change_url(row):
    return reverse(f"admin:participants_{row._meta.model_name}_change", args=[row.pk])


def signed_in(*permissions: str) -> Client:
    """Return the browser of somebody of the staff with these permissions."""
    user = User.objects.create_user("registrar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", [Participant, EmailMessage])
def test_people_and_mails_are_read_only(admin_client, model):
    row = make_registration()
    make_mail(registration=row, text="Words of the mail")
    kept = model.objects.values().get()
    url = change_url(model.objects.get())
    base = url.removesuffix(f"{kept['id']}/change/")

    assert admin_client.get(base).status_code == 200
    assert admin_client.get(url).status_code == 200
    for path in (url, f"{base}add/", url.replace("change", "delete")):
        assert admin_client.post(path, {"email": "x@example.org"}).status_code == 403
    admin_client.post(
        base, {"action": "delete_selected", "_selected_action": kept["id"]}
    )

    assert model.objects.values().get() == kept


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_registrations_are_neither_added_nor_deleted_here(admin_client, path):
    row = make_registration()
    url = reverse(LIST) + path.format(pk=row.pk)

    assert admin_client.post(url, {"post": "yes"}).status_code == 403
    assert Registration.objects.count() == 1


def test_a_person_is_found_with_all_registrations(admin_client):
    row = make_registration(email="Ana@Example.org")
    make_registration()

    page = parse(
        admin_client.get(
            reverse("admin:participants_participant_changelist"), {"q": "ANA@"}
        )
    )
    person = parse(admin_client.get(change_url(row.participant)))

    assert page.text.count("@example.org") + page.text.count("@Example.org") == 1
    assert row.session.title in person.text
    assert change_url(row) in person.links


def test_failed_mails_are_queued_again_and_no_others(admin_client):
    failed = make_mail(state="failed", attempts=24, last_answer="550 no such user")
    sent = make_mail(state="sent", attempts=1)
    url = reverse("admin:participants_emailmessage_changelist")
    data = {"action": "retry", "_selected_action": [failed.pk, sent.pk]}

    response = admin_client.post(url, data, follow=True)

    assert "1 mail queued." in parse(response).text
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts, sent.state) == ("queued", 0, "sent")
    assert failed.next_try_at <= timezone.now()


def test_the_mail_log_is_found_by_state_and_address(admin_client):
    make_mail(state="failed", to="bounced@example.org")
    make_mail(to="fine@example.org")
    url = reverse("admin:participants_emailmessage_changelist")

    for query in [{"state__exact": "failed"}, {"q": "bounced"}]:
        page = parse(admin_client.get(url, query))
        assert "bounced@example.org" in page.text
        assert "fine@example.org" not in page.text


@pytest.mark.parametrize("name", ["registration", "participant", "emailmessage"])
def test_staff_without_the_permission_see_nothing(client, name):
    row = make_registration(family_name="Secret")
    make_mail(registration=row)
    url = reverse(f"admin:participants_{name}_changelist")

    assert client.get(url).status_code == 302
    assert signed_in("view_session").get(url).status_code == 403


def test_staff_who_may_only_look_correct_and_decide_nothing():
    row = make_registration(city="Geneva")
    reader = signed_in("view_registration")
    page = parse(reader.get(reverse(LIST)))

    posted = reader.post(change_url(row), {"city": "Bern"})
    cancelled = reader.post(
        reverse(LIST), {"action": "cancel", "sure": "1", "_selected_action": row.pk}
    )

    assert not page.all("select", name="action")
    assert (posted.status_code, cancelled.status_code) == (403, 200)
    row.refresh_from_db()
    assert (row.city, row.status) == ("Geneva", "confirmed")
