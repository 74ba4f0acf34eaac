"""The programme on a session's page: rooms, texts, what runs; plurals of languages."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from sessions.models import Appearance
from tests.factories import make_session
from tests.sessions.factories import make_item, make_speaker
from tests.sessions.test_views import page_of

pytestmark = pytest.mark.django_db


def test_a_room_stands_in_the_programme_and_no_text_becomes_html(client):
    session = make_session()
    item = make_item(session, title="<b>Rights</b>", room="Room <B>", room_fr="Salle B")
    speaker = make_speaker(name="Ana <i>", affiliation="A & B")
    Appearance.objects.create(session=session, agenda_item=item, speaker=speaker)

    line = page_of(client, session).one("ol", class_="prog")

    assert line.one("p", class_="room").text == "Room <B>"
    assert line.one("h4").text == "<b>Rights</b>"
    assert "Ana <i>" in line.text
    assert "A & B" in line.text
    french = page_of(client, session, "fr").one("ol", class_="prog")
    assert french.one("p", class_="room").text == "Salle B"
    fallback = french.one("h4").one("span")
    assert (fallback.attrs["lang"], fallback.text) == ("en", "<b>Rights</b>")


def test_the_item_that_runs_is_marked(client):
    now = timezone.now()
    session = make_session(starts_on=now.date(), ends_on=now.date())
    make_item(session, starts_at=now - timedelta(hours=1), ends_at=now)
    running = make_item(session, starts_at=now, ends_at=now + timedelta(hours=1))

    days = page_of(client, session).all("ol", class_="prog")  # two about midnight
    lines = [line for day in days for line in day.all("li")]

    marked = [line for line in lines if line.attrs.get("aria-current") == "time"]
    assert len(marked) == 1
    assert (
        marked[0]
        .all("time")[0]
        .attrs["datetime"]
        .startswith(
            timezone.localtime(running.starts_at, session.zone).isoformat()[:19]
        )
    )
    tag = next(s for s in marked[0].all("span") if s.text == "Now")
    assert "hidden" not in tag.attrs


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", {1: "متحدث واحد", 2: "متحدثان", 3: "3 متحدثين", 11: "11 متحدثاً"}),
        ("ru", {1: "1 докладчик", 2: "2 докладчика", 5: "5 докладчиков"}),
        ("fr", {0: "0 orateur ou oratrice", 2: "2 orateurs et oratrices"}),
        ("es", {1: "1 ponente", 2: "2 ponentes", 10**6: "1000000 de ponentes"}),
        ("zh-hans", {1: "1位发言人", 2: "2位发言人"}),
    ],
)
def test_plurals_are_those_of_the_language(language, words):
    with translation.override(language):
        for count, expected in words.items():
            form = translation.ngettext(
                "%(count)s speaker", "%(count)s speakers", count
            )
            assert form % {"count": count} == expected
