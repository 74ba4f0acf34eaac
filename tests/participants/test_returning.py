"""People who come back: one answer for all, links only by mail, a form filled in."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import RequestFactory
from django.utils import timezone

from participants import limits, links, services, time_trap
from participants.models import EmailMessage, FocalPoint, Registration, Status
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import parse

pytestmark = pytest.mark.django_db
ASK = "/en/my-registration/"


def ask(client, email):
    return client.post(ASK, {"email": email})


def mailed():
    while services.deliver_due():
        pass
    return mail.outbox[-1]


def links_in(message, what):
    return re.findall(rf"^http\S+({what}/\S+)$", message.body, re.MULTILINE)


def test_a_known_address_is_answered_like_an_unknown_one(client):
    make_registration(make_session(), email="ana@example.org")

    known = ask(client, "ana@example.org")
    unknown = ask(client, "nobody@example.org")

    assert known.status_code == unknown.status_code == 200
    blotted = known.content.replace(b"ana@", b"nobody@")
    assert blotted == unknown.content
    assert EmailMessage.objects.count() == 2  # and each costs one mail
    assert "nothing for this address" in mailed().body


@pytest.mark.parametrize("email", ["", "ana", "ana@localhost", "ana\0@example.org"])
def test_a_bad_address_is_named_at_its_field(client, email):
    response = ask(client, email)

    assert "email" in response.context["form"].errors
    assert not EmailMessage.objects.exists()


def test_one_mail_an_hour_and_few_tries(client):
    for _n in range(limits.LINKS_PER_MAILBOX):
        assert ask(client, "ana@example.org").status_code == 200

    assert ask(client, "Ana@example.org").status_code == 429
    assert EmailMessage.objects.count() == 1


def test_the_mail_lists_live_registrations_and_everybody_of_the_mailbox(client):
    session = make_session()
    mine = make_registration(session, email="mission@example.org", family_name="Ana")
    other = make_registration(email="mission@example.org", family_name="Luis")
    Registration.objects.filter(pk=other.pk).update(status=Status.CANCELLED)
    typed = make_registration(
        session, email="mission@example.org", family_name="Eve", status="unverified"
    )
    make_registration(session, email="another@example.org", family_name="Other")

    ask(client, "Mission@example.org")

    stored = EmailMessage.objects.get()
    assert mine.token not in stored.text + stored.html
    message = mailed()
    assert f"registrations/{mine.token}/" in links_in(message, "registrations")
    people = [link for link in links_in(message, "registrations") if "/again/" in link]
    assert len(people) == 2
    assert "Ana" in message.body
    assert "Luis" in message.body
    assert typed.full_name not in message.body  # anybody may have typed it
    assert "Other" not in message.body


def test_the_link_opens_the_form_filled_in_and_it_can_be_sent(client):
    state = make_delegation()
    make_registration(
        make_session(status="cancelled"),
        email="ana@example.org",
        family_name="Núñez",
        category="member_state",
        delegation=state,
        accessibility_needs="Captions",
        wishes_to_speak=True,
    )
    session = make_session()
    ask(client, "ana@example.org")
    [path] = [x for x in links_in(mailed(), "registrations") if "/again/" in x]
    url = f"/en/{path}"

    page = client.get(url)

    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    html = parse(page)
    form = page.context["form"]
    assert form["family_name"].value() == "Núñez"
    assert form["accessibility_needs"].value() == "Captions"
    assert not form["wishes_to_speak"].value()
    assert not form["privacy"].value()
    action = html.one("form", id="registration-form").attrs["action"]
    assert action == f"/en/sessions/{session.slug}/register/"
    assert not Registration.objects.filter(session=session).exists()


def test_who_comes_back_is_not_taken_for_a_robot(client, settings):
    settings.FORM_SECONDS = 3
    make_session()
    last = make_registration(make_session(status="cancelled"))
    url = f"/en/registrations/{links.make_person_token(last.participant_id)}/again/"

    opened = parse(client.get(url)).one("input", name="opened").attrs["value"]

    moment = int(opened.split(".")[0])
    assert 0 <= time.time() - moment < 60
    post = RequestFactory().post("/", {"opened": opened})
    assert time_trap._moment(post.POST["opened"]) == str(moment)


def test_several_open_sessions_are_offered_and_none_is_said(client):
    row = make_registration(make_session(status="cancelled"))
    url = f"/en/registrations/{links.make_person_token(row.participant_id)}/again/"

    assert b"not open" in client.get(url).content
    first, second = make_session(), make_session()
    page = client.get(url)
    assert len([x for x in parse(page).links if "?session=" in x]) == 2
    assert client.get(f"{url}?session={second.slug}").context["session"] == second
    assert client.get(f"{url}?session=nowhere").context["sessions"] == [first, second]


def test_a_dead_or_forged_link_opens_nothing(client, monkeypatch):
    make_session()
    row = make_registration(make_session(status="cancelled"))
    token = links.make_person_token(row.participant_id)

    def status(token):
        return client.get(f"/en/registrations/{token}/again/").status_code

    assert status(token) == 200
    assert status(token[:-1]) == 404
    assert status(row.token) == 404
    assert client.get(f"/en/registrations/{token}/").status_code == 404
    late = signing.time.time() + timedelta(hours=25).total_seconds()
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: late)
        assert status(token) == 410
    services.erase(row)
    assert status(token) == 410
    assert status(links.make_person_token(999_999_999)) == 410


def test_a_focal_point_finds_the_delegation_again(client):
    state = make_delegation(name="Ruritania")
    focal_point = FocalPoint.objects.create(delegation=state, email="fp@example.org")

    ask(client, "FP@example.org")

    message = mailed()
    assert links_in(message, "delegations") == [f"delegations/{focal_point.token}/"]
    assert "Ruritania" in message.body


def test_a_session_that_is_over_has_no_link_any_more(client):
    day = (timezone.now() - timedelta(days=3)).date()
    make_registration(
        make_session(starts_on=day, ends_on=day, registration_closes_at=timezone.now()),
        email="ana@example.org",
    )

    ask(client, "ana@example.org")

    assert "nothing for this address" in mailed().body
