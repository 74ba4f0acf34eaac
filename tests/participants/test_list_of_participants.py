"""The official list: who stands where, in which form, on paper and in Word."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from participants import services
from participants.capitals import capitals
from participants.exports.list_of_participants import (
    entries,
    entry_text,
    heading,
    list_content,
)
from participants.listing import french_key
from participants.models import Delegation
from participants.services.editions import list_file
from sessions.models import Appearance, Category, Speaker
from tests.factories import make_delegation, make_registration, make_session
from tests.participants.lists import (
    demonstration,
    glyphs_shown,
    make_member,
    make_state,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)


def sections(session, **options):
    return {one["key"]: one for one in list_content(session, **options)["sections"]}


def names(session, **options):
    return [entry["name"] for _h, entry in entries(list_content(session, **options))]


def lines(session, **options):
    return [entry_text(one) for _h, one in entries(list_content(session, **options))]


def test_states_stand_in_french_order_with_its_traps():
    in_order = [
        "Afrique du Sud",
        "Côte d’Ivoire",
        "Égypte",
        "El Salvador",
        "Émirats arabes unis",
        "Équateur",
        "Espagne",
        "États-Unis d’Amérique",
        "Fédération de Russie",
        "Guinée",
        "Guinée-Bissau",
        "Guinée équatoriale",
        "République arabe syrienne",
        "République de Corée",
        "Royaume-Uni",
    ]
    session = make_session()
    for name in reversed(in_order):
        make_member(session, make_state(name, f"{name} en"), "A")

    found = [group["heading"] for group in sections(session)["member_state"]["groups"]]

    assert found == [f"{name.upper()}/{name.upper()} EN" for name in in_order]
    assert french_key("États-Unis d’Amérique") == "etats unis d amerique"


def test_headings_are_bilingual_once_if_they_agree_and_fall_back_to_english():
    germany = make_state("Allemagne", "Germany")
    france = make_state("France", "France")
    society = make_delegation(
        name_en="Demo Society", name_fr="", kind=Delegation.Kind.NGO
    )

    assert heading(germany, in_capitals=True) == "ALLEMAGNE/GERMANY"
    assert heading(france, in_capitals=True) == "FRANCE"
    assert heading(society, in_capitals=False) == "Demo Society"


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Demo-İnan", "TR", "DEMO-İNAN"),
        ("Yıldız-Demir", "TR", "YILDIZ-DEMİR"),
        ("Demir", "CH", "DEMIR"),
        ("Đorđević", "", "ĐORĐEVIĆ"),
        ("Παπαδόπουλος", "GR", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
        ("Ђорђевић", "", "ЂОРЂЕВИЋ"),
        ("ქართველი", "GE", "ქართველი"),
        ("王", "CN", "王"),
        ("الحسن", "EG", "الحسن"),
    ],
)
def test_capitals_follow_the_letters(name, country, expected):
    assert capitals(name, country) == expected


def test_an_entry_has_form_function_unit_organisation_and_city():
    session = make_session()
    fields = {"given_name": "Ana", "function": "Counsellor", "unit": "Demo unit"}
    fields |= {"organisation": "Ministry of Demos", "city": "Geneva"}
    state = make_state("Allemagne", "Germany")
    make_member(session, state, "Demo-Nuñez", form_of_address="ms", **fields)
    make_member(
        session,
        state,
        "Demo-Lefèvre",
        given_name="Zoé",
        form_of_address="he_ms",
        language="fr",
        organisation="ALLEMAGNE",  # its heading says so already
        function="Ambassadrice",
    )

    assert lines(session) == [
        "Ana DEMO-NUÑEZ (Ms.), Counsellor, Demo unit, Ministry of Demos, Geneva",
        "Zoé DEMO-LEFÈVRE (S.E. Mme), Ambassadrice",
    ]


def test_forms_of_address_are_in_letters_that_fit_the_name():
    session = make_session()
    state = make_state("Chine", "China")
    shared = {"organisation": "", "function": "", "form_of_address": "ms"}
    for position, (language, family, given) in enumerate(
        [("zh-hans", "示例王", "小明"), ("zh-hans", "Demo-Wang", "Xiaoming")], start=1
    ):
        make_member(
            session,
            state,
            family,
            given_name=given,
            language=language,
            position=position,
            **shared,
        )

    assert lines(session) == ["示例王小明 (女士)", "Xiaoming DEMO-WANG (Ms.)"]


def test_rank_comes_first_then_position_then_the_rest():
    session, state = make_session(), make_state("Chili", "Chile")
    for family, rank, position in [
        ("Adviser", "adviser", 1),
        ("Unplaced", "delegate", 0),
        ("Second", "delegate", 2),
        ("First", "", 1),
        ("Deputy", "deputy", 9),
        ("Head", "head", 0),
    ]:
        make_member(session, state, family, rank=rank, position=position, given_name="")

    expected = ["HEAD", "DEPUTY", "FIRST", "SECOND", "UNPLACED", "ADVISER"]
    assert names(session) == expected


def test_sections_follow_the_record_of_the_delegation_and_the_role():
    session = make_session()
    moved = make_delegation(kind="other", list_section="special", name="Demo Entity")
    make_member(session, moved, "Entity")
    make_member(session, make_delegation(kind="igo"), "Igo")
    make_member(session, make_state("Chili", "Chile"), "Speaker", role="speaker")
    make_registration(session, role="interpreter")
    make_registration(session, role="staff", category=Category.INDIVIDUAL)
    make_registration(session, role="speaker")
    make_registration(session, visibility="everyone", category=Category.ACADEMIA)
    chair = Speaker.objects.create(name="Demo Chair", affiliation="Demoland")
    Appearance.objects.create(session=session, speaker=chair, role="chair")

    found = sections(session)

    assert list(found) == [
        *("member_state", "special", "igo", "academia", "speaker"),
        *("officers", "interpreter", "staff"),
    ]
    assert found["officers"]["groups"][0]["heading"] == "Présidence/Chair"


def test_the_public_stands_there_by_consent_and_delegations_as_notified():
    session = make_session()
    state = make_state("Chili", "Chile")
    make_member(session, state, "Notified", given_name="", visibility="nobody")
    for visibility in ["nobody", "participants", "everyone"]:
        make_registration(
            session, family_name=visibility, given_name="", visibility=visibility
        )
    make_member(session, state, "Cancelled", status="cancelled")
    make_member(session, state, "", given_name="", erased_at=AT)

    assert names(session) == ["NOTIFIED", "EVERYONE"]
    for_participants = names(session, audience="participants")
    assert for_participants == ["NOTIFIED", "EVERYONE", "PARTICIPANTS"]
    notes = list_content(session, audience="participants")["notes"]
    assert "NOT FOR PUBLICATION" in notes[0]


def test_who_waits_for_the_room_but_is_online_meanwhile_stands_there_as_remote():
    session = make_session()
    shown = {"visibility": "everyone", "status": "waiting"}
    make_registration(session, family_name="Waits", **shown)
    make_registration(
        session, family_name="Meanwhile", online_meanwhile=True, given_name="", **shown
    )

    found = [entry for _heading, entry in entries(list_content(session))]

    assert [(entry["name"], entry["remote"]) for entry in found] == [
        ("MEANWHILE", True)
    ]


def test_a_corrected_name_is_printed_as_typed_and_erased_with_the_rest():
    session = make_session()
    row = make_member(session, make_state("Chili", "Chile"), "Mcdemo")
    row.listed_name = "Test McDEMO"
    row.save()
    assert names(session) == ["Test McDEMO"]

    services.erase(row)

    row.refresh_from_db()
    assert (row.listed_name, names(session)) == ("", [])


@pytest.mark.looks
def test_the_pdf_holds_five_scripts_in_embedded_fonts_and_no_tofu():
    content = list_content(demonstration(), marks_remote=True)

    reader = PdfReader(BytesIO(list_file(content, "pdf", at=AT)))

    page = reader.pages[0]
    text = page.extract_text()
    for piece in [
        "LISTE DES PARTICIPANTS/LIST OF PARTICIPANTS",
        "ÉGYPTE/EGYPT",
        "I. ÉTATS MEMBRES/MEMBER STATES",
        "DEMO-NGUYỄN",
        "示例王小明",
        "ДЕМО-ЩУКИН",
        "ΔΗΜΟΠΟΥΛΟΣ",
        "[en\u00a0ligne/online]",
    ]:
        assert piece in text
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts]
    families = {str(font["/BaseFont"]).split("+")[1] for font in inner}
    assert families >= {"NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansCJKsc-Regular"}
    for font in inner:
        descriptor = font["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert 0 not in glyphs_shown(page)


@pytest.mark.looks
def test_a_letter_no_font_has_would_be_found():
    session = make_session()
    make_member(session, make_state("Chili", "Chile"), "\U00012000")  # cuneiform

    content = list_content(session)
    page = PdfReader(BytesIO(list_file(content, "pdf", at=AT))).pages[0]

    assert 0 in glyphs_shown(page)


def test_word_has_headings_and_entries_in_styles_and_no_tables():
    content = list_content(demonstration())

    document = Document(BytesIO(list_file(content, "docx", at=AT)))

    styled = [(p.style.name, p.text) for p in document.paragraphs]
    assert ("Title", "LISTE DES PARTICIPANTS/LIST OF PARTICIPANTS") in styled
    assert ("Heading 1", "I. ÉTATS MEMBRES/MEMBER STATES") in styled
    assert ("Heading 2", "ÉGYPTE/EGYPT") in styled
    people = [text.replace("\u200e", "") for style, text in styled if style == "Entry"]
    assert people[0].startswith("Văn Ạnh DEMO-NGUYỄN, Researcher, Demo University, ")
    assert people == [entry_text(entry) for _h, entry in entries(content)]
    assert not document.tables
    arabic = next(
        run for p in document.paragraphs for run in p.runs if run.text == "محمد تجريبي"
    )
    assert arabic.font.rtl
