"""Letters of nomination: judged by content, seen by few, gone with their people."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from participants import services, uploads
from participants.models import NominationLetter, Registration, Status, Transition
from participants.services.letters import add_letter
from participants.uploads import Letter, judge_letter
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
)
from tests.participants.test_views import form_data, page_of, register_url

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_media(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def picture(kind="JPEG", mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, kind, **options)
    return out.getvalue()


def located():
    """Make a picture that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "A telephone"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def upload(content=PDF, name="letter.pdf"):
    return SimpleUploadedFile(name, content)


def letter(content=PDF):
    return judge_letter(upload(content))


def session_with_letters(**fields):
    return make_session(letter_categories=["member_state"], **fields)


def delegate(session, **fields):
    delegation = fields.pop("delegation", None) or make_delegation()
    return make_registration(
        session, category="member_state", delegation=delegation, **fields
    )


def stored_files():
    return sorted(settings.MEDIA_ROOT.glob("letters/*"))


# Content -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"<html><script>alert(1)</script></html>",
        b"<!--%PDF-1.7--><script>%%EOF",
        b"%PDF-1.7 without an end",
        b"GIF89a" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        picture()[:100],
        picture("GIF"),
        b"PK\x03\x04 a word processor's",
    ],
)
def test_what_is_no_letter_is_refused_whatever_its_name(content):
    with pytest.raises(ValidationError) as refusal:
        letter(content)

    assert refusal.value.code == "no_letter"


def test_a_picture_of_too_many_points_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_PICTURE", 63)

    with pytest.raises(ValidationError) as refusal:
        letter(picture())

    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (picture(), "jpg"),
        (picture("JPEG", "CMYK"), "jpg"),
        (picture("PNG", "RGBA"), "png"),
        (picture("PNG", "P"), "png"),
        (picture("PNG", "I;16"), "png"),
    ],
)
def test_a_letter_is_taken_as_what_it_is(content, kind):
    assert letter(content).kind == kind


def test_a_picture_leaves_place_and_device_behind():
    before = located()
    assert b"A telephone" in before

    after = letter(before).content

    assert b"A telephone" not in after
    assert not Image.open(BytesIO(after)).getexif()


# With the form ----------------------------------------------------------------------


def test_a_letter_comes_with_the_form_under_a_name_that_says_nothing(client):
    session, state = session_with_letters(), make_delegation()
    data = form_data(category="member_state", delegation=state.pk)

    client.post(register_url(session), data | {"letter": upload(name="Núñez.pdf")})

    row = Registration.objects.get()
    name = row.letters.get().file.name
    assert name.startswith("letters/")
    assert len(name) == len("letters/") + 32 + len(".pdf")
    services.confirm(row)
    row.refresh_from_db()
    assert row.status == Status.CONFIRMED  # nothing is missing


def test_a_form_with_mistakes_keeps_the_letter_for_the_next_try(client):
    session, state = session_with_letters(), make_delegation()
    data = form_data(category="member_state", delegation=state.pk)

    wrong = client.post(
        register_url(session), data | {"letter": upload(), "email": "x"}
    )
    kept = wrong.context["kept_letter"]
    assert kept
    client.post(register_url(session), data | {"kept_letter": kept})

    assert Registration.objects.get().letters.count() == 1
    assert NominationLetter.objects.count() == 1
    other = client.post(
        register_url(session),
        data | {"kept_letter": kept, "family_name": "Other", "email": "o@example.org"},
    )
    assert other.status_code == 302  # a letter in use is nobody else's
    assert not Registration.objects.get(family_name="Other").letters.exists()


@pytest.mark.parametrize("kept", ["1", "forged:signature", "\0"])
def test_a_forged_kept_letter_is_no_letter(client, kept):
    session, state = session_with_letters(), make_delegation()
    data = form_data(category="member_state", delegation=state.pk, kept_letter=kept)

    assert client.post(register_url(session), data).status_code == 302
    assert not Registration.objects.get().letters.exists()


@pytest.mark.parametrize("page", ["form", "personal"])
def test_too_large_a_file_is_stopped_and_named(client, monkeypatch, page):
    monkeypatch.setattr(uploads, "LARGEST_LETTER", 1000)
    session = session_with_letters()
    large = upload(PDF + b"x" * 2000)
    if page == "form":
        data = form_data(category="member_state", delegation=make_delegation().pk)
        response = client.post(register_url(session), data | {"letter": large})
    else:
        mine = delegate(session, status=Status.PENDING)
        response = client.post(page_of(mine, "letter"), {"letter": large})

    assert "letter" in response.context["form"].errors
    assert not NominationLetter.objects.exists()


def test_what_goes_beyond_the_limit_is_thrown_away_while_it_comes_in(rf, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_LETTER", 1000)
    request = rf.post("/", {"letter": upload(b"x" * 1001)})

    limited = uploads.limit_uploads(request)

    assert "letter" not in request.FILES
    assert limited.exceeded


def test_no_letter_is_asked_or_taken_where_none_is_needed(client):
    session = session_with_letters()

    client.post(register_url(session), form_data(letter=upload()))

    assert Registration.objects.get().category == "academia"
    assert not NominationLetter.objects.exists()
    assert b'name="letter"' not in client.get(register_url(make_session())).content


def test_another_address_keeps_the_letter(client):
    session, state = session_with_letters(), make_delegation()
    data = form_data(category="member_state", delegation=state.pk, letter=upload())
    client.post(register_url(session), data)
    sent = register_url(session) + "sent/"

    client.post(sent, {"do": "correct", "email": "right@example.org"})

    row = Registration.objects.get()
    assert (row.email, row.letters.count()) == ("right@example.org", 1)


# Missing ----------------------------------------------------------------------------


def test_who_has_no_letter_stays_pending_until_it_comes(client):
    session = session_with_letters(capacity_in_person=1)
    mine = delegate(session, status=Status.UNVERIFIED)
    services.confirm(mine)
    mine.refresh_from_db()
    assert mine.status == Status.PENDING
    assert b"letter" in client.get(page_of(mine)).content

    sent = client.post(page_of(mine, "letter"), {"letter": upload()})

    assert sent.status_code == 302
    mine.refresh_from_db()
    assert mine.status == Status.CONFIRMED
    assert mine.transitions.last().event == Transition.Event.LETTER
    assert mine.emails.filter(kind="status").count() == 2


def test_who_changes_to_a_category_without_letters_waits_for_none():
    mine = delegate(session_with_letters(), status=Status.PENDING)
    answers = services.answers_of(mine)

    assert services.change(mine, **answers | {"city": "Lima"}).status == "pending"
    public = {"category": "academia", "delegation": None, "rank": ""}
    assert services.change(mine, **answers | public).status == Status.CONFIRMED


def test_a_letter_alone_replaces_no_approval():
    session = session_with_letters(approval="all")
    mine = delegate(session, status=Status.PENDING)

    add_letter(mine, letter())

    mine.refresh_from_db()
    assert mine.status == Status.PENDING
    services.approve(mine, by=make_staff())
    mine.refresh_from_db()
    assert mine.status == Status.CONFIRMED


def test_staff_approve_without_the_letter_only_with_a_reason(admin_client):
    mine = delegate(session_with_letters(), status=Status.PENDING)
    staff = make_staff()

    for reason in ["", "  "]:
        with pytest.raises(ValidationError) as refusal:
            services.approve(mine, by=staff, reason=reason)
        assert refusal.value.code == "no_letter"

    url = reverse("admin:participants_registration_changelist")
    asked = {"_selected_action": mine.pk, "action": "approve_without_letter"}
    assert admin_client.post(url, asked).status_code == 200
    admin_client.post(url, asked | {"sure": "1", "reason": "It came on paper."})
    mine.refresh_from_db()
    assert mine.status == Status.CONFIRMED
    assert mine.transitions.last().reason == "It came on paper."


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DECLINED])
def test_a_registration_that_does_not_stand_takes_no_letter(client, status):
    mine = delegate(session_with_letters(), status=status)

    response = client.post(page_of(mine, "letter"), {"letter": upload()})

    assert response.context["form"].non_field_errors()
    assert not mine.letters.exists()


# Who sees it -----------------------------------------------------------------------


def test_a_letter_opens_for_whom_it_names_and_for_staff_who_may(client):
    session = session_with_letters()
    mine, other = delegate(session), delegate(session)
    add_letter(mine, letter())
    pk = mine.letters.get().pk
    url = page_of(mine, "letter") + f"{pk}/"

    response = client.get(url)

    assert b"".join(response) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(page_of(other, "letter") + f"{pk}/").status_code == 404

    staff = User.objects.create_user("reader", is_staff=True)
    at = reverse("admin:participants_nominationletter_file", args=[pk])
    assert client.get(at).status_code == 302  # to sign in
    client.force_login(staff)
    assert client.get(at).status_code == 403
    permission = Permission.objects.get(codename="view_nominationletter")
    staff.user_permissions.add(permission)
    assert b"".join(client.get(at)) == PDF
    mine.letters.get().file.storage.delete(mine.letters.get().file.name)
    assert client.get(at).status_code == 404


def test_no_address_serves_what_is_stored(client):
    mine = delegate(session_with_letters())
    add_letter(mine, letter())
    name = mine.letters.get().file.name

    for path in [f"/media/{name}", f"/{name}", f"/static/{name}"]:
        assert client.get(path).status_code == 404


# Forgotten --------------------------------------------------------------------------


def test_an_erased_person_takes_a_letter_along_that_nobody_else_needs(
    django_capture_on_commit_callbacks,
):
    session = session_with_letters()
    first, second = delegate(session), delegate(session)
    services.add_letter_for([first, second], letter())
    assert NominationLetter.objects.get().registrations.count() == 2

    with django_capture_on_commit_callbacks(execute=True):
        services.erase(first)
    assert [*NominationLetter.objects.get().registrations.all()] == [second]
    assert len(stored_files()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        services.erase(second)
    assert not NominationLetter.objects.exists()
    assert stored_files() == []


def test_a_newer_letter_replaces_the_older(django_capture_on_commit_callbacks):
    mine = delegate(session_with_letters())
    with django_capture_on_commit_callbacks(execute=True):
        add_letter(mine, letter())
        add_letter(mine, letter(picture()))

    assert mine.letters.get().kind == "jpg"
    assert len(stored_files()) == 1


def test_letters_go_with_retention_and_unused_ones_after_two_days(
    django_capture_on_commit_callbacks,
):
    long_ago = (timezone.now() - timedelta(days=1000)).date()
    session = session_with_letters(starts_on=long_ago, ends_on=long_ago)
    add_letter(delegate(session), letter())
    unused = services.store_letter(letter())
    young = services.store_letter(Letter(NominationLetter.Kind.PDF, PDF))
    NominationLetter.objects.filter(pk=unused.pk).update(
        created_at=timezone.now() - timedelta(hours=49)
    )

    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_old() == 1
        assert services.delete_unused_letters() == 1

    assert [*NominationLetter.objects.all()] == [young]
    assert len(stored_files()) == 1


def test_my_data_names_the_letter(client):
    mine = delegate(session_with_letters())
    add_letter(mine, letter())

    with translation.override("en"):
        data = client.get(page_of(mine, "my-data")).json()

    assert [row["kind"] for row in data["letters"]] == ["pdf"]
