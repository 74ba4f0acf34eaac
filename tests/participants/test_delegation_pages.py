"""A focal point's pages: the block in order, several people at once, nobody else's."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from participants import services
from participants.exports.list_of_participants import (
    entries,
    entry_text,
    list_content,
)
from participants.models import EmailMessage, FocalPoint, Registration, Status
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    person,
)
from tests.pages import form_data, parse
from tests.participants.test_letters import PDF

pytestmark = pytest.mark.django_db


def at(focal_point, name="people", *args, language="en"):
    with translation.override(language):
        return reverse(
            f"participants:delegation-{name}", args=[focal_point.token, "open", *args]
        )


def row(number=0, **fields):
    defaults = {
        "family_name": f"Demo{number}",
        "country": "CH",
        "mode": "in_person",
        "email": f"p{number}@example.org",
    }
    return {f"p{number}-{k}": v for k, v in (defaults | fields).items()}


def member(session, focal_point, **fields):
    fields = {"category": "member_state", "delegation": focal_point.delegation} | fields
    return make_registration(session, **fields)


# The link -----------------------------------------------------------------------------


def test_staff_make_a_focal_point_and_its_link_comes_by_mail(admin_client, session):
    state = make_delegation()
    data = {
        "delegation": state.pk,
        "email": "fp@example.org",
        "language": "fr",
        "is_active": "on",
    }
    admin_client.post(reverse("admin:participants_focalpoint_add"), data)

    focal_point = FocalPoint.objects.get()
    stored = EmailMessage.objects.get()
    assert (stored.to, stored.language) == ("fp@example.org", "fr")
    assert focal_point.token not in stored.text + stored.html
    services.deliver_due()
    assert f"/fr/delegations/{focal_point.token}/" in mail.outbox[0].body


def test_a_dead_or_forged_link_opens_no_page(client, session, focal_point):
    mine = member(session, focal_point)
    pages = ["people", "register", "table", "letter"]
    urls = [at(focal_point, name) for name in pages]
    assert {client.get(url).status_code for url in urls} == {200}

    forged = [url.replace(focal_point.token, mine.token) for url in urls]
    assert {client.get(url).status_code for url in forged} == {404}
    services.send_link(focal_point, anew=True)
    assert {client.get(url).status_code for url in urls} == {410}
    focal_point.is_active = False
    focal_point.save()
    assert client.get(at(focal_point)).status_code == 410


def test_its_pages_are_kept_by_nobody(client, session, focal_point):
    response = client.get(at(focal_point))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_the_first_page_leads_to_the_only_session_or_asks(client, session, focal_point):
    url = f"/en/delegations/{focal_point.token}/"
    assert client.get(url)["Location"] == at(focal_point)

    make_session()
    assert len(client.get(url).context["sessions"]) == 2


# The block


def test_the_block_reads_as_printed_and_shows_nobody_else(client, session, focal_point):
    second = member(session, focal_point, family_name="Beta", position=1)
    first = member(session, focal_point, family_name="Alpha", rank="head", position=9)
    waiting = member(session, focal_point, family_name="Gamma", status="waiting")
    online = member(
        session,
        focal_point,
        family_name="Online",
        status="waiting",
        online_meanwhile=True,
        position=10,
    )
    member(session, focal_point, family_name="Gone", status="cancelled")
    member(make_session(), focal_point, family_name="Elsewhere")
    make_registration(
        session,
        family_name="Foreign",
        category="member_state",
        delegation=make_delegation(),
    )

    page = client.get(at(focal_point))

    block = parse(page).one("div", class_="line block")
    assert block.one("h3").text == "RURITANIE/RURITANIA"
    assert [p.text for p in block.all("p")] == [
        person.listed_as for person in [first, second, online]
    ]
    text = page.content.decode()
    assert waiting.full_name in text
    for absent in ["Gone", "Elsewhere", "Foreign"]:
        assert absent not in text
    for secret in [first.token, second.token]:
        assert secret not in text  # the focal point holds nobody's key


NAMES = [
    {"family_name": "Núñez", "form_of_address": "ms", "language": "es"},
    {"family_name": "Demo", "form_of_address": "he_mr", "language": "ar"},
    {"family_name": "Иванова", "form_of_address": "ms", "language": "en"},
    {"family_name": "حدّاد", "form_of_address": "dr", "language": "fr"},
    {"family_name": "王", "form_of_address": "prof", "language": "zh-hans"},
    {"family_name": "Mission", "organisation": "ruritanié", "function": "Chef"},
]


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_the_block_is_the_very_one_of_the_printed_list(
    client, session, focal_point, language
):
    ranks = ["adviser", "", "deputy", "head", "", ""]
    for number, (name, rank) in enumerate(zip(NAMES, ranks, strict=True)):
        member(session, focal_point, rank=rank, position=number % 4, **name)
    [section] = list_content(session)["sections"]
    [group] = section["groups"]

    block = parse(client.get(at(focal_point, language=language)))
    block = block.one("div", class_="line block")

    assert block.one("h3").text == group["heading"]
    printed = [entry_text(entry) for entry in group["entries"]]
    assert [p.text for p in block.all("p")] == printed
    assert "Test MISSION, Chef" in printed  # not once more what heads the block


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_entries_shown_before_registering_are_those_that_are_printed(
    client, session, focal_point, language
):
    rows = {}
    for number, name in enumerate(NAMES):
        own = {k: v for k, v in name.items() if k != "language"}
        rows |= row(number, **own)
    url = at(focal_point, "register", language=language)

    seen = parse(client.post(url, rows | {"do": "check"}))
    client.post(url, rows | {"do": "register", "informed": "on"})

    printed = [entry_text(entry) for _h, entry in entries(list_content(session))]
    shown = [p.text for p in seen.one("div", class_="line block").all("p")]
    assert shown == printed


def test_an_ngo_is_headed_as_its_section_of_the_list_is(client, session, focal_point):
    delegation = focal_point.delegation
    delegation.kind = "ngo"
    delegation.save()

    page = parse(client.get(at(focal_point)))

    assert page.one("h3", lang="fr").text == "Ruritanie/Ruritania"


def test_the_focal_point_orders_and_names_head_and_deputy(client, session, focal_point):
    a, b, c = [
        member(session, focal_point, family_name=n, position=i)
        for i, n in enumerate("ABC", start=1)
    ]

    def press(do, who):
        answer = client.post(at(focal_point), {"do": f"{do}:{who.pk}"})
        assert answer.status_code == 302
        found = services.people_of(focal_point.delegation, session)
        return [(one.family_name, one.rank) for one in found]

    assert press("down", a) == [("B", ""), ("A", ""), ("C", "")]
    assert press("up", c) == [("B", ""), ("C", ""), ("A", "")]
    assert press("head", a) == [("A", "head"), ("B", ""), ("C", "")]
    assert press("up", b) == [("A", "head"), ("B", ""), ("C", "")]  # never past it
    assert press("deputy", c)[:2] == [("A", "head"), ("C", "deputy")]
    assert press("head", b)[0] == ("B", "head")
    a.refresh_from_db()
    assert a.rank == "delegate"  # one head
    Registration.objects.filter(pk=a.pk).update(rank="adviser")
    member(session, focal_point, family_name="D", position=9)
    last = [("D", ""), ("A", "adviser")]
    assert press("up", a)[2:] == last  # advisers come last in the list


@pytest.mark.parametrize(
    "do", ["", "up", "up:x", "up:0", "fire:{mine}", "head:{foreign}", "up:" + "9" * 40]
)
def test_a_button_nobody_made_does_nothing(client, session, focal_point, do):
    mine = member(session, focal_point)
    foreign = make_registration(
        session, category="member_state", delegation=make_delegation()
    )

    do = do.format(mine=mine.pk, foreign=foreign.pk)
    assert client.post(at(focal_point), {"do": do}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.rank == ""


# Several people in one go


def test_nothing_is_written_before_they_were_seen(client, session, focal_point):
    rows = row(0, rank="head") | row(1, email="")

    seen = client.post(at(focal_point, "register"), rows | {"do": "check"})

    assert not Registration.objects.exists()
    assert [p.text for p in parse(seen).one("div", class_="line block").all("p")] == [
        *("DEMO0", "DEMO1")
    ]
    again = {k: v[0] for k, v in form_data(parse(seen).all("form")[0]).items()}
    asked = client.post(at(focal_point, "register"), again | {"do": "register"})
    assert asked.context["not_informed"]
    assert not Registration.objects.exists()

    sent = {"do": "register", "informed": "on"}
    done = client.post(at(focal_point, "register"), again | sent)

    assert done["Location"] == at(focal_point)
    found = list(services.people_of(focal_point.delegation, session))
    assert [one.status for one in found] == [Status.CONFIRMED] * 2
    assert [one.rank for one in found] == ["head", ""]
    assert [one.email for one in found] == ["p0@example.org", "mission@example.org"]
    assert {one.registered_by for one in found} == {focal_point}
    assert all(one.privacy_version for one in found)
    while services.deliver_due():
        pass
    bodies = {message.to[0]: message.body for message in mail.outbox}
    for one in found:
        assert one.token in bodies[one.email]
        assert "focal point" in bodies[one.email]


def test_every_bad_row_is_marked_and_nothing_is_lost(client, session, focal_point):
    rows = row(0) | row(1, family_name="", email="x") | row(3, country="XX")

    page = client.post(
        at(focal_point, "register"), rows | {"do": "register", "informed": "on"}
    )

    assert not Registration.objects.exists()
    errors = [[*form.errors] for form in page.context["people"][:3]]
    assert errors == [[], ["family_name", "email"], ["country"]]
    text = page.content.decode()
    for typed in ['value="Demo0"', 'value="x"', 'value="Demo3"']:
        assert typed in text
    html = parse(page)
    ids = {e.attrs.get("id") for e in html}
    assert {x[1:] for x in html.one("div", role="alert").links} <= ids


def test_one_bad_row_and_none_is_registered(session, focal_point):
    known = member(session, focal_point, family_name="Known", email="k@example.org")
    people = [
        {**person(family_name="New"), "rank": ""},
        {**person(family_name="Known", email="k@example.org"), "rank": ""},
    ]
    known.participant.name_key = "known test"
    known.participant.save()
    for one in people:
        del one["language"]

    with pytest.raises(ValidationError) as refusal:
        services.register_people(focal_point, session, people)

    assert [*refusal.value.message_dict] == ["1"]
    assert Registration.objects.count() == 1
    assert not EmailMessage.objects.exists()


def test_the_same_person_twice_in_one_table_is_marked(client, session, focal_point):
    rows = row(0) | row(1, family_name="DEMO0", email="P0@example.org")

    page = client.post(at(focal_point, "register"), rows | {"do": "check"})

    assert "family_name" in page.context["people"][1].errors


def test_a_full_room_makes_the_rest_wait(session, focal_point, client):
    session.capacity_in_person = 1
    session.save()

    sent = row(0) | row(1) | {"do": "register", "informed": "on"}
    client.post(at(focal_point, "register"), sent)

    found = services.people_of(focal_point.delegation, session)
    assert [one.status for one in found] == [Status.CONFIRMED, Status.WAITING]


def test_what_somebody_typed_and_never_proved_is_replaced(session, focal_point, client):
    typed = services.register(
        session,
        **person("p0@example.org", family_name="Demo0", given_name=""),
    )

    sent = row(0) | {"do": "register", "informed": "on"}
    client.post(at(focal_point, "register"), sent)

    mine = Registration.objects.get()
    assert (mine.status, mine.delegation) == ("confirmed", focal_point.delegation)
    assert client.get(f"/en/registrations/{typed.token}/").status_code == 410


def test_a_session_that_is_not_open_takes_nobody(session, focal_point, client):
    session.registration_closes_at = session.registration_opens_at + timedelta(hours=1)
    session.save()

    sent = row(0) | {"do": "register", "informed": "on"}
    page = client.post(at(focal_point, "register"), sent)

    assert page.context["refusal"]
    assert b"Demo0" in page.content
    assert not Registration.objects.exists()


def test_one_letter_covers_those_chosen(
    client, session, focal_point, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    session.letter_categories = ["member_state"]
    session.save()
    a, b, c = [member(session, focal_point, status=Status.PENDING) for _n in range(3)]
    foreign = make_registration(
        session, category="member_state", delegation=make_delegation()
    )
    letter = SimpleUploadedFile("l.pdf", PDF)
    url = at(focal_point, "letter")

    nobody = client.post(url, {"letter": letter})
    assert nobody.context["form"].non_field_errors()
    letter.seek(0)
    client.post(url, {"letter": letter, "people": [a.pk, b.pk, foreign.pk, "x"]})

    for one, status in [(a, "confirmed"), (b, "confirmed"), (c, "pending")]:
        one.refresh_from_db()
        assert one.status == status
    assert a.letters.get() == b.letters.get()
    assert not foreign.letters.exists()
