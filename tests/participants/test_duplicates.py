"""Probable duplicates: found in any spelling, told apart for good, or made one."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.urls import reverse

from participants import services
from participants.models import NotTheSame, Participant, Registration
from participants.models.participant import alike_key, person_name_key
from tests.factories import make_registration, make_session, make_staff
from tests.pages import against_the_policy, parse

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:participants_participant_duplicates")
JUDGE = reverse("admin:participants_participant_judge")


def person(family, given, session=None, **fields):
    row = make_registration(session, family_name=family, given_name=given, **fields)
    return row.participant


def pairs():
    return [(a.pk, b.pk) for a, b in services.likely_pairs(most=100)[0]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Demo-Müller", "Zoë"), ("Demo Mueller", "Zoe")),
        (("Núñez", "Ana María"), ("Ana Maria", "Nunez")),
        (("Filip", "Demo"), ("Philipp", "Demo")),
        (("王", "小明"), ("王", "小明")),
        (("O'Demo", "Pat"), ("O’Demo", "Pat")),
    ],
)
def test_spellings_and_orders_of_one_name_are_a_pair(first, second):
    a, b = person(*first), person(*second)
    person("Demo-Else", "Somebody")

    assert pairs() == [(a.pk, b.pk)]


def test_different_names_are_none():
    for family, given in [("Demo-A", "Ann"), ("Demo-B", "Ann"), ("Demo", "Anna")]:
        person(family, given, email="mission@example.org")

    assert pairs() == []


def test_the_key_follows_the_name_and_goes_with_it():
    row = make_registration(family_name="Demo-Old", given_name="Al")
    services.correct(row, by=make_staff(), family_name="Demo-New")
    row.participant.refresh_from_db()
    assert row.participant.alike_key == "al demo new"

    services.erase(row)
    row.participant.refresh_from_db()
    assert row.participant.alike_key == ""
    assert alike_key(person_name_key("", "")) == ""


def test_the_number_of_queries_and_pairs_does_not_grow_with_the_square(
    django_assert_max_num_queries,
):
    for n in range(30):
        Participant.objects.create(email_key=f"{n}@example.org", name_key="demo one")

    with django_assert_max_num_queries(4):
        assert len(pairs()) == 29


def test_pairs_come_in_pages():
    for name in ["A", "B", "C"]:
        person(f"Demo-{name}", "Al")
        person(f"Demo-{name}", "Al")

    first, after = services.likely_pairs(most=2)
    rest, end = services.likely_pairs(after=after, most=2)

    assert (len(first), len(rest), end) == (2, 1, 0)


def test_who_was_told_apart_is_not_shown_again():
    a, b, c = (person("Demo", "Al") for _n in range(3))
    for _again in range(2):
        services.say_two_people(b, a, by=make_staff())

    assert pairs() == [(a.pk, c.pk), (b.pk, c.pk)]
    assert NotTheSame.objects.count() == 1


def test_merging_moves_everything_and_keeps_the_older_key():
    first, second = make_session(), make_session()
    old = person("Demo-Müller", "Zoë", first, email="old@example.org")
    new = person("Demo-Mueller", "Zoe", second, email="new@example.org")
    other = person("Demo-Other", "Al", second)
    person("Demo-Müller", "Zoë", first, status="cancelled")
    key, people = old.person_key, Participant.objects.count()

    merged = services.merge(new, old, by=make_staff())

    merged.refresh_from_db()
    assert merged.pk == old.pk
    assert merged.person_key == key
    assert (merged.email, merged.email_key) == ("new@example.org", "new@example.org")
    assert set(merged.registrations.values_list("session", flat=True)) == {
        first.pk,
        second.pk,
    }
    assert Participant.objects.count() == people - 1
    assert Registration.objects.filter(participant=other).count() == 1
    entry = LogEntry.objects.get()
    assert entry.change_message == f"participant {new.pk} merged into {old.pk}"
    assert "example.org" not in entry.object_repr


@pytest.mark.parametrize("status", ["confirmed", "waiting", "unverified"])
def test_two_registrations_of_one_session_that_stand_are_refused_by_its_number(status):
    session = make_session()
    old = person("Demo", "Al", session, status="unverified")
    new = person("Demo", "Al", session, status=status)

    with pytest.raises(ValidationError, match=f"session {session.number}") as caught:
        services.merge(old, new, by=make_staff())

    assert caught.value.code == "conflict"
    assert new.registrations.count() == 1
    Registration.objects.filter(participant=old).update(status="cancelled")
    assert services.merge(old, new, by=make_staff()).registrations.count() == 2


def test_one_cannot_be_merged_with_oneself_or_with_somebody_gone():
    a, b = person("Demo", "Al"), person("Demo", "Al")
    with pytest.raises(ValidationError) as caught:
        services.merge(a, a, by=make_staff())
    assert caught.value.code == "same"
    services.merge(a, b, by=make_staff())
    with pytest.raises(ValidationError) as caught:
        services.merge(a, b, by=make_staff())
    assert caught.value.code == "gone"


# The page --------------------------------------------------------------------------


def test_the_page_shows_both_and_does_what_is_asked(admin_client):
    a = person("Demo-<i>", "Al", organisation="Demo & Co", email="a@example.org")
    b = person("Demo-<i>", "Al", email="b@example.org")

    page = admin_client.get(PAGE)

    text = page.content.decode()
    assert "Al Demo-&lt;i&gt;" in text
    assert "a@example.org" in text
    assert "b@example.org" in text
    assert not list(against_the_policy(parse(page)))
    both = {"first": a.pk, "second": b.pk, "after": "0"}
    told = admin_client.post(JUDGE, both | {"two": "1"}, follow=True).content.decode()
    assert "stay two people" in told
    assert "There are no probable duplicates." in told
    NotTheSame.objects.all().delete()
    told = admin_client.post(JUDGE, both | {"merge": "1"}, follow=True).content.decode()
    assert "are one participant now" in told
    told = admin_client.post(JUDGE, both | {"merge": "1"}, follow=True).content.decode()
    assert "One of them is gone." in told


def test_a_refusal_is_shown(admin_client):
    session = make_session()
    a, b = person("Demo", "Al", session), person("Demo", "Al", session)

    data = {"first": a.pk, "second": b.pk, "merge": "1"}
    told = admin_client.post(JUDGE, data, follow=True).content.decode()

    assert f"Both are registered for session {session.number}" in told
    assert Participant.objects.count() == 2


@pytest.mark.parametrize("after", ["x", "-1", "٣", "9" * 30])
def test_odd_places_are_not_found(admin_client, after):
    assert admin_client.get(PAGE, {"after": after}).status_code == 404


def test_nobody_merges_without_the_permission(client):
    a, b = person("Geheim", "Al"), person("Geheim", "Al")
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_participant"])
    )
    client.force_login(user)
    listed = reverse("admin:participants_participant_changelist")
    data = {"first": a.pk, "second": b.pk, "merge": "1"}

    assert client.get(PAGE).status_code == 403
    assert client.post(JUDGE, data).status_code == 403
    assert PAGE not in client.get(listed).content.decode()
    assert Participant.objects.count() == 2

    user.user_permissions.add(Permission.objects.get(codename="merge_participant"))
    assert PAGE in client.get(listed).content.decode()
    assert client.get(JUDGE).status_code == 405
    assert client.post(JUDGE, data).status_code == 302
    assert Participant.objects.count() == 1
