"""Sessions from a file: what is refused, what is stored, what staff keep."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from sessions import loading
from sessions.loading.parsing import session_slug
from sessions.loading.sources import publisher
from sessions.models import (
    AgendaItem,
    Appearance,
    ReportedAttendance,
    Session,
    Source,
    Speaker,
    Theme,
    Topic,
)

SHIPPED = json.loads(loading.DEFAULT_FILE.read_text(encoding="utf-8"))


def row(**fields):
    """Return the shipped row of the ninth session, changed."""
    return SHIPPED[8] | fields


def write(folder, content):
    file = folder / "sessions.json"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(json.dumps(content), encoding="utf-8")
    return file


def load(*arguments, **options):
    out = StringIO()
    call_command("load_sessions", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"{}", "must hold a list"),
        (b"[5]", "must be an object"),
        (b"[[]]", "must be an object"),
        (b"\xff\xfe", "is not UTF-8 at byte 0"),
        (b'[{"ordinal": 1, "ordinal": 2}]', "stands twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "is not JSON"),
    ],
)
@pytest.mark.django_db
def test_an_unreadable_file_is_refused(tmp_path, raw, problem):
    with pytest.raises(CommandError, match=problem):
        load(write(tmp_path, raw))

    assert not Session.objects.exists()


@pytest.mark.parametrize("name", ["nowhere.json", "."])
def test_a_file_that_is_not_there_is_said(tmp_path, name):
    with pytest.raises(CommandError, match=r"o such file|s a directory"):
        load(tmp_path / name)


@pytest.mark.django_db
def test_a_bad_last_row_stores_nothing(tmp_path):
    rows = [*SHIPPED[:11], SHIPPED[11] | {"mode": "hybird"}]

    with pytest.raises(CommandError, match=r"Row 12 \(session 12\), field mode"):
        load(write(tmp_path, rows), update=True)

    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_row_the_database_refuses_undoes_the_others(tmp_path):
    Session.objects.create(number=500, slug=session_slug(12, SHIPPED[11]["theme"]))

    with pytest.raises(CommandError, match=r"Session 12: .*Nothing was changed"):
        load(write(tmp_path, SHIPPED))

    assert Session.objects.get().number == 500
    assert not Speaker.objects.exists()


@pytest.mark.django_db
def test_the_twelve_sessions_are_created_and_then_unchanged():
    first, second = load(), load()

    assert [f"Session {n}: created" in first.splitlines() for n in range(1, 13)]
    assert first.count(": created") == 12 + 8
    assert second.count(": unchanged") == 12 + 8
    assert Session.objects.published().count() == 12


@pytest.mark.django_db
def test_the_ninth_session_stands_with_theme_topics_people_and_sources():
    load()

    ninth = Session.objects.get(number=9)
    assert ninth.slug == (
        "9-training-the-machines-bytes-rights-and-the-copyright-conundrum"
    )
    assert ninth.title == (
        "Training the Machines – Bytes, Rights and the Copyright Conundrum"
    )
    assert (ninth.starts_on, ninth.ends_on) == (date(2024, 3, 13), date(2024, 3, 14))
    assert [topic.text for topic in ninth.topics.all()] == SHIPPED[8]["topics"]
    assert [str(theme) for theme in ninth.themes.all()] == ["Copyright", "Data"]
    assert [
        (who.speaker.name, who.role, who.function) for who in ninth.appearances.podium()
    ] == [
        (
            "Muhammadou M.O. Kah",
            Appearance.Role.CHAIR,
            "Permanent Representative of the Gambia in Geneva",
        ),
        ("Daren Tang", Appearance.Role.SPEAKER, "WIPO Director General"),
        (
            "Duncan Crabtree-Ireland",
            Appearance.Role.SPEAKER,
            "SAG-AFTRA chief negotiator",
        ),
    ]
    assert [source.url for source in ninth.sources.all()] == [
        "https://wipo.int/en/web/frontier-technologies/frontier_conversation"
    ]


@pytest.mark.django_db
def test_official_titles_of_themes_are_stored_and_no_others():
    load()

    with translation.override("fr"):
        assert Session.objects.get(number=9).title.startswith("Former les machines")
        assert Session.objects.get(number=2).title.startswith("Revised Issues Paper")
    with translation.override("ar"):
        assert Session.objects.get(number=10).title.startswith("AI Output: To Protect")
        assert (
            Session.objects.get(number=12).title
            == "الملكية الفكرية والوسائط الاصطناعية"
        )
    with translation.override("zh-hans"):
        assert Session.objects.get(number=10).title.startswith("AI Output")
        assert Session.objects.get(number=8).title == "生成式人工智能和知识产权"


@pytest.mark.django_db
def test_the_fifth_session_has_a_year_and_no_invented_day():
    load()

    fifth = Session.objects.get(number=5)
    assert (fifth.starts_on, fifth.ends_on, fifth.held_year) == (None, None, 2022)


@pytest.mark.django_db
def test_what_is_only_remembered_is_stored_nowhere():
    load()

    eighth, first = Session.objects.get(number=8), Session.objects.get(number=1)
    assert (eighth.city, first.city, first.mode, first.meeting_code) == ("", "", "", "")
    assert not eighth.reported_attendances.exists()
    assert not eighth.sources.exists()


@pytest.mark.django_db
def test_only_official_and_press_pages_become_sources():
    said = load()

    addresses = [*Source.objects.values_list("url", flat=True)]
    addresses += ReportedAttendance.objects.values_list("source_url", flat=True)
    assert all(publisher(address) for address in addresses)
    assert "zunlong77" not in said + "".join(addresses)
    assert "left out, no official or press page: https://thesunshinescoop.com" in said
    assert "republished" not in Session.objects.get(number=11).summary


@pytest.mark.django_db
def test_a_figure_from_an_unknown_page_is_left_out(tmp_path):
    figure = SHIPPED[1]["attendance"] | {"source": "http://zunlong77.net/figures"}

    said = load(write(tmp_path, [row(attendance=figure)]))

    assert "left out, no official or press page: http://zunlong77.net/figures" in said
    assert not ReportedAttendance.objects.exists()


@pytest.mark.django_db
def test_an_unverified_row_stays_a_draft(tmp_path):
    load(write(tmp_path, [row(verified=False)]))

    assert Session.objects.get().status == Session.Status.DRAFT


@pytest.mark.django_db
def test_a_file_of_ones_own_has_english_only(tmp_path):
    load(write(tmp_path, [row()]))

    with translation.override("fr"):
        assert Session.objects.get().title.startswith("Training the Machines")
    assert not Theme.objects.exists()


def edit_title(session):
    session.title = "Edited by staff"
    session.save()


def edit_summary(session):
    session.summary = ""
    session.save()


def edit_days(session):
    session.ends_on = session.starts_on
    session.save()


def edit_status(session):
    session.status = Session.Status.CANCELLED
    session.save()


def edit_topics(session):
    session.topics.first().delete()


def edit_themes(session):
    session.themes.clear()


def edit_people(session):
    session.appearances.update(role=Appearance.Role.PANELLIST)


def edit_sources(session):
    session.sources.create(title="Another", url="https://www.wipo.int/another")


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (edit_title, "title_en"),
        (edit_summary, "summary_en"),
        (edit_days, "ends_on"),
        (edit_status, "status"),
        (edit_topics, "topics"),
        (edit_themes, "themes"),
        (edit_people, "people"),
        (edit_sources, "sources"),
    ],
)
@pytest.mark.django_db
def test_only_update_overwrites_what_staff_edited(edit, field):
    load()
    edit(Session.objects.get(number=9))

    kept, kept_again, updated, after = load(), load(), load(update=True), load()

    assert f"Session 9: differs ({field})" in kept.splitlines()
    assert kept_again == kept
    assert f"Session 9: updated ({field})" in updated.splitlines()
    assert "Session 9: unchanged" in after.splitlines()


@pytest.mark.django_db
def test_a_changed_figure_differs_and_is_updated():
    load()
    ReportedAttendance.objects.filter(session__number=2).update(count=1)

    assert "Session 2: differs (attendance)" in load().splitlines()
    load(update=True)
    assert ReportedAttendance.objects.get(session__number=2).count == 2000


@pytest.mark.django_db
def test_a_renamed_theme_differs_and_is_updated():
    load()
    theme = Theme.objects.get(slug="data")
    theme.name_fr = "Les données"
    theme.save()

    assert "Theme data: differs (name_fr)" in load().splitlines()
    assert "Theme data: updated (name_fr)" in load(update=True).splitlines()


@pytest.mark.django_db
def test_what_the_file_does_not_say_stays_even_with_update():
    load()
    ninth = Session.objects.get(number=9)
    ninth.mode, ninth.venue, ninth.slug = "hybrid", "New Conference Hall", "9-other"
    ninth.title_es = "Entrenar a las máquinas"
    ninth.save()
    Topic.objects.filter(session=ninth, position=1).update(text_fr="Équilibre")
    item = AgendaItem.objects.create(
        session=ninth,
        kind=AgendaItem.Kind.PANEL,
        starts_at="2024-03-13T10:00Z",
        ends_at="2024-03-13T11:00Z",
    )
    tang = Speaker.objects.get(name="Daren Tang")
    Appearance.objects.create(session=ninth, agenda_item=item, speaker=tang)
    edit_title(ninth)

    load(update=True)

    ninth = Session.objects.get(number=9)
    assert ninth.title.startswith("Training")
    assert (ninth.mode, ninth.venue, ninth.slug) == (
        "hybrid",
        "New Conference Hall",
        "9-other",
    )
    assert ninth.title_es == "Entrenar a las máquinas"
    assert ninth.topics.first().text_fr == "Équilibre"
    assert item.appearances.count() == 1


@pytest.mark.django_db
def test_days_found_for_the_fifth_session_are_replaced_only_by_update():
    load()
    fifth = Session.objects.get(number=5)
    fifth.held_year, fifth.starts_on, fifth.ends_on = None, "2022-04-05", "2022-04-06"
    fifth.save()

    assert "Session 5: differs (starts_on, ends_on, held_year)" in load().splitlines()
    load(update=True)
    assert Session.objects.get(number=5).held_year == 2022


@pytest.mark.django_db
def test_the_month_goes_with_the_year_it_stands_beside(tmp_path):
    number_9 = Session.objects.create(
        number=9, slug="9", title="Old", held_year=2024, held_month=3
    )

    load(write(tmp_path, [row()]), update=True)

    number_9.refresh_from_db()
    assert (number_9.held_year, number_9.held_month) == (None, None)


@pytest.mark.django_db
def test_the_untranslated_column_holds_english_whatever_is_active():
    with translation.override("ar"):
        load()

    raw = Session.objects.raw_values("number", "title").get(number=12)
    assert raw["title"] == "IP and Synthetic Media"
