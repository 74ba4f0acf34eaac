"""Papers and pictures: sent by views that ask first."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sessions.models import Appearance, Session, Speaker
from tests.factories import make_session
from tests.pages import parse, status_of
from tests.sessions.factories import make_document, make_picture, make_speaker

pytestmark = pytest.mark.django_db


def on_the_podium(**fields):
    speaker = make_speaker(**fields)
    Appearance.objects.create(session=make_session(), speaker=speaker)
    return speaker


def contents(response):
    return b"".join(response.streaming_content)


# Papers ------------------------------------------------------------------------------


def test_a_paper_is_stored_not_opened(client):
    paper = make_document(make_session())

    response = client.get(paper.get_absolute_url())

    assert contents(response) == b"%PDF-1.7 words"
    assert response["Content-Disposition"].startswith('attachment; filename="programme')
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_paper_elsewhere_is_linked_and_redirected_to(client):
    session = make_session()
    paper = make_document(session, url="https://www.wipo.int/programme.pdf")

    response = client.get(f"/en/documents/{paper.pk}/")

    assert response.status_code == 302
    assert response["Location"] == "https://www.wipo.int/programme.pdf"
    page = parse(client.get(session.get_absolute_url()))
    assert "https://www.wipo.int/programme.pdf" in page.links


def test_a_lost_paper_is_not_found(client):
    paper = make_document(make_session())
    paper.file.storage.delete(paper.file.name)

    assert status_of(client, paper.get_absolute_url()) == 404


def test_no_path_leads_to_files_past_the_views(client):
    paper = make_document(make_session())

    for path in ["/media/", "/", "/en/media/", "/static/"]:
        assert status_of(client, path + paper.file.name) == 404


@pytest.mark.parametrize("pk", [0, 10**30])
@pytest.mark.parametrize("kind", ["documents", "pictures/cover", "pictures/speaker"])
def test_an_unknown_file_is_not_found(client, kind, pk):
    assert status_of(client, f"/en/{kind}/{pk}/") == 404


@pytest.mark.parametrize("name", ["page.html", "run.exe", "drawing.svg", "no-ending"])
def test_a_paper_is_of_a_known_kind(name):
    paper = make_document(make_session(), url="https://www.wipo.int/")
    paper.file, paper.url = SimpleUploadedFile(name, b"<script>"), ""

    with pytest.raises(ValidationError) as refusal:
        paper.full_clean()

    assert list(refusal.value.message_dict) == ["file"]


# Pictures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("ana.jpg", "image/jpeg"),
        ("ana.JPEG", "image/jpeg"),
        ("ana.png", "image/png"),
        ("ana.webp", "image/webp"),
    ],
)
def test_a_picture_is_shown_as_what_it_is(client, name, content_type):
    kind = "jpeg" if "j" in name.casefold() else None
    speaker = on_the_podium(photo=make_picture(name, kind))

    response = client.get(f"/en/pictures/speaker/{speaker.pk}/")

    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=86400"
    with speaker.photo.open() as stored:
        assert contents(response) == stored.read()


def test_the_page_shows_faces_and_cover_without_a_jump(client):
    session = make_session(cover=make_picture("cover.jpg"))
    speaker = make_speaker(name="Ana <Núñez>", photo=make_picture())
    Appearance.objects.create(session=session, speaker=speaker)
    Appearance.objects.create(session=session, speaker=make_speaker(name="No Photo"))

    page = parse(client.get(session.get_absolute_url()))

    face = page.one("ul", class_="people").one("img").attrs
    cover = page.one("img", class_="scene").attrs
    assert (face["alt"], cover["alt"]) == ("Ana <Núñez>", "")
    for picture in (face, cover):
        assert picture["loading"] == "lazy"
        assert int(picture["width"]) > 0
        assert int(picture["height"]) > 0
        assert status_of(client, picture["src"]) == 200


def test_another_picture_has_another_address(client):
    session = make_session(cover=make_picture("first.png"))

    def address():
        page = parse(client.get(session.get_absolute_url()))
        return page.one("img", class_="scene").attrs["src"]

    first = address()
    session.cover = make_picture("second.png")
    session.save()

    assert address() != first


def test_a_session_without_pictures_has_none(client):
    session = make_session()

    page = parse(client.get(session.get_absolute_url()))

    assert not [i for i in page.all("img") if "/pictures/" in i.attrs["src"]]
    assert status_of(client, f"/en/pictures/cover/{session.pk}/") == 404


def test_a_lost_picture_is_not_found_and_hinders_no_edit(client):
    speaker = on_the_podium(photo=make_picture())
    speaker.photo.storage.delete(speaker.photo.name)

    assert status_of(client, f"/en/pictures/speaker/{speaker.pk}/") == 404
    Speaker.objects.get().full_clean()


def test_a_stored_file_that_is_no_picture_is_not_sent(client):
    speaker = on_the_podium(photo=SimpleUploadedFile("page.html", b"<script>"))

    assert status_of(client, f"/en/pictures/speaker/{speaker.pk}/") == 404


REFUSED = {
    "a page": SimpleUploadedFile("ana.html", b"<script>alert(1)</script>"),
    "a page named as a picture": SimpleUploadedFile("ana.png", b"<script></script>"),
    "a drawing": SimpleUploadedFile("ana.svg", b"<svg xmlns='x'/>"),
    "an animation": make_picture("ana.gif"),
    "an animation named as a picture": make_picture("ana.png", kind="gif"),
    "nothing": SimpleUploadedFile("ana.png", b"\x89PNG\r\n\x1a\n"),
    "too large": SimpleUploadedFile(
        "ana.png", make_picture().read() + b"\0" * 5 * 1024 * 1024
    ),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("where", ["photo", "cover"])
def test_a_picture_is_refused_that_is(what, where):
    REFUSED[what].seek(0)
    row = Speaker(name="Ana") if where == "photo" else make_session()
    setattr(row, where, REFUSED[what])

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert list(refusal.value.message_dict) == [where]


@pytest.mark.parametrize("what", REFUSED)
def test_staff_read_why_a_picture_is_refused(admin_client, what):
    REFUSED[what].seek(0)
    data = {"name": "Ana", "photo": REFUSED[what]}

    response = admin_client.post("/admin/conversation/speaker/add/", data)

    assert list(response.context["adminform"].form.errors) == ["photo"]
    assert not Speaker.objects.exists()


def test_staff_upload_a_photo_and_everybody_sees_it(admin_client, client):
    drawn = make_picture("ana.webp", size=(640, 480))

    admin_client.post(
        "/admin/conversation/speaker/add/", {"name": "Ana", "photo": drawn}
    )

    speaker = Speaker.objects.get()
    Appearance.objects.create(session=make_session(), speaker=speaker)
    drawn.seek(0)
    response = client.get(f"/en/pictures/speaker/{speaker.pk}/")
    assert contents(response) == drawn.read()


def test_a_speaker_with_a_photo_is_saved_again_without_a_new_one(admin_client):
    speaker = on_the_podium(photo=make_picture())
    url = f"/admin/conversation/speaker/{speaker.pk}/change/"

    response = admin_client.post(url, {"name": "Ana N."})

    assert response.status_code == 302
    speaker.refresh_from_db()
    assert (speaker.name, bool(speaker.photo)) == ("Ana N.", True)


def with_place_and_camera(kind):
    """Draw a picture that says where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x0110] = "Some telephone"
    exif.get_ifd(0x8825)[2] = (46.0, 13.0, 0.0)  # its latitude
    drawn = BytesIO()
    Image.new("RGB", (8, 4), "#2a35ad").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(f"ana.{kind}", drawn.getvalue())


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_is_stored_without_where_and_how_it_was_taken(kind):
    speaker = make_speaker(photo=with_place_and_camera(kind))

    with speaker.photo.open() as file, Image.open(file) as stored:
        assert not stored.getexif()
        assert (stored.format, stored.size) == (kind.upper(), (4, 8))  # upright
    assert speaker.photo.name.startswith("speakers/ana")


def test_a_picture_that_tells_nothing_else_is_stored_as_it_came():
    drawn = make_picture("ana.jpg", size=(64, 48))

    speaker = make_speaker(photo=drawn)

    drawn.seek(0)
    with speaker.photo.open() as stored:
        assert stored.read() == drawn.read()


@pytest.mark.parametrize("what", ["document", "cover", "photo"])
def test_staff_open_the_files_of_a_draft_by_the_links_of_the_admin(
    admin_client, client, what
):
    draft = make_session(status=Session.Status.DRAFT, cover=make_picture("hall.png"))
    make_document(draft)
    speaker = make_speaker(photo=make_picture())
    page = f"/admin/conversation/session/{draft.pk}/change/"
    if what == "photo":
        page = f"/admin/conversation/speaker/{speaker.pk}/change/"
    part = {"document": "/documents/", "cover": "/cover/", "photo": "/speaker/"}[what]

    links = [u for u in parse(admin_client.get(page)).links if part in u]

    url = next(u for u in links if u.endswith("?preview"))
    response = admin_client.get(url)
    assert contents(response)
    assert response["Cache-Control"] == "private, no-store"
    assert status_of(client, url) == 404
    assert "/media/" not in str(links)


def test_the_preview_of_a_draft_links_documents_that_open(admin_client):
    draft = make_session(status=Session.Status.DRAFT)
    make_document(draft)

    page = parse(admin_client.get(draft.get_absolute_url() + "?preview"))

    url = next(link for link in page.links if "/documents/" in link)
    assert status_of(admin_client, url) == 200
