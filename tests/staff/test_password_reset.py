"""A forgotten password: a mail, a new one, and still the second factor."""

import re

import pytest
from django.core import mail

from participants import services, staff_mail
from participants.models import EmailMessage
from tests.factories import make_registration
from tests.staff.people import code_of, make_member
from tests.staff.signing_in import give_telephone, sign_in, type_code

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"


@pytest.fixture(autouse=True)
def _asked_by_others(settings):
    settings.STAFF_SECOND_FACTOR = True


# A new password by mail ---------------------------------------------------------------


def reset_link(client, email):
    client.post("/account/password/reset/", {"email": email})
    services.deliver_due()
    return re.search(r"http://localhost(/account/\S+)", mail.outbox[-1].body)[1]


def test_a_reset_never_skips_the_second_factor(client):
    user = make_member(email="staff@example.org", is_superuser=True)
    secret = give_telephone(user)
    link = reset_link(client, "staff@example.org")

    form = client.get(link, follow=True)
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)

    assert done.status_code == 200
    assert client.get(ADMIN).url.startswith("/admin/login/")
    assert sign_in(client, user, "quite another phrase").url.endswith("/authenticate/")
    assert client.get(ADMIN).status_code == 302
    assert type_code(client, code_of(secret)).url == ADMIN
    assert client.get(link).status_code == 200  # the link is dead
    assert "password1" not in client.get(link, follow=True).content.decode()


def test_the_outbox_never_holds_the_key_and_no_other_mail_gets_one(client):
    user = make_member(email="staff@example.org")
    client.post("/account/password/reset/", {"email": "staff@example.org"})
    stored = EmailMessage.objects.get()
    hostile = make_registration(family_name=staff_mail.placeholder(user.pk))
    services.cancel(hostile)

    assert "/password/reset/key/" not in stored.text + stored.html
    assert staff_mail.placeholder(user.pk) in stored.text
    services.deliver_due()
    bodies = {m.to[0]: m.body for m in mail.outbox}
    assert "/password/reset/key/" in bodies["staff@example.org"]
    assert "/password/reset/key/" not in bodies[hostile.email]


def test_the_mail_is_in_the_language_of_the_page(client):
    make_member(email="staff@example.org")

    client.post(
        "/account/password/reset/",
        {"email": "staff@example.org"},
        headers={"Accept-Language": "fr"},
    )

    assert EmailMessage.objects.get().language == "fr"


def test_the_link_leads_to_this_site_whatever_host_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_member(email="staff@example.org")
    client.post(
        "/account/password/reset/",
        {"email": "staff@example.org"},
        headers={"Host": "evil.example.org"},
    )
    services.deliver_due()

    assert "evil" not in mail.outbox[-1].body
