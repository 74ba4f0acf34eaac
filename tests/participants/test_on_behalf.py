"""Staff register somebody by a form, and the speakers of a session in one step."""

import pytest
from django.urls import reverse

from participants.models import EmailMessage, Registration
from sessions.models import Appearance, Session
from tests.factories import make_registration, make_session
from tests.pages import against_the_policy, form_data, parse
from tests.participants.test_dashboard import signed_in
from tests.sessions.factories import make_speaker

pytestmark = pytest.mark.django_db

NEW = reverse("admin:participants_on_behalf")


def answers(session, **fields):
    return {
        "session": session.pk,
        "role": "guest",
        "mode": "in_person",
        "category": "individual",
        "family_name": "Núñez",
        "country": "CH",
        "language": "en",
        "position": "0",
    } | fields


def test_somebody_without_an_address_is_registered(admin_client):
    session = make_session(capacity_in_person=0)

    response = admin_client.post(NEW, answers(session), follow=True)

    row = Registration.objects.get()
    assert (row.status, row.role, row.takes_place) == ("confirmed", "guest", False)
    assert "Registered: Núñez" in parse(response).text
    assert not EmailMessage.objects.exists()


def test_who_takes_a_place_waits_where_none_is_free(admin_client):
    session = make_session(capacity_in_person=0)
    data = answers(session, takes_place="on", email="nunez@example.org")

    admin_client.post(NEW, data)

    assert Registration.objects.get().status == "waiting"
    assert EmailMessage.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"family_name": ""},
        {"email": "nobody"},
        {"session": "9" * 30},
        {"category": "member_state"},
        {"mode": "by_post"},
        {"family_name": "x\0"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(admin_client, wrong):
    session = make_session()

    page = parse(admin_client.post(NEW, answers(session, city="Kept") | wrong))

    assert page.all("ul", class_="errorlist") or page.all(
        "ul", class_="errorlist nonfield"
    )
    assert page.one("input", name="city").attrs["value"] == "Kept"
    assert not Registration.objects.exists()


def test_a_refusal_of_the_service_stands_at_its_field(admin_client):
    session = make_session(mode="online")
    page = parse(admin_client.post(NEW, answers(session)))
    assert "Choose one of the modes offered." in page.text


def test_pages_need_the_permission_to_add():
    session = make_session()
    client = signed_in("view_registration", "change_registration")
    for url in [NEW, reverse("admin:participants_speakers", args=[session.number])]:
        assert client.get(url).status_code == 403
        assert client.post(url, answers(session)).status_code == 403
    assert not Registration.objects.exists()


# Speakers --------------------------------------------------------------------------


@pytest.fixture
def session():
    session = make_session(status=Session.Status.DRAFT)
    for name in ["Ana Núñez", "王小明", "Demo Suharto"]:
        speaker = make_speaker(name=name, affiliation="Demo Institute")
        Appearance.objects.create(session=session, speaker=speaker)
    return session


def url_of(session):
    return reverse("admin:participants_speakers", args=[session.number])


def form_of(client, session):
    page = parse(client.get(url_of(session)))
    assert against_the_policy(page) == []
    forms = [f for f in page.all("form") if f.all("table")]
    return form_data(forms[0]) if forms else None


def test_speakers_become_registrations_in_one_step(admin_client, session):
    response = admin_client.post(url_of(session), form_of(admin_client, session))
    assert response.status_code == 302

    rows = session.registrations.order_by("family_name")
    assert {(r.given_name, r.family_name) for r in rows} == {
        *[("Ana", "Núñez"), ("", "王小明"), ("Demo", "Suharto")]
    }
    assert {(r.status, r.role, r.takes_place, r.function) for r in rows} == {
        ("confirmed", "speaker", False, "Demo Institute")
    }
    assert form_of(admin_client, session) is None  # nobody is left


def test_who_is_registered_is_not_offered_again(admin_client, session):
    make_registration(session, role="speaker", family_name="NUNEZ", given_name="Ana")
    data = form_of(admin_client, session)
    assert len([name for name in data if name.endswith("family_name")]) == 2


def test_one_refusal_registers_nobody_and_keeps_what_was_typed(admin_client, session):
    other = make_registration(session, family_name="Suharto", given_name="Demo")
    data = form_of(admin_client, session)
    last = next(k for k in data if data[k] == ["Suharto"])
    data[last.replace("family_name", "email")] = [other.email]

    page = parse(admin_client.post(url_of(session), data))

    assert "already has a registration" in page.text
    assert session.registrations.count() == 1
    assert other.email in [i.attrs.get("value") for i in page.all("input")]
