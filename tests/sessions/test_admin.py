"""Staff edit a session in the admin; everybody reads it at the next request."""

from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from sessions.models import (
    AgendaItem,
    Appearance,
    Document,
    Session,
    Speaker,
    Theme,
    Topic,
)
from tests.factories import make_registration, make_session
from tests.pages import add_row, form_of, parse
from tests.sessions.factories import (
    fill_session,
    make_document,
    make_item,
    make_picture,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def change_url(session):
    return reverse("admin:conversation_session_change", args=[session.pk])


def save(client, url, data):
    response = client.post(url, data)
    if response.status_code != 302:
        context = response.context
        pytest.fail(f"{context['adminform'].errors} {context['errors']}")
    return response


def page_of(client, session):
    session.refresh_from_db()
    return parse(client.get(session.get_absolute_url()))


def test_staff_edit_all_of_a_session_and_publish_it(admin_client, client):
    theme = Theme.objects.create(slug="data", name="Training data")
    speaker = make_speaker(name="Ana Núñez")
    session = make_session(
        status=Session.Status.DRAFT,
        title="Working title",
        registration_opens_at=None,
        registration_closes_at=None,
    )
    url = change_url(session)
    data = form_of(admin_client, url)
    data |= {
        "title_en": ["Bytes & Rights"],
        "title_fr": ["Octets et droits"],
        "summary_en": ["Two days."],
        "description_en": ["First line\n\nSecond *line*"],
        "status": ["published"],
        "starts_on": ["2099-03-13"],
        "ends_on": ["2099-03-14"],
        "themes": [str(theme.pk)],
        "in_person_categories": ["academia", "member_state"],
        "interpretation_languages": ["en", "fr"],
        "registration_opens_at_0": ["2024-01-01"],
        "registration_opens_at_1": ["09:00"],
        "registration_closes_at_0": ["2099-03-08"],
        "registration_closes_at_1": ["18:00"],
        "capacity_in_person": ["20"],
    }
    add_row(data, "topics", text_en="AI regulation", text_fr="Régulation de l’IA")
    add_row(
        data,
        "agenda_items",
        kind="panel",
        title_en="Who owns the answer?",
        starts_at_0="2099-03-13",
        starts_at_1="10:00",
        ends_at_0="2099-03-13",
        ends_at_1="11:30",
    )
    add_row(
        data, "appearances", speaker=str(speaker.pk), role="chair", function_en="Judge"
    )
    add_row(
        data, "documents", kind="other", title_en="Note", url="https://www.wipo.int/n"
    )
    add_row(data, "sources", title="WIPO: news", url="https://www.wipo.int/news")
    assert client.get(session.get_absolute_url()).status_code == 404

    save(admin_client, url, data)

    page = page_of(client, session)
    words = page.one("main").text
    assert page.one("h1").text == "Bytes & Rights"
    for part in [
        "13–14 March 2099",
        "Two days.",
        "Second line",
        "Training data",
        "AI regulation",
        "Who owns the answer?",
        "10:00–11:30",
        "Ana Núñez",
        "Chair",
        "Judge",
        "Note",
        "WIPO: news",
        "Places available",
    ]:
        assert part in words
    assert session.in_person_categories == ["academia", "member_state"]
    assert session.registration_is_open
    french = parse(client.get(f"/fr/sessions/{session.slug}/"))
    assert french.one("h1").text == "Octets et droits"
    assert "Régulation de l’IA" in french.text


def test_a_speaker_appears_in_an_item_that_is_there(admin_client, client):
    session, speaker = make_session(), make_speaker(name="Ana Núñez")
    item = make_item(session)
    url = change_url(session)
    data = form_of(admin_client, url)
    add_row(
        data,
        "appearances",
        speaker=str(speaker.pk),
        role="moderator",
        agenda_item=str(item.pk),
    )

    save(admin_client, url, data)

    programme = page_of(client, session).one("ol", class_="prog")
    assert programme.one("ul", class_="podium").text == "Ana Núñez · Moderator"


def test_an_edited_item_and_a_deleted_one_are_on_the_page(admin_client, client):
    session = make_session()
    fill_session(session, 3)
    url = change_url(session)
    data = form_of(admin_client, url)
    data["agenda_items-0-title_en"] = ["Renamed"]
    data["agenda_items-1-DELETE"] = ["on"]
    data["topics-2-DELETE"] = ["on"]
    data["topics-0-position"] = ["9"]

    save(admin_client, url, data)

    page = page_of(client, session)
    titles = [h.text for h in page.one("ol", class_="prog").all("h4")]
    assert titles == ["Renamed", f"Item {session.number}-2"]
    topics = next(ol for ol in page.all("ol") if "list-n" in ol.attrs.get("class", ""))
    assert [li.text for li in topics.all("li")] == [
        f"Topic {session.number}-1",
        f"Topic {session.number}-0",
    ]
    assert len(page.one("ul", class_="people").all("li")) == 3
    assert Appearance.objects.count() == 5


def test_an_item_goes_while_what_names_it_is_edited(admin_client):
    session = make_session()
    fill_session(session, 1)
    url = change_url(session)
    data = form_of(admin_client, url)
    data["agenda_items-0-DELETE"] = ["on"]
    data["appearances-0-role"] = data["appearances-1-role"] = ["chair"]
    data["documents-0-title_en"] = ["Renamed"]

    save(admin_client, url, data)

    assert [row.role for row in session.appearances.all()] == ["chair"]
    document = session.documents.get()
    assert (document.title, document.agenda_item) == ("Renamed", None)


def test_a_form_saved_as_it_stands_changes_nothing(admin_client):
    session = make_session(
        description="Line\n\nLine",
        interpretation_languages=["ar"],
        in_person_categories=["press"],
        cover=make_picture(),
        registration_opens_at=datetime(2024, 1, 1, 8, 30, 15, tzinfo=UTC),
        registration_closes_at=datetime(2099, 10, 25, 2, 30, tzinfo=UTC),
    )
    fill_session(session, 2)
    make_document(session)
    models = [Session, Topic, AgendaItem, Appearance, Document, Speaker]

    def rows():
        return {
            f"{model.__name__} {row['id']} {name}": value
            for model in models
            for row in model.objects.values()
            for name, value in row.items()
            if name != "updated_at"
        }

    before = rows()
    save(admin_client, change_url(session), form_of(admin_client, change_url(session)))

    after = rows()
    assert {name: after[name] for name in after if after[name] != before[name]} == {}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_on": ["2001-01-01"]}, "__all__"),
        ({"ends_on": [""]}, "__all__"),
        ({"title_en": [""]}, "title_en"),
        ({"number": ["-1"]}, "number"),
        ({"time_zone": ["Mars/Olympus"]}, "time_zone"),
        ({"slug": ["no slug"]}, "slug"),
        ({"webcast_url": ["javascript:alert(1)"]}, "webcast_url"),
        ({"mode": ["by balloon"]}, "mode"),
        ({"in_person_categories": ["emperor"]}, "in_person_categories"),
        (
            {"registration_closes_at_0": [""], "registration_closes_at_1": [""]},
            "__all__",
        ),
    ],
)
def test_a_mistake_is_named_and_nothing_is_stored(admin_client, fields, field):
    session = make_session()
    url = change_url(session)

    response = admin_client.post(url, form_of(admin_client, url) | fields)

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert Session.objects.get().title == session.title


def test_an_item_outside_the_days_is_named(admin_client):
    session = make_session()
    url = change_url(session)
    data = form_of(admin_client, url)
    add_row(
        data,
        "agenda_items",
        kind="panel",
        starts_at_0="2001-01-01",
        starts_at_1="10:00",
        ends_at_0="2001-01-01",
        ends_at_1="11:00",
    )

    response = admin_client.post(url, data)

    assert "The item lies outside the days of the session." in parse(response).text
    assert not AgendaItem.objects.exists()


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [("publish", "draft", "published"), ("unpublish", "published", "draft")],
)
def test_the_list_publishes_and_takes_off_the_site(
    admin_client, client, action, before, after
):
    chosen, other = make_session(status=before), make_session(status=before)
    url = reverse("admin:conversation_session_changelist")

    admin_client.post(url, {"action": action, "_selected_action": [chosen.pk]})

    chosen.refresh_from_db()
    other.refresh_from_db()
    assert (chosen.status, other.status) == (after, before)
    wanted = 200 if after == "published" else 404
    assert client.get(chosen.get_absolute_url()).status_code == wanted


def test_a_new_session_is_a_draft(admin_client):
    url = reverse("admin:conversation_session_add")
    data = form_of(admin_client, url)
    data |= {"number": ["99"], "title_en": ["New"], "slug": ["99-new"]}

    save(admin_client, url, data)

    assert Session.objects.get().status == Session.Status.DRAFT


def test_a_session_with_registrations_is_not_deleted(admin_client):
    session = make_registration().session
    url = reverse("admin:conversation_session_delete", args=[session.pk])

    response = admin_client.post(url, {"post": "yes"})

    assert response.context["protected"]
    assert Session.objects.exists()


def test_the_form_links_to_the_page_and_of_a_draft_to_its_preview(admin_client):
    public, draft = make_session(), make_session(status=Session.Status.DRAFT)

    for session, query in [(public, ""), (draft, "?preview")]:
        page = parse(admin_client.get(change_url(session)))
        link = page.one("a", class_="viewsitelink").attrs["href"]
        assert link == session.get_absolute_url() + query
        assert admin_client.get(link).status_code == 200


def test_staff_who_may_only_look_change_nothing(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_session"))
    client.force_login(user)
    session = make_session(title="As it was")

    looked = client.get(change_url(session))
    posted = client.post(change_url(session), {"title_en": "Changed"})
    listed = client.post(
        reverse("admin:conversation_session_changelist"),
        {"action": "unpublish", "_selected_action": [session.pk]},
    )

    assert (looked.status_code, posted.status_code) == (200, 403)
    assert "unpublish" not in str(listed.content)
    session.refresh_from_db()
    assert (session.title, session.status) == ("As it was", "published")


def test_times_in_the_form_are_those_of_geneva(admin_client):
    session = make_session(
        time_zone="America/New_York",
        starts_on=date(2099, 7, 1),
        ends_on=date(2099, 7, 1),
    )
    item = make_item(
        session,
        starts_at=datetime.combine(session.starts_on, time(10), tzinfo=session.zone),
    )

    data = form_of(admin_client, change_url(session))

    assert data["agenda_items-0-starts_at_1"] == ["16:00:00"]
    assert item.starts_at.hour == 10
