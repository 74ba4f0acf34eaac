"""The content security policy: strict, and nothing on any page that it would block."""

import pytest
from django.contrib import admin
from django.urls import reverse

from participants.models import Registration, Status
from sessions.models import Appearance, Session
from tests.factories import (
    make_delegation,
    make_mail,
    make_registration,
    make_session,
)
from tests.pages import against_the_policy, parse, status_of
from tests.sessions.factories import (
    fill_session,
    make_document,
    make_item,
    make_picture,
    make_speaker,
)

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HOSTILE = "<script>alert(1)</script>\"' onload=x"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def policy_of(response):
    parts = response["Content-Security-Policy"].split(";")
    return dict(part.split(maxsplit=1) for part in parts)


def full_session(**fields):
    """Make a session with something in every part of its page."""
    session = make_session(
        description="Words.",
        summary="Words.",
        cover=make_picture(),
        webcast_url="https://webcast.wipo.int/",
        interpretation_languages=["en", "fr"],
        capacity_in_person=20,
        **fields,
    )
    fill_session(session, 2)
    make_document(session)
    speaker = make_speaker(photo=make_picture())
    Appearance.objects.create(session=session, speaker=speaker)
    return session


def public_pages(language):
    """List the address of every page that needs no password."""
    session = full_session()
    cancelled = make_session(status=Session.Status.CANCELLED)
    at = f"/{language}/sessions"
    rows = [make_registration(session, status=status) for status in Status.values]
    rows += [make_registration(session, mode="online")]
    personal = [
        f"/{language}/registrations/{row.token}/{part}"
        for row in rows
        for part in ["", "change/", "cancel/"]
    ]
    gone = make_registration(session)
    Registration.objects.filter(pk=gone.pk).update(epoch=1)
    return [
        f"/{language}/",
        f"{at}/",
        f"{at}/{session.slug}/",
        f"{at}/{cancelled.slug}/",
        f"{at}/{session.slug}/register/",
        f"{at}/{cancelled.slug}/register/",
        f"/{language}/privacy/",
        f"/{language}/nowhere/",
        f"/{language}/?q=%00",
        f"/{language}/registrations/{gone.token}/",
        *personal,
    ]


def admin_pages(client):
    """List the admin's pages: index, lists, forms, history, a question, sign-out."""
    session = full_session()
    make_registration(session, delegation=make_delegation(), category="member_state")
    make_mail()
    urls = [reverse("admin:index"), reverse("admin:password_change")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        row = model.objects.first()
        if row is not None:
            urls += [
                reverse(f"{name}_{page}", args=[row.pk]) for page in PAGES_OF_A_ROW
            ]
    return [url for url in urls if status_of(client, url) == 200]


PAGES_OF_A_ROW = ["change", "history", "delete"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_public_page_keeps_the_policy(client, language):
    for url in public_pages(language):
        response = client.get(url)

        assert policy_of(response) == POLICY, url
        assert response["X-Content-Type-Options"] == "nosniff", url
        assert against_the_policy(parse(response)) == [], url


def test_pages_that_answer_a_form_keep_the_policy(client):
    session = full_session()
    url = reverse("participants:register", args=[session.slug])
    good = {
        "mode": "online",
        "category": "academia",
        "family_name": HOSTILE,
        "email": "ana@example.org",
        "country": "CL",
        "privacy": "on",
    }

    wrong = client.post(url, {"family_name": HOSTILE})
    sent = client.post(url, good, follow=True)

    assert sent.redirect_chain
    for response in (wrong, sent):
        assert response.status_code == 200
        assert policy_of(response) == POLICY
        assert against_the_policy(parse(response)) == []
    assert "<script>alert" not in wrong.content.decode()


def test_every_admin_page_keeps_the_policy(admin_client, client):
    urls = admin_pages(admin_client)
    assert len(urls) > 25

    for url in urls:
        response = admin_client.get(url)
        assert policy_of(response) == POLICY, url
        assert against_the_policy(parse(response)) == [], url
    assert policy_of(client.get("/admin/", follow=True)) == POLICY


def test_the_question_before_an_action_keeps_the_policy(admin_client):
    row = make_registration()
    url = reverse("admin:participants_registration_changelist")
    data = {"action": "cancel", "_selected_action": row.pk}

    response = admin_client.post(url, data)

    assert response.templates[0].name == "admin/participants/ask.html"
    assert policy_of(response) == POLICY
    assert against_the_policy(parse(response)) == []


def test_files_and_ornaments_keep_the_policy(client):
    session = full_session()
    paper = session.documents.get(url="")
    for url in [
        paper.get_absolute_url(),
        f"/en/pictures/cover/{session.pk}/",
        f"/en/ornaments/{session.number}.svg",
        "/healthz",
    ]:
        response = client.get(url)
        assert b"".join(response), url
        assert policy_of(response) == POLICY, url


# Hostile content ----------------------------------------------------------------------


def test_hostile_texts_are_inert_on_every_page(client):
    session = make_session(
        title=HOSTILE,
        summary=HOSTILE,
        description=(
            f"{HOSTILE}\n\n[link](javascript:alert(1)) [data](data:text/html,x)\n\n"
            '<img src=x onerror="alert(1)"> <a href="javascript:alert(1)">x</a>\n\n'
            "![pixel](https://evil.example.org/pixel.png)\n\n[good](https://wipo.int/)"
        ),
        city=HOSTILE[:20],
        venue=HOSTILE,
        hours=HOSTILE[:20],
        meeting_code=HOSTILE[:20],
    )
    fill_session(session, 1)
    item = make_item(session, title=HOSTILE, abstract=HOSTILE)
    make_document(session, title=HOSTILE)
    speaker = make_speaker(
        name=f"<b>{HOSTILE}</b>", affiliation=HOSTILE, photo=make_picture()
    )
    for place in (item, None):
        Appearance.objects.create(
            session=session, agenda_item=place, speaker=speaker, function=HOSTILE
        )
    session.topics.create(text=HOSTILE)
    session.themes.create(slug="x", name=HOSTILE)
    session.sources.create(title=HOSTILE, url="https://www.wipo.int/")

    for url in ["/en/", "/en/sessions/", session.get_absolute_url()]:
        response = client.get(url)
        page = parse(response)
        assert against_the_policy(page) == []
        assert "<script>alert" not in response.content.decode()
        assert not [
            link for link in page.links if link.startswith(("javascript", "data"))
        ]
    assert not page.all("b", class_="")
    assert "https://wipo.int/" in page.links
    assert "evil.example.org" not in "".join(e.attrs.get("src", "") for e in page)
    assert page.one("ul", class_="people").all("h3")[1].text == f"<b>{HOSTILE}</b>"


def test_hostile_names_are_inert_in_the_admin(admin_client):
    row = make_registration(family_name=HOSTILE, organisation=HOSTILE)
    speaker = make_speaker(name=HOSTILE)
    Appearance.objects.create(session=row.session, speaker=speaker)
    make_mail(subject=HOSTILE, text=HOSTILE, registration=row)

    for what, pk in [
        ("participants/registration", row.pk),
        ("conversation/speaker", speaker.pk),
        ("conversation/session", row.session.pk),
        ("participants/emailmessage", row.emails.get().pk),
    ]:
        for url in [f"/admin/{what}/", f"/admin/{what}/{pk}/change/"]:
            response = admin_client.get(url)
            assert against_the_policy(parse(response)) == []
            assert "<script>alert" not in response.content.decode()
