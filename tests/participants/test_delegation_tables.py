"""Tables that focal points send: read as people write them, refused with a word."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from participants.models import Registration
from tests.participants.test_delegation_pages import at, row

pytestmark = pytest.mark.django_db


def table(content, encoding="utf-8-sig"):
    if isinstance(content, str):
        content = content.encode(encoding)
    return SimpleUploadedFile("people.csv", content)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_as_people_write_it(client, session, focal_point, encoding):
    with translation.override("en"):
        content = (
            "Family name;given_name;Country or territory;mode;E-mail address;Colour\r\n"
            "Démo;Ana;Suisse;In person;ana@example.org;blue\r\n"
            ";;;;;\r\n"
            "=1+1;;ch;online;;\r\n"
        )
    seen = client.post(
        at(focal_point, "register"), {"table": table(content, encoding), "do": "more"}
    )

    assert not Registration.objects.exists()
    people = seen.context["people"]
    assert [form["family_name"].value() for form in people[:2]] == ["Démo", "=1+1"]
    assert [form["country"].value() for form in people[:2]] == ["CH", "CH"]
    assert [form["mode"].value() for form in people[:2]] == ["in_person", "online"]
    assert seen.context["unknown"] == ["Colour"]


def test_a_table_with_bad_rows_shows_them_all_to_be_put_right(
    client, session, focal_point
):
    content = (
        "family_name,country,mode,email\nGood,CH,online,\nBad,Atlantis,online,x@\n"
    )

    page = client.post(
        at(focal_point, "register"),
        {"table": table(content), "do": "check"} | row(0),
    )

    people = page.context["people"]
    assert [form["family_name"].value() for form in people[:3]] == [
        *("Demo0", "Good", "Bad")
    ]
    assert [[*form.errors] for form in people[:3]] == [[], [], ["country", "email"]]
    assert people[2]["email"].value() == "x@"
    assert b"Atlantis" in page.content
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"PK\x03\x04",
        b"a,b\n1,2\n",
        b"\xff\xfe\xff",
        b"family_name\n" + b"x\n" * 101,
        b"family_name\n" + b"x" * 600_000,
    ],
)
def test_a_file_that_is_no_table_is_refused_and_typed_rows_stay(
    client, session, focal_point, content
):
    page = client.post(
        at(focal_point, "register"), {"table": table(content), "do": "check"} | row(0)
    )

    assert page.status_code == 200
    assert page.context["refusal"] or not content
    assert page.context["people"][0]["family_name"].value() == "Demo0"


def test_the_empty_table_is_read_back(client, session, focal_point):
    for language in ["ar", "zh-hans", "ru"]:
        content = client.get(at(focal_point, "table", language=language)).content
        line = content.decode("utf-8-sig").strip() + "\r\n" + ",Демо,,,,,,,CH,,\r\n"
        page = client.post(
            at(focal_point, "register"), {"table": table(line), "do": "more"}
        )
        assert not page.context["unknown"]
        assert page.context["people"][0]["family_name"].value() == "Демо"
