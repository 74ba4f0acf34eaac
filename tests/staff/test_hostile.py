"""What a hostile editor or participant types is inert wherever it is shown.

One table of texts, one table of places; each place is made with every text in every
field that takes text.
"""

import html

import pytest
from django.contrib.auth.models import User
from django.core import mail

from participants import services, staff_mail
from participants.models import Registration, Status
from sessions.models import Appearance, Session, Speaker
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import against_the_policy, form_of, parse
from tests.sessions.factories import make_document, make_item, make_speaker
from tests.staff.people import browser_of, make_member

pytestmark = pytest.mark.django_db

TEXTS = {
    "script": "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\"' onmouseover=alert(1) <a href='javascript:alert(1)'>x</a>",
    "template": "{{ 41|add:1000 }}{% debug %} %(n)s %s {0} {user.password}",
    "mail": f"<!-- {staff_mail.placeholder(1)} <!--",
}
LINKS = "[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)>"


@pytest.fixture(params=list(TEXTS.values()), ids=list(TEXTS))
def hostile(request, settings, tmp_path):
    """Fill a site with one hostile text; return it with where it is."""
    settings.MEDIA_ROOT = tmp_path
    text = request.param
    session = make_session(
        title=text,
        summary=text,
        description=f"{text}\n\n{LINKS}",
        venue=text,
        city=text,
        join_instructions=text,
        title_ar=text,
        title_en=text,
    )
    item = make_item(session, title=text, abstract=text)
    speaker = make_speaker(name=text, affiliation=text, biography=f"{text}\n\n{LINKS}")
    Appearance.objects.create(
        session=session, agenda_item=item, speaker=speaker, function=text
    )
    make_document(session, title=text)
    session.topics.create(text=text)
    session.themes.create(slug="x", name=text)
    session.sources.create(title=text, url="https://www.wipo.int/")
    delegation = make_delegation(name=text)
    row = make_registration(
        session,
        delegation=delegation,
        category="observer",
        family_name=text,
        organisation=text,
        status=Status.WAITING,
        mode="online",
    )
    Registration.objects.filter(pk=row.pk).update(staff_note=text, badge_name=text)
    services.promote(row, by=make_member(None, username="somebody"))
    return text, session, speaker, row


def places(session, speaker, row):
    """Yield every kind of page on which the texts are shown."""
    yield from ["/en/", "/en/sessions/", "/en/speakers/", "/en/themes/", "/en/figures/"]
    yield session.get_absolute_url()
    yield session.get_absolute_url() + "?preview"
    yield f"/ar/sessions/{session.slug}/"
    yield f"/en/sessions/{session.slug}/register/"
    yield f"/en/speakers/{speaker.pk}/"
    yield row.get_absolute_url()
    for label, one in [
        ("conversation/session", session),
        ("conversation/speaker", speaker),
        ("conversation/theme", session.themes.get()),
        ("participants/delegation", row.delegation),
        ("participants/registration", row),
        ("participants/participant", row.participant),
        ("participants/emailmessage", row.emails.first()),
    ]:
        yield f"/admin/{label}/"
        yield from [
            f"/admin/{label}/{one.pk}/{page}/" for page in ["change", "history"]
        ]
    yield f"/admin/conversation/speaker/{speaker.pk}/delete/"
    yield f"/admin/conversation/session/{session.pk}/translations/"
    yield "/admin/"
    yield "/admin/auditlog/logentry/"


@pytest.mark.looks
def test_it_is_inert_on_every_page(hostile):
    text, session, speaker, row = hostile
    root = make_member(None, username="root", is_superuser=True)
    client = browser_of(root)
    url = f"/admin/conversation/session/{session.pk}/change/"
    client.post(url, form_of(client, url) | {"title_fr": [text]})  # so history has it

    shown = 0
    for place in places(session, speaker, row):
        response = client.get(place)
        assert response.status_code in {200, 403, 404}, place
        if response.status_code != 200:
            assert "delete" in place, place
            continue
        judge(response, place)
        shown += html.escape(text) in response.content.decode()
    assert shown > 15  # it was there to be judged


def judge(response, place):
    page, source = parse(response), response.content.decode()
    assert against_the_policy(page) == [], place
    for bad in ["<script>alert", "<img src=x", 'href="javascript:', "1041"]:
        assert bad not in source, (place, bad)
    assert not [a for a in page.links if a.startswith(("javascript:", "data:"))], place
    assert "/password/reset/key/" not in source, place


@pytest.mark.looks
def test_it_is_inert_in_autocomplete_and_questions(hostile):
    text, session, speaker, row = hostile
    client = browser_of(make_member(None, username="root", is_superuser=True))
    query = "app_label=conversation&model_name=appearance&field_name=speaker"

    found = client.get(f"/admin/autocomplete/?{query}")
    data = {"action": "cancel", "_selected_action": row.pk}
    question = client.post("/admin/participants/registration/", data)
    picked = client.post(
        "/admin/conversation/session/",
        {"action": "delete_selected", "_selected_action": session.pk},
    )

    assert found["Content-Type"] == "application/json"
    assert {"id": str(speaker.pk), "text": text} in found.json()["results"]
    for response in [question, picked]:
        judge(response, "question")


def test_it_is_inert_in_mails(hostile):
    _text, _session, _speaker, row = hostile
    User.objects.get_or_create(pk=1, defaults={"username": "one"})
    services.deliver_due()

    sent = next(m for m in mail.outbox if m.to == [row.email])
    assert "\n" not in sent.subject
    assert "1041" not in sent.subject + sent.body
    assert "/password/reset/key/" not in sent.body
    [alternative] = [a.content for a in sent.alternatives if a.mimetype == "text/html"]
    for bad in ["<script>alert", "<img src=x", 'href="javascript:', "1041"]:
        assert bad not in alternative, bad


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x", "vbscript:x"]
)
def test_an_address_that_is_none_of_the_web_is_refused(address):
    client = browser_of(make_member("Editor"))
    session = make_session()
    url = f"/admin/conversation/session/{session.pk}/change/"
    data = form_of(client, url) | {"webcast_url": [address], "recording_url": [address]}

    answer = client.post(url, data)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == {
        "webcast_url",
        "recording_url",
    }
    assert not Session.objects.get().webcast_url


@pytest.mark.parametrize("character", ["\u202d", "\u202e", "\u202a", "\u202b"])
def test_a_text_may_not_turn_what_follows_around(character):
    client = browser_of(make_member("Editor"))
    speaker = make_speaker(name="Speaker")
    url = f"/admin/conversation/speaker/{speaker.pk}/change/"
    data = form_of(client, url)

    wrong = {"name": [f"Ann{character}xe.fdp"], "biography_ar": [f"x{character}"]}
    answer = client.post(url, data | wrong)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == set(wrong)
    isolated = "\u2067نص\u2069 \u200f"
    answer = client.post(url, data | {"name": [isolated]})  # these are for good use
    assert answer.status_code == 302
    assert Speaker.objects.get().name == isolated.strip()
