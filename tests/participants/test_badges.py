"""Badges, name plates and what changed since they were printed."""

from io import BytesIO, StringIO

import pytest
import typst
import zxingcpp
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from participants import services, typesetting
from participants.exports import badges
from participants.exports.badges import badges_pdf, face, plates_of_speakers, sizes
from participants.models import PrintedBadge, PrintRun
from participants.services.printing import (
    What,
    badges_due,
    morning_sheet,
    print_badges,
    to_print,
)
from sessions.models import Appearance, Category, Mode, Speaker
from tests.factories import make_delegation, make_registration, make_session
from tests.participants.lists import glyphs_shown

pytestmark = pytest.mark.django_db
MM = 72 / 25.4  # points
PEOPLE = [  # names as typed in five scripts, and two that are hard to fit
    ("Demo-Nguyễn", "Văn Ạnh"),
    ("تجريبي المصري", "محمد"),
    ("示例王", "小明"),
    ("Демо-Щукин", "Ђура"),
    ("Δημόπουλος", "Γιώργος"),
    ("W" * 100, ""),
    ("Demo-Wickramasinghe-Rajapaksa de Alwis", "Don Sebastian Christopher"),
]


def make_people(session):
    return [
        make_registration(session, family_name=family, given_name=given)
        for family, given in PEOPLE
    ]


def printed(rows, **fields):
    fields = {"size": sizes()["86x54"], "layout": "sheet", "by": None} | fields
    return print_badges(rows, **fields)


def told(session):
    return {(one.what, one.registration.pk) for one in morning_sheet(session)}


@pytest.mark.looks
@pytest.mark.parametrize("size", ["86x54", "105x148"])
def test_every_badge_is_one_page_of_its_size_whose_code_can_be_read(size, monkeypatch):
    rows = make_people(make_session())
    pages, compiled = [], typst.compile

    def also_as_picture(*args, **fields):
        pages.extend(compiled(*args, **fields | {"format": "png", "ppi": 200}))
        return compiled(*args, **fields)

    monkeypatch.setattr(typesetting.typst, "compile", also_as_picture)
    reader = PdfReader(BytesIO(badges_pdf(rows, size=sizes()[size], layout="card")))

    width, height = sizes()[size]
    for page in reader.pages:
        measures = (float(page.mediabox.width), float(page.mediabox.height))
        assert measures == pytest.approx((width * MM, height * MM), abs=0.5)
        assert 0 not in glyphs_shown(page)
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) == len(rows)
    for text, piece in zip(
        texts,
        ["DEMO-NGUYỄN", "", "示例王小明", "ДЕМО-ЩУКИН", "ΔΗΜΟΠΟΥΛΟΣ", "W", "DEMO"],
        strict=True,
    ):
        assert piece in text
        assert "ACADEMIA" in text
    read = [
        [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(page)))]
        for page in pages
    ]
    assert read == [[row.code] for row in rows]


@pytest.mark.looks
def test_sheets_hold_as_many_as_fit_with_nothing_but_the_code_in_the_codes():
    rows = make_people(make_session()) * 2

    reader = PdfReader(BytesIO(badges_pdf(rows, size=sizes()["90x55"], layout="sheet")))

    assert len(reader.pages) == 2  # ten to a sheet
    assert float(reader.pages[0].mediabox.width) == pytest.approx(210 * MM, abs=0.5)
    assert rows[0].email not in reader.pages[0].extract_text()


def test_a_badge_says_whom_one_represents_the_category_and_the_role():
    state = make_delegation(name_en="Demoland")
    delegate = make_registration(
        category=Category.MEMBER_STATE, delegation=state, badge_name="Zoë of Demoland"
    )
    speaker = make_registration(role="speaker", own_script_name="示例")
    press = make_registration(role="press", category=Category.PRESS)
    interpreter = make_registration(role="interpreter")

    said = face(delegate)
    words = [
        badges._badge(row)["words"] for row in [delegate, speaker, press, interpreter]
    ]

    assert (said["name"], said["represents"]) == ("Zoë of Demoland", "Demoland")
    assert face(speaker)["own"] == "示例"
    assert words == [
        ["Member State/État membre"],
        ["Speaker/Orateur ou oratrice", "Academia/Milieu universitaire"],
        ["Press/Presse"],
        ["Interpreter/Interprète"],
    ]


def test_the_languages_of_fixed_words_are_a_setting(settings):
    settings.BADGE_LANGUAGES = ["fr"]
    state = make_delegation(name_en="Chile", name_fr="Chili")
    row = make_registration(category=Category.MEMBER_STATE, delegation=state)

    assert badges._badge(row)["words"] == ["État membre"]
    assert face(row)["represents"] == "Chili"

    settings.BADGE_LANGUAGES = ["en", "ru", "ar"]
    assert badges._badge(row)["words"] == ["Member State/Государство-член/دولة عضو"]


def test_white_words_stand_out_on_every_colour_and_every_quality_has_one():
    kinds = {*Category, "speaker", "press", "interpreter", "staff", "guest"}

    assert {str(kind) for kind in badges.COLOURS} == {str(kind) for kind in kinds}
    for colour in badges.COLOURS.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return sum(
        part * weight
        for part, weight in zip(linear, [0.2126, 0.7152, 0.0722], strict=True)
    )


def test_badges_are_for_all_roles_confirmed_for_the_room():
    session = make_session()
    roles = ["participant", "speaker", "press", "interpreter", "staff", "guest"]
    wanted = [make_registration(session, role=role) for role in roles]
    make_registration(session, mode=Mode.ONLINE)
    pending = make_registration(session, status="pending")

    assert set(badges_due(session)) == set(wanted)
    with pytest.raises(ValidationError) as refusal:
        printed([wanted[0], pending])
    assert refusal.value.code == "not_confirmed"
    with pytest.raises(ValidationError) as refusal:
        printed([])
    assert refusal.value.code == "none"
    assert not PrintRun.objects.exists()


def test_the_morning_sheet_tells_what_changed_since_the_badges_were_printed():
    session = make_session()
    same, renamed, moved, gone, online = (
        make_registration(session, family_name=f"Demo{n}") for n in range(5)
    )
    assert {what for what, _pk in told(session)} == {What.NEW}
    printed(list(badges_due(session)))
    assert told(session) == set()

    renamed.family_name = "Démo"
    moved.organisation = "Demo Institute"
    gone.status = "cancelled"
    online.mode = Mode.ONLINE
    for row in [renamed, moved, gone, online]:
        row.save()
    new = make_registration(session)

    assert told(session) == {
        (What.NEW, new.pk),
        (What.RENAMED, renamed.pk),
        (What.CHANGED, moved.pk),
        (What.CANCELLED, gone.pk),
        (What.CANCELLED, online.pk),
    }
    changed = to_print(morning_sheet(session))
    assert set(changed) == {new, renamed, moved}
    printed(changed)
    assert {what for what, _pk in told(session)} == {What.CANCELLED}
    assert same not in to_print(morning_sheet(session))


def test_a_substitute_is_told_with_whom_it_replaces():
    session = make_session()
    old, row = make_registration(session), make_registration(session)
    printed([old, row])
    new = make_registration(session, replaces=old)
    old.status = "cancelled"
    old.save()
    row.code = "another-code-anothers."
    row.save()

    found = {one.registration.pk: one for one in morning_sheet(session)}

    assert found.keys() == {new.pk, row.pk}
    assert {one.what for one in found.values()} == {What.SUBSTITUTED}
    assert found[new.pk].before["name"] == face(old)["name"]


def test_an_erasure_empties_the_face_and_leaves_the_code():
    row = make_registration(family_name="Demosecret")
    printed([row])

    services.erase(row)

    badge = PrintedBadge.objects.get()
    assert (badge.face, badge.code) == ({}, row.code)
    assert told(row.session) == {(What.CANCELLED, row.pk)}


@pytest.mark.looks
def test_name_plates_say_the_same_to_both_sides():
    session = make_session()
    for position, (role, name) in enumerate(
        [("chair", "Demo Chair"), ("speaker", "示例演讲人"), ("speaker", "Demo Chair")]
    ):
        speaker, _made = Speaker.objects.get_or_create(
            name=name, defaults={"affiliation": "Demoland"}
        )
        Appearance.objects.create(
            session=session, speaker=speaker, role=role, position=position
        )

    plates = plates_of_speakers(session)
    reader = PdfReader(BytesIO(badges.plates_pdf(plates, paper="a5")))

    assert [(one.name, one.role) for one in plates] == [
        ("Demo Chair", "Chair/Présidence"),
        ("示例演讲人", ""),
    ]
    assert [page.extract_text().count("Demoland") for page in reader.pages] == [2, 2]
    assert reader.pages[1].extract_text().count("示例演讲人") == 2


def test_ticked_rows_and_a_filtered_list_are_printed_from_the_admin(admin_client):
    session = make_session()
    rows = [make_registration(session, family_name=f"Demo{n}") for n in range(3)]
    make_registration(session, status="waiting", family_name="Demo-Waiting")
    changelist = reverse("admin:participants_registration_changelist")
    ticked = {"action": "print_badges", "_selected_action": [rows[0].pk, rows[1].pk]}

    asked = admin_client.post(changelist, ticked)
    choice = {"sure": "1", "size": "86x54", "layout": "card"}
    answer = admin_client.post(changelist, ticked | choice)

    assert "2 people are confirmed" in asked.content.decode()
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2
    filtered = reverse("admin:participants_registration_badges")
    url = f"{filtered}?session__id__exact={session.pk}"
    assert "3 people are confirmed" in admin_client.get(url).content.decode()
    answer = admin_client.post(url, choice)
    assert len(PdfReader(BytesIO(answer.content)).pages) == 3
    assert PrintRun.objects.count() == 2
    bad = admin_client.post(url, choice | {"size": "1x1"}).content.decode()
    assert "Select a valid choice" in bad
    plates = ticked | {"action": "print_plates", "sure": "1", "paper": "a4"}
    answer = admin_client.post(changelist, plates)
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2


def test_the_morning_page_prints_only_what_changed(admin_client):
    session = make_session()
    row = make_registration(session, family_name="Demoold", given_name="")
    printed([row])
    url = f"{reverse('admin:participants_printrun_morning')}?session={session.pk}"
    choice = {"size": "86x54", "layout": "card"}
    assert "Nothing has changed since." in admin_client.get(url).content.decode()
    assert (
        "No badge is to be printed." in admin_client.post(url, choice).content.decode()
    )

    row.family_name = "Demonew"
    row.save()
    page = admin_client.get(url).content.decode()
    answer = admin_client.post(url, choice)

    assert "DEMOOLD" in page
    assert "DEMONEW" in page
    assert "DEMONEW" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_plates_of_a_session_without_speakers_are_refused_in_words(admin_client):
    url = reverse("admin:participants_printrun_plates")

    answer = admin_client.post(url, {"session": make_session().pk, "paper": "a4"})

    assert "No name plate is to be printed." in answer.content.decode()


def test_printing_needs_its_permission(client):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_registration", "view_printrun"])
    )
    client.force_login(reader)
    row = make_registration()

    for name in ["registration_badges", "printrun_morning", "printrun_plates"]:
        assert client.get(reverse(f"admin:participants_{name}")).status_code == 403
    client.post(
        reverse("admin:participants_registration_changelist"),
        {"action": "print_badges", "_selected_action": row.pk, "sure": "1"},
    )
    assert not PrintRun.objects.exists()


def test_the_command_prints_all_then_only_what_changed(tmp_path):
    session = make_session()
    make_registration(session)
    output, said = tmp_path / "badges.pdf", StringIO()

    call_command("print_badges", session.number, output=output, stderr=said)
    make_registration(session)
    call_command(
        "print_badges", session.number, output=output, changed=True, stderr=said
    )

    assert said.getvalue().count("1 badges written") == 2
    assert PrintedBadge.objects.count() == 2


def test_typesetting_says_where_it_went_wrong(monkeypatch, tmp_path):
    (tmp_path / "wrong.typ").write_text('#let x = 1 + "a"\n', encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)

    with pytest.raises(typesetting.TypesettingError, match=r"wrong\.typ: .*add"):
        typesetting.typeset("wrong", {})
    with pytest.raises(typesetting.TypesettingError, match=r"lacking\.typ"):
        typesetting.typeset("lacking", {})


def test_templates_import_nothing_from_elsewhere():
    sources = [
        path.read_text(encoding="utf-8") for path in typesetting.TEMPLATES.glob("*")
    ]

    assert len(sources) >= 4
    assert not any("@preview" in source or "@local" in source for source in sources)
