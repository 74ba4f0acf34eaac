"""The official list: who stands where, in which form, and that an edition stays."""

from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from participants import services
from participants.capitals import capitals
from participants.exports.list_changes import changes
from participants.exports.list_flags import flags
from participants.exports.list_of_participants import (
    entries,
    entry_text,
    french_key,
    heading,
    list_content,
)
from participants.models import Delegation, Edition
from participants.services.editions import issue_edition, list_file
from sessions.models import Appearance, Category, Mode, Speaker
from tests.factories import make_delegation, make_registration, make_session

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
CATEGORY_OF = {"member_state": Category.MEMBER_STATE}


def make_member(session, delegation, family_name, **fields):
    category = CATEGORY_OF.get(delegation.kind, Category.OBSERVER)
    fields = {"category": category, "delegation": delegation} | fields
    return make_registration(session, family_name=family_name, **fields)


def make_state(french, english, **fields):
    return make_delegation(name_en=english, name_fr=french, **fields)


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


def test_a_corrected_name_is_printed_as_typed_and_erased_with_the_rest():
    session = make_session()
    row = make_member(session, make_state("Chili", "Chile"), "Mcdemo")
    row.listed_name = "Test McDEMO"
    row.save()
    assert names(session) == ["Test McDEMO"]

    services.erase(row)

    row.refresh_from_db()
    assert (row.listed_name, names(session)) == ("", [])


def demonstration():
    """Make a session whose list has five scripts, and somebody online."""
    session = make_session(meeting_code="DEMO/13/INF/1", title_fr="Essai")
    state = make_state("Égypte", "Egypt")
    people = [
        ("Demo-Nguyễn", "Văn Ạnh"),
        ("تجريبي", "محمد"),
        ("示例王", "小明"),
        ("Демо-Щукин", "Ђура"),
        ("Δημόπουλος", "Γιώργος"),
    ]
    for position, (family, given) in enumerate(people, start=1):
        fields = {"given_name": given, "position": position, "city": "القاهرة"}
        make_member(session, state, family, mode=Mode.ONLINE, **fields)
    return session


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
        "[en ligne/online]",
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


def glyphs_shown(page):
    """List the numbers of all glyphs of a page; 0 stands for one that lacks."""
    found = set()
    for operands, operator in page.get_contents().operations:
        if operator not in {b"Tj", b"TJ"}:
            continue
        parts = operands[0] if operator == b"TJ" else operands
        for part in parts:
            raw = getattr(part, "original_bytes", None)
            if raw is not None:
                found |= {int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2)}
    assert found
    return found


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


def test_an_edition_is_made_again_identically_whatever_happens_later():
    session = demonstration()
    edition = issue_edition(session, kind="provisional", by=None)
    before = {kind: list_file(edition.content, kind, at=AT) for kind in ["pdf", "docx"]}

    services.erase(session.registrations.get(family_name="Demo-Nguyễn"))
    again = Edition.objects.get(pk=edition.pk)

    for kind, made in before.items():
        assert list_file(again.content, kind, at=AT) == made
    assert len(entries(again.content)) == 5
    assert not any("pk" in entry for _h, entry in entries(again.content))
    assert again.content["edition"][1].startswith("Provisional edition No. 1, ")


def test_editions_are_numbered_by_session_and_nothing_provisional_follows_a_final():
    session, other = demonstration(), make_session()
    make_registration(other, visibility="everyone")

    numbers = [
        issue_edition(session, kind=kind, by=None).number
        for kind in ["provisional", "final", "final"]
    ]

    assert numbers == [1, 2, 3]
    assert issue_edition(other, kind="provisional", by=None).number == 1
    with pytest.raises(ValidationError) as refusal:
        issue_edition(session, kind="provisional", by=None)
    assert refusal.value.code == "final"
    with pytest.raises(ValidationError) as refusal:
        issue_edition(make_session(), kind="final", by=None)
    assert refusal.value.code == "empty"


def test_changes_tell_added_removed_corrected_moved_and_substituted():
    session = make_session()
    chile, peru = make_state("Chili", "Chile"), make_state("Pérou", "Peru")
    for family in ["Stays", "Promoted", "Misspeled", "Gone", "Moved", "Replaced"]:
        make_member(session, chile, family, given_name="", function=f"Of {family}")
    old = issue_edition(session, kind="provisional", by=None).content
    rows = {row.family_name: row for row in session.registrations.all()}
    rows["Promoted"].function = "Head"
    rows["Misspeled"].family_name = "Misspelled"
    rows["Gone"].status = "cancelled"
    rows["Moved"].delegation = peru
    rows["Replaced"].family_name = "Zhu"
    for row in rows.values():
        row.save()
    make_member(session, peru, "New", given_name="", function="")

    found = changes(old, list_content(session))

    assert sorted(one.name for one in found.added) == ["NEW", "ZHU"]
    assert sorted(one.name for one in found.removed) == ["GONE", "REPLACED"]
    pairs = {(old.name, new.name, new.heading) for old, new in found.changed}
    assert pairs == {
        ("PROMOTED", "PROMOTED", "CHILI/CHILE"),
        ("MISSPELED", "MISSPELLED", "CHILI/CHILE"),
        ("MOVED", "MOVED", "PÉROU/PERU"),
    }
    assert not changes(old, old)


def test_flags_are_what_an_editor_would_ask():
    session = make_session()
    headless = make_state("Chili", "Chile")
    good = make_state("Pérou", "Peru")
    make_member(session, headless, "Demo", given_name="Ana")
    make_member(session, good, "Head", given_name="Eva", rank="head")
    make_member(session, good, "Demo-Loud", given_name="JOHN", rank="delegate")
    make_member(session, good, "Démo", given_name="ana", function="", rank="delegate")
    make_member(session, good, "McDemo", given_name="Al", rank="delegate")
    make_member(
        session, good, "DeDemo", given_name="Bo", listed_name="Bo DeDEMO", rank=""
    )

    found = flags(list_content(session))

    told = {(str(flag.question), row.pk) for flag in found for row in flag.rows}
    rows = {row.family_name: row.pk for row in session.registrations.all()}
    assert told == {
        ("Delegation without a head", rows["Demo"]),
        ("Probably the same person twice", rows["Demo"]),
        ("Probably the same person twice", rows["Démo"]),
        ("No function", rows["Démo"]),
        ("Doubtful capitals", rows["Démo"]),
        ("Doubtful capitals", rows["Demo-Loud"]),
        ("Doubtful capitals", rows["McDemo"]),
    }


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_command_writes_a_draft_and_an_edition(tmp_path, kind):
    session = demonstration()
    edition = issue_edition(session, kind="final", by=None)
    draft, issued = tmp_path / f"draft.{kind}", tmp_path / f"issued.{kind}"

    run = {"format": kind, "stderr": StringIO()}
    call_command("list_of_participants", session.number, output=draft, **run)
    run |= {"output": issued, "edition": 1}
    call_command("list_of_participants", session.number, **run)

    made = list_file(edition.content, kind, at=edition.issued_at)
    assert issued.read_bytes() == made
    assert draft.stat().st_size > 1_000


def test_the_command_names_what_is_not_there(tmp_path):
    session = make_session()
    fields = {"format": "docx", "output": tmp_path / "list.docx"}

    with pytest.raises(CommandError, match="has no edition number 7"):
        call_command("list_of_participants", session.number, edition=7, **fields)
    with pytest.raises(CommandError, match="no session number 9999"):
        call_command("list_of_participants", 9999, **fields)
    assert not fields["output"].exists()


def test_staff_preview_issue_download_and_compare(admin_client):
    session = demonstration()
    url = reverse("admin:participants_edition_preview")

    page = admin_client.get(url, {"session": session.pk}).content.decode()
    assert "Delegation without a head" in page
    assert "示例王小明" in page
    issued = admin_client.post(url, {"session": session.pk, "kind": "provisional"})
    assert issued.status_code == 302
    edition = session.editions.get()
    for kind in ["pdf", "docx"]:
        name = "admin:participants_edition_file"
        answer = admin_client.get(reverse(name, args=[edition.pk, kind]))
        assert "no-store" in answer["Cache-Control"]
        made = list_file(edition.content, kind, at=edition.issued_at)
        assert answer.content == made
    session.registrations.filter(family_name="تجريبي").update(status="cancelled")
    compared = reverse("admin:participants_edition_changes", args=[edition.pk])
    assert "Removed (1)" in admin_client.get(compared).content.decode()
    assert admin_client.get(compared, {"with": "x"}).status_code == 404


def test_a_bad_choice_of_list_is_answered_not_failed(admin_client):
    preview = reverse("admin:participants_edition_preview")
    draft = reverse("admin:participants_edition_draft", args=["pdf"])

    assert admin_client.get(preview, {"session": "9x"}).status_code == 200
    assert (
        "Select a valid choice"
        in admin_client.post(
            preview, {"session": make_session().pk, "kind": "secret"}
        ).content.decode()
    )
    assert admin_client.get(draft, {"session": "0"}).status_code == 404
    empty = admin_client.post(
        preview, {"session": make_session().pk, "kind": "final"}
    ).content.decode()
    assert "Nobody stands in the list yet." in empty


def test_issuing_needs_its_permission(client):
    session = demonstration()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(
        Permission.objects.get(codename="view_registration"),
        Permission.objects.get(codename="view_edition"),
    )
    client.force_login(reader)
    url = reverse("admin:participants_edition_preview")
    data = {"session": session.pk, "kind": "final"}

    assert b"Issue an edition" not in client.get(url, data).content
    assert client.post(url, data).status_code == 403
    assert not session.editions.exists()

    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(url, data).status_code == 403
