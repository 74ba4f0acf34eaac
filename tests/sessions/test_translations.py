"""Translations remember the English they were made from; staff see what is to do."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from sessions.models import ContentVersion, Speaker, Theme, Topic
from sessions.translations import State, Text, difference, progress_of
from tests.factories import make_session
from tests.pages import form_of, parse
from tests.sessions.factories import fill_session, make_speaker

pytestmark = pytest.mark.django_db


def change_url(session):
    return reverse("admin:conversation_session_change", args=[session.pk])


def right_url(session, language="fr"):
    name = "admin:conversation_session_confirm"
    return reverse(name, args=[session.pk, language])


def make_outdated(**fields):
    session = make_session(title="Old words", title_fr="Vieux mots", **fields)
    session.title_en = "New words"
    session.save()
    return session


def french(row, field="title"):
    row.refresh_from_db()
    return Text(row, field, "fr")


def percents(row):
    return {progress.language: progress.percent for progress in progress_of(row)}


# What is remembered -------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"summary": " "}, State.NOTHING),
        ({"summary": "", "summary_fr": "Rien"}, State.NOTHING),
        ({"summary": "Two days."}, State.MISSING),
        ({"summary": "Two days.", "summary_fr": " "}, State.MISSING),
        ({"summary": "Two days.", "summary_fr": "Deux jours."}, State.CURRENT),
    ],
)
def test_a_text_is_missing_or_current_or_nothing(fields, state):
    assert french(make_session(**fields), "summary").state == state


def test_a_translation_is_outdated_once_its_english_changes():
    text = french(make_outdated())

    assert text.state == State.OUTDATED
    assert (text.made_from, text.source) == ("Old words", "New words")
    assert Text(text.row, "title", "es").state == State.MISSING


def test_the_oldest_english_is_remembered_until_somebody_translates():
    session = make_outdated()
    session.title_en = "Newest words"
    session.save(update_fields=["title_en"])
    assert french(session).made_from == "Old words"

    session.title_fr = "Mots nouveaux"
    session.save(update_fields=["title_fr"])

    assert french(session).state == State.CURRENT
    assert session.translated_from == {}


@pytest.mark.parametrize("english", ["Old words", " Old\r\n words "])
def test_english_that_is_as_it_was_outdates_nothing(english):
    session = make_outdated()
    session.title_en = english
    session.save()

    assert french(session).state == State.CURRENT


def test_a_translation_that_is_taken_away_is_missing_and_forgotten():
    session = make_outdated()
    session.title_fr = ""
    session.save()

    assert french(session).state == State.MISSING
    assert session.translated_from == {}


def test_saving_other_fields_leaves_the_memory_alone(django_assert_num_queries):
    session = make_outdated()

    # What the log compares with, savepoint, row, version of the content, release.
    with django_assert_num_queries(5):
        session.save(update_fields=["status"])

    assert french(session).state == State.OUTDATED


def test_a_session_is_as_far_as_its_texts_and_those_of_what_hangs_on_it():
    session = make_session(title="Words", title_fr="Mots", city="")
    for french_text in ["Un", "", ""]:
        Topic.objects.create(session=session, text="One", text_fr=french_text)

    assert percents(session) == {"ar": 0, "zh-hans": 0, "fr": 50, "ru": 0, "es": 0}


def test_nearly_all_is_not_a_hundred():
    session = make_session(title_fr="Mots", city_fr="Genève")
    for n in range(300):
        Topic(session=session, text="One", text_fr="Un" if n else "").save()

    assert percents(session)["fr"] == 99


def test_the_difference_marks_words_and_keeps_markup_text():
    shown = str(difference("The <b>old</b> law", "The new law & <i>"))

    assert '<del class="removed">&lt;b&gt;old&lt;/b&gt;</del>' in shown
    assert '<ins class="added">new</ins>' in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


# In the admin -------------------------------------------------------------------


def test_staff_who_change_the_english_see_what_became_outdated(admin_client):
    session = make_session(title="Old words", title_fr="Vieux mots")
    topic = Topic.objects.create(session=session, text="Data", text_fr="Données")
    data = form_of(admin_client, change_url(session))
    data |= {"title_en": ["New words"], "topics-0-text_en": ["Training data"]}

    assert admin_client.post(change_url(session), data).status_code == 302

    page = parse(admin_client.get(change_url(session)))
    assert french(topic, "text").state == State.OUTDATED
    beside = page.one("div", id="id_title_fr_helptext")
    assert beside.one("del").text == "Old"
    assert beside.one("ins").text == "New"
    in_topic = page.one("div", id="id_topics-0-text_fr_helptext")
    assert in_topic.one("ins").text == "Training data"
    legends = [s.text for s in page.all("summary") if "Français\u2069 ·" in s.text]
    assert legends == ["\u2068Français\u2069 · 0 % · 2 outdated · 1 missing"] * 2


def test_still_right_confirms_one_language_of_all_that_hangs_on_it(admin_client):
    session = make_outdated(title_es="Palabras")
    topic = Topic.objects.create(session=session, text="Data", text_fr="Données")
    topic.text_en = "Training data"
    topic.save()
    before = ContentVersion.objects.current()

    answer = admin_client.post(right_url(session), follow=True)

    assert "2 translations are still right." in parse(answer).text
    assert french(session).state == french(topic, "text").state == State.CURRENT
    assert Text(session, "title", "es").state == State.OUTDATED
    assert ContentVersion.objects.current() > before


def test_still_right_is_pressed_not_looked_at(admin_client):
    session = make_outdated()

    assert admin_client.get(right_url(session)).status_code == 302
    assert admin_client.post(right_url(session, "en")).status_code == 404
    assert admin_client.post(right_url(session, "xx")).status_code == 404
    session_gone = reverse("admin:conversation_session_confirm", args=[9999, "fr"])
    assert admin_client.post(session_gone).status_code == 404
    assert french(session).state == State.OUTDATED


def test_who_may_only_look_sees_the_state_and_no_button(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_session"))
    client.force_login(user)
    session = make_outdated()

    page = parse(client.get(change_url(session)))
    posted = client.post(right_url(session))

    assert "1 outdated" in page.text
    assert "Still right" not in page.text
    assert posted.status_code == 403
    assert french(session).state == State.OUTDATED


def test_who_may_only_look_takes_a_table_out_and_none_in(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_session"))
    session, name = make_session(), "admin:conversation_session_translations"
    out = reverse(f"{name}_out", args=[session.pk, "fr", "csv"])
    take_in, rows = reverse(f"{name}_in", args=[session.pk]), {"rows": "[]"}
    assert client.get(out).status_code == 302
    client.force_login(user)

    assert client.get(out).status_code == 200
    assert client.get(take_in).status_code == 403
    assert client.post(take_in, rows | {"language": "fr"}).status_code == 403
    user.user_permissions.clear()
    assert client.get(out).status_code == 403


def test_the_button_wants_its_token(admin_user, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(admin_user)
    session = make_outdated()

    assert client.post(right_url(session)).status_code == 403


def test_speakers_and_themes_have_it_too(admin_client):
    speaker = make_speaker(affiliation="Old office", affiliation_fr="Bureau")
    theme = Theme.objects.create(slug="t", name="Old data", name_fr="Données")
    for row, column in [(speaker, "affiliation_en"), (theme, "name_en")]:
        setattr(row, column, "New")
        row.save()
        url = f"admin:conversation_{row._meta.model_name}"
        page = parse(admin_client.get(reverse(f"{url}_change", args=[row.pk])))
        assert "Français\u2069 · 0 % · 1 outdated" in page.text
        admin_client.post(reverse(f"{url}_confirm", args=[row.pk, "fr"]))
        row.refresh_from_db()
        assert percents(row)["fr"] == 100


def test_the_list_says_how_far_each_language_is(admin_client):
    make_session(title_fr="Mots", city_fr="Genève")
    url = reverse("admin:conversation_session_changelist")

    page = parse(admin_client.get(url))

    cell = page.one("td", class_="field-translations")
    assert cell.text == "ar 0 % · zh 0 % · fr 100 % · ru 0 % · es 0 %"


def test_the_filter_keeps_what_is_incomplete_in_a_language(admin_client):
    whole = make_session(title_fr="Mots", city_fr="Genève")
    outdated, missing = make_outdated(city_fr="Genève"), make_session()
    url = reverse("admin:conversation_session_changelist")

    def kept(language):
        response = admin_client.get(url, {"incomplete": language})
        return set(response.context["cl"].queryset)

    assert kept("fr") == {outdated, missing}
    assert kept("ar") == {whole, outdated, missing}
    assert kept("no such") == {whole, outdated, missing}


@pytest.mark.parametrize("rows", [1, 12])
def test_the_filtered_list_costs_the_same_however_many(
    admin_client, django_assert_num_queries, rows
):
    for _n in range(rows):
        fill_session(make_session(), 2)
    url = reverse("admin:conversation_session_changelist") + "?incomplete=fr"
    admin_client.get(url)

    with django_assert_num_queries(15):
        admin_client.get(url)


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_of_speakers_costs_the_same_however_many(
    admin_client, django_assert_num_queries, rows
):
    for n in range(rows):
        make_speaker(name=f"Speaker {n}", affiliation="Office")
    url = reverse("admin:conversation_speaker_changelist") + "?incomplete=fr"
    admin_client.get(url)

    with django_assert_num_queries(6):
        assert len(admin_client.get(url).context["cl"].queryset) == rows
    assert Speaker.objects.count() == rows
