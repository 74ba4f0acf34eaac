"""The secretariat finds and corrects registrations; services alone change states."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from participants.models import (
    EmailMessage,
    Registration,
    Status,
    Transition,
)
from sessions.models import Category
from tests.factories import (
    make_delegation,
    make_mail,
    make_registration,
    make_session,
)
from tests.pages import form_of, parse

pytestmark = pytest.mark.django_db

LIST = "admin:participants_registration_changelist"


def change_url(row):
    return reverse(f"admin:participants_{row._meta.model_name}_change", args=[row.pk])


def listed(client, **query):
    """Return the keys of the rows that the list shows."""
    page = parse(client.get(reverse(LIST), query))
    boxes = page.all("input", name="_selected_action")
    return {int(box.attrs["value"]) for box in boxes}


# Finding ------------------------------------------------------------------------------


def test_the_list_is_filtered_by_every_fact_the_secretariat_asks_for(admin_client):
    state = make_delegation(name="Ruritania")
    wanted = make_registration(
        category=Category.MEMBER_STATE,
        delegation=state,
        country="CL",
        mode="online",
        status=Status.WAITING,
    )
    other = make_registration(mode="in_person", country="CH")

    for query in [
        {"session__id__exact": wanted.session.pk},
        {"status__exact": "waiting"},
        {"mode__exact": "online"},
        {"category__exact": "member_state"},
        {"delegation__id__exact": state.pk},
        {"country__exact": "CL"},
        {"status__exact": "waiting", "country__exact": "CL", "q": "person"},
    ]:
        assert listed(admin_client, **query) == {wanted.pk}, query
    assert listed(admin_client) == {wanted.pk, other.pk}
    assert listed(admin_client, status__exact="waiting", country__exact="CH") == set()


def test_every_filter_is_offered_in_the_list(admin_client):
    make_registration()
    make_registration(category="member_state", delegation=make_delegation())

    page = parse(admin_client.get(reverse(LIST)))

    filters = [d.attrs["data-filter-title"] for d in page.all("details")]
    assert filters == [
        "session",
        "state",
        "mode of participation",
        "takes part",
        "category of participant",
        "delegation",
        "country or territory",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "núñez",
        "NUNEZ",
        "nunez ana",
        "Ana Núñez",
        "nun",
        "Universität",
        "universitat zur",
        "ana@example",
        "ANA@EXAMPLE.ORG",
        "安娜",
        "  nunez   universitat ",
    ],
)
def test_search_finds_names_organisations_and_addresses(admin_client, words):
    wanted = make_registration(
        email="Ana@Example.org",
        family_name="Núñez",
        given_name="Ana",
        own_script_name="安娜",
        organisation="Universität Zürich",
    )
    make_registration()

    assert listed(admin_client, q=words) == {wanted.pk}


@pytest.mark.parametrize(
    "words", ["nobody", "%", "_", "nunez AND 1=1", "'; DROP TABLE x", "zq " * 3000]
)
def test_search_for_what_is_not_there_finds_nothing(admin_client, words):
    make_registration(family_name="Núñez")

    assert listed(admin_client, q=words) == set()


@pytest.mark.parametrize(
    "query", [{"session__id__exact": "x"}, {"p": "x"}, {"o": "99"}, {"nowhere": "1"}]
)
def test_a_broken_filter_leads_back_to_the_list(admin_client, query):
    make_registration()

    response = admin_client.get(reverse(LIST), query, follow=True)

    assert response.status_code == 200


def test_a_row_says_who_comes_for_whom_and_how(admin_client):
    row = make_registration(
        family_name="Núñez",
        given_name="Ana",
        category="member_state",
        delegation=make_delegation(name="Ruritania"),
        country="CL",
    )

    page = parse(admin_client.get(reverse(LIST)))

    words = page.one("table", id="result_list").text
    for part in [
        "Ana Núñez",
        "Ruritania",
        "Chile",
        "Member State",
        "In person",
        "Confirmed",
        str(row.session.number),
    ]:
        assert part in words


# The cost -----------------------------------------------------------------------------

QUERIES_OF_THE_LIST = 6
QUERIES_OF_THE_FORM = 8  # one for the delegation, which the line of the list needs


@pytest.mark.parametrize("rows", [10, 200])
def test_the_list_costs_the_same_however_many_registrations(
    admin_client, django_assert_num_queries, rows
):
    session = make_session()
    for n in range(rows):
        state = make_delegation() if n % 5 == 0 else None
        category = "member_state" if state else "academia"
        make_registration(session, category=category, delegation=state)
    listed(admin_client)  # what is asked once a process

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        found = listed(admin_client)

    assert len(found) == min(rows, 50)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_form_costs_the_same_however_long_the_history(
    admin_client, django_assert_num_queries, rows
):
    row = make_registration(category="member_state", delegation=make_delegation())
    staff = User.objects.get(username="admin")
    for _n in range(rows):
        row.transitions.create(event="changed", to_status="confirmed", by=staff)
        make_mail(registration=row)
        make_delegation()
    admin_client.get(change_url(row))

    with django_assert_num_queries(QUERIES_OF_THE_FORM):
        page = parse(admin_client.get(change_url(row)))

    assert len(page.all("td", class_="field-event")) == rows


# Correcting ---------------------------------------------------------------------------


def test_a_corrected_name_reaches_row_person_history_and_mailbox(admin_client):
    row = make_registration(family_name="Nunez", given_name="Ana")
    data = form_of(admin_client, change_url(row))

    response = admin_client.post(
        change_url(row),
        data | {"family_name": ["Núñez-Vega"], "staff_note": ["Called."]},
    )

    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.family_name, row.staff_note) == ("Núñez-Vega", "Called.")
    assert row.participant.name_key == "nunez-vega ana"
    assert listed(admin_client, q="vega") == {row.pk}
    transition = row.transitions.get()
    assert (transition.event, transition.by.username) == ("changed", "admin")
    assert (transition.from_status, transition.to_status) == ("confirmed", "confirmed")


def test_a_corrected_address_kills_the_old_link_and_mails_a_new_one(
    admin_client, client
):
    row = make_registration(email="tpyo@example.org")
    old = row.get_absolute_url()
    data = form_of(admin_client, change_url(row))

    admin_client.post(change_url(row), data | {"email": ["typo@example.org"]})

    row.refresh_from_db()
    assert row.email == row.participant.email == "typo@example.org"
    assert client.get(old).status_code == 410
    assert client.get(row.get_absolute_url()).status_code == 200
    assert EmailMessage.objects.get().to == "typo@example.org"


def test_a_form_saved_as_it_stands_changes_nothing(admin_client):
    row = make_registration(
        category="observer",
        delegation=make_delegation(kind="ngo"),
        rank="head",
        accessibility_needs="Line\n\nLine",
        wishes_to_speak=True,
        interpretation_language="ar",
        gender="woman",
        created_at=timezone.now(),
    )
    before = Registration.objects.values().get()

    admin_client.post(change_url(row), form_of(admin_client, change_url(row)))

    assert Registration.objects.values().get() == before
    assert not Transition.objects.exists()
    assert not EmailMessage.objects.exists()


def test_fields_that_services_guard_cannot_be_posted(admin_client):
    row, other = make_registration(status=Status.WAITING), make_registration()
    data = form_of(admin_client, change_url(row))
    assert not data.keys() & {"status", "mode", "session", "participant", "queued_at"}
    before = Registration.objects.values().get(pk=row.pk)
    forged = {
        "status": "confirmed",
        "mode": "online",
        "role": "staff",
        "takes_place": "",
        "session": other.session.pk,
        "participant": other.participant.pk,
        "queued_at_0": "2001-01-01",
        "queued_at_1": "00:00",
        "code": "x",
        "epoch": "7",
        "decline_reason": "x",
    }

    admin_client.post(change_url(row), data | forged)
    changed = admin_client.post(change_url(row), data | forged | {"city": ["Bern"]})

    assert changed.status_code == 302
    after = Registration.objects.values().get(pk=row.pk)
    assert {name for name in after if after[name] != before[name]} == {
        "city",
        "sequence",
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"family_name": [""]}, "family_name"),
        ({"email": ["ana@localhost"]}, "email"),
        ({"country": ["XX"]}, "country"),
        ({"category": ["member_state"]}, "__all__"),
        ({"delegation": ["999999"]}, "delegation"),
        ({"rank": ["emperor"]}, "rank"),
        ({"position": ["-1"]}, "position"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_stored(admin_client, fields, field):
    row = make_registration(city="Geneva")
    data = form_of(admin_client, change_url(row)) | {"city": ["Bern"]}

    response = admin_client.post(change_url(row), data | fields)

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    row.refresh_from_db()
    assert row.city == "Geneva"


def test_a_name_that_its_mailbox_has_already_is_refused(admin_client):
    make_registration(email="mission@example.org", family_name="One", given_name="")
    row = make_registration(
        email="mission@example.org", family_name="Two", given_name=""
    )
    data = form_of(admin_client, change_url(row))

    response = admin_client.post(change_url(row), data | {"family_name": ["ONE"]})

    assert "family_name" in response.context["adminform"].form.errors
    row.refresh_from_db()
    assert row.family_name == "Two"


def test_the_admins_log_says_who_corrected_which_fields_and_no_answers(admin_client):
    row = make_registration()
    data = form_of(admin_client, change_url(row))

    admin_client.post(change_url(row), data | {"city": ["Secret city"]})

    entry = LogEntry.objects.get()
    assert entry.user.username == "admin"
    assert "City" in entry.get_change_message()
    assert "Secret" not in entry.change_message
