"""How dates, ordinals and texts of sessions read, in six languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from sessions.models import ReportedAttendance, Session, Topic
from sessions.templatetags import sessions as tags

NBSP = "\N{NO-BREAK SPACE}"
TWO_DAYS = Session(starts_on=date(2024, 3, 13), ends_on=date(2024, 3, 14))
ONE_DAY = Session(starts_on=date(2020, 11, 1), ends_on=date(2020, 11, 1))
THREE_DAYS = Session(starts_on=date(2020, 7, 7), ends_on=date(2020, 7, 9))
TWO_MONTHS = Session(starts_on=date(2024, 4, 30), ends_on=date(2024, 5, 1))
TWO_YEARS = Session(starts_on=date(2024, 12, 31), ends_on=date(2025, 1, 1))
MONTH = Session(held_year=2022, held_month=4)
YEAR = Session(held_year=2022)


@pytest.mark.parametrize(
    ("language", "session", "words"),
    [
        ("en", TWO_DAYS, "13–14 March 2024"),
        ("en", ONE_DAY, "1 November 2020"),
        ("en", THREE_DAYS, "7–9 July 2020"),
        ("en", TWO_MONTHS, f"30 April{NBSP}– 1 May 2024"),
        ("en", TWO_YEARS, f"31 December 2024{NBSP}– 1 January 2025"),
        ("en", MONTH, "April 2022"),
        ("en", YEAR, "2022"),
        ("fr", TWO_DAYS, "13 et 14 mars 2024"),
        ("fr", ONE_DAY, "1er novembre 2020"),
        ("fr", THREE_DAYS, "7–9 juillet 2020"),
        ("fr", TWO_MONTHS, f"30 avril{NBSP}– 1er mai 2024"),
        ("fr", TWO_YEARS, f"31 décembre 2024{NBSP}– 1er janvier 2025"),
        ("fr", MONTH, "avril 2022"),
        ("fr", YEAR, "2022"),
        ("es", TWO_DAYS, "13 y 14 de marzo de 2024"),
        ("es", ONE_DAY, "1 de noviembre de 2020"),
        ("es", THREE_DAYS, "7 a 9 de julio de 2020"),
        ("es", TWO_MONTHS, "30 de abril a 1 de mayo de 2024"),
        ("es", TWO_YEARS, "31 de diciembre de 2024 a 1 de enero de 2025"),
        ("es", MONTH, "abril de 2022"),
        ("es", YEAR, "2022"),
        ("ru", TWO_DAYS, f"13–14 марта 2024{NBSP}г."),
        ("ru", ONE_DAY, f"1 ноября 2020{NBSP}г."),
        ("ru", THREE_DAYS, f"7–9 июля 2020{NBSP}г."),
        ("ru", TWO_MONTHS, f"30 апреля{NBSP}– 1 мая 2024{NBSP}г."),
        ("ru", TWO_YEARS, f"31 декабря 2024{NBSP}г.{NBSP}– 1 января 2025{NBSP}г."),
        ("ru", MONTH, f"Апрель 2022{NBSP}г."),
        ("ru", YEAR, f"2022{NBSP}г."),
        ("zh-hans", TWO_DAYS, "2024年3月13日至14日"),
        ("zh-hans", ONE_DAY, "2020年11月1日"),
        ("zh-hans", THREE_DAYS, "2020年7月7日至9日"),
        ("zh-hans", TWO_MONTHS, "2024年4月30日至5月1日"),
        ("zh-hans", TWO_YEARS, "2024年12月31日至2025年1月1日"),
        ("zh-hans", MONTH, "2022年4月"),
        ("zh-hans", YEAR, "2022年"),
        ("ar", TWO_DAYS, "13 و14 مارس 2024"),
        ("ar", ONE_DAY, "1 نوفمبر 2020"),
        ("ar", THREE_DAYS, "من 7 إلى 9 يوليو 2020"),
        ("ar", TWO_MONTHS, "من 30 أبريل إلى 1 مايو 2024"),
        ("ar", TWO_YEARS, "من 31 ديسمبر 2024 إلى 1 يناير 2025"),
        ("ar", MONTH, "أبريل 2022"),
        ("ar", YEAR, "2022"),
    ],
)
def test_session_dates_read_as_each_language_writes_them(language, session, words):
    with translation.override(language):
        assert tags.session_dates(session) == words


def test_a_session_without_dates_says_so():
    with translation.override("en"):
        assert tags.session_dates(Session()) == "Dates to be announced"


@pytest.mark.parametrize(
    ("session", "iso"),
    [(TWO_DAYS, "2024-03-13"), (MONTH, "2022-04"), (YEAR, "2022"), (Session(), "")],
)
def test_machines_read_as_much_of_the_date_as_is_known(session, iso):
    assert tags.session_dates_iso(session) == iso


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Friday 8 March 2024, 18:00"),
        ("fr", "vendredi 8 mars 2024, 18:00"),
        ("es", "viernes 8 de marzo de 2024, 18:00"),
        ("ru", f"Пятница, 8 марта 2024{NBSP}г., 18:00"),
        ("zh-hans", "2024年3月8日星期五18:00"),
        ("ar", "الجمعة 8 مارس 2024، الساعة 18:00"),
    ],
)
def test_a_moment_is_told_in_the_current_zone_with_its_weekday(language, words):
    at = datetime(2024, 3, 8, 17, tzinfo=UTC)

    with translation.override(language), timezone.override(ZoneInfo("Europe/Zurich")):
        page = Template("{% load sessions %}{{ at|moment }}")
        assert page.render(Context({"at": at})) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Wednesday 13 March"),
        ("fr", "mercredi 13 mars"),
        ("es", "miércoles 13 de marzo"),
        ("ru", "Среда, 13 марта"),
        ("zh-hans", "3月13日星期三"),
        ("ar", "الأربعاء 13 مارس"),
    ],
)
def test_a_day_of_the_programme_has_its_weekday(language, words):
    with translation.override(language):
        assert tags.weekday(date(2024, 3, 13)) == words


def test_hours_are_marked_with_their_zone():
    elsewhere = Session(starts_on=date(2024, 3, 13), time_zone="America/New_York")

    with translation.override("en"):
        assert tags.zone_label(TWO_DAYS) == "Geneva time (UTC+1)"
        assert tags.zone_name(TWO_DAYS) == "Geneva time"
        assert tags.zone_label(elsewhere) == "America/New York (UTC−4)"
        assert tags.zone_name(elsewhere) == "America/New York"


def test_an_offset_stays_in_order_among_arabic_words():
    with translation.override("ar"):
        assert "\u2066+1\u2069" in tags.zone_label(TWO_DAYS)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "First session"), (20, "Twentieth session"), (21, "Session 21")],
)
def test_a_session_is_named_by_its_number(number, words):
    with translation.override("en"):
        assert tags.ordinal(number) == words
        assert tags.ordinal(Session(number=number)) == words


@pytest.mark.parametrize(
    ("session", "tone"), [(TWO_DAYS, 2), (YEAR, 0), (Session(), 0)]
)
def test_a_colour_is_a_year(session, tone):
    assert tags.tone(session) == tone


def make_topic(**texts: str) -> Topic:
    topic = Topic()
    for language, text in texts.items():
        setattr(topic, f"text_{language}", text)
    return topic


def test_a_text_of_its_own_language_is_not_marked():
    topic = make_topic(en="Open <floor>", ar="نقاش مفتوح")

    with translation.override("ar"):
        assert tags.translated(topic, "text") == "نقاش مفتوح"
    with translation.override("en"):
        assert tags.translated(topic, "text") == "Open &lt;floor&gt;"


@pytest.mark.parametrize("language", ["ar", "zh-hans"])
def test_a_text_that_falls_back_to_english_says_so(language):
    topic = make_topic(en="Open <floor>")

    with translation.override(language):
        assert tags.translated(topic, "text") == (
            '<span lang="en" dir="ltr">Open &lt;floor&gt;</span>'
        )


def test_an_empty_text_falls_back_to_nothing():
    with translation.override("fr"):
        assert tags.translated(Session(), "summary") == ""
        assert tags.language_attributes(Session(), "summary") == ""


def test_figures_are_shown_as_their_source_reports_them():
    figure = ReportedAttendance(
        count=1000,
        qualifier="almost",
        kind="registrants",
        countries=117,
        countries_qualifier="more than",
    )

    with translation.override("en"):
        assert tags.reported_count(figure) == "almost 1,000"
        assert tags.reported_kind(figure) == "registrants"
        assert tags.reported_countries(figure) == "from more than 117 countries"


@pytest.mark.parametrize(
    ("language", "number"),
    [
        ("en", "12,345"),
        ("fr", f"12{NBSP}345"),
        ("es", f"12{NBSP}345"),
        ("ru", f"12{NBSP}345"),
        ("zh-hans", "12345"),
        ("ar", "12345"),
    ],
)
def test_a_large_number_is_grouped_as_each_language_does(language, number):
    with translation.override(language):
        assert tags.reported_count(ReportedAttendance(count=12_345)) == number


PLURALS = {
    "en": {1: "from 1 country", 2: "from 2 countries", 21: "from 21 countries"},
    "fr": {1: "de 1 pays", 2: "de 2 pays"},
    "es": {1: "de 1 país", 2: "de 2 países", 21: "de 21 países"},
    "ru": {1: "из 1 страны", 3: "из 3 стран", 11: "из 11 стран", 21: "из 21 страны"},
    "zh-hans": {1: "来自1个国家", 2: "来自2个国家"},
    "ar": {
        1: "من بلد واحد",
        2: "من بلدين",
        3: "من 3 بلدان",
        11: "من 11 بلداً",
        100: "من 100 بلد",
        103: "من 103 بلدان",
    },
}


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [(code, n, words) for code, forms in PLURALS.items() for n, words in forms.items()],
)
def test_a_number_of_countries_has_the_form_of_its_language(language, number, words):
    figure = ReportedAttendance(count=5, countries=number)

    with translation.override(language):
        assert tags.reported_countries(figure) == words


def test_figures_in_words_we_do_not_know_are_shown_as_typed():
    figure = ReportedAttendance(count=7, qualifier="some", kind="viewers")

    with translation.override("en"):
        assert tags.reported_count(figure) == "some 7"
        assert tags.reported_kind(figure) == "viewers"
        assert tags.reported_countries(figure) == ""


def test_markdown_becomes_html_below_the_headings_of_the_page():
    html = tags.markdown("# One\n\n- *a*\n- [b](https://example.org)\n")

    assert "<h3>One</h3>" in html
    assert "<li><em>a</em></li>" in html
    assert '<a href="https://example.org" rel="noopener noreferrer">b</a>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        '<a href="x" onclick="y">z</a>',
        "![x](https://example.org/pixel.png 'y')",
        '<p style="color:red">x</p>',
    ],
)
def test_markdown_lets_nothing_dangerous_through(text):
    html = tags.markdown(text)

    for bad in (
        "<script",
        "<img",
        "<p style",
        'href="javascript',
        'href="data',
    ):
        assert bad not in html
