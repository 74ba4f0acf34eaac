"""Rows that hang on a session, for tests of its pages and its admin."""

from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sessions.models import (
    AgendaItem,
    Appearance,
    Document,
    ReportedAttendance,
    Session,
    Source,
    Speaker,
    Theme,
    Topic,
)


def make_item(session: Session, **fields: Any) -> AgendaItem:
    """Make a panel of an hour in the morning of the first day."""
    assert session.starts_on
    begin = datetime.combine(session.starts_on, time(10), tzinfo=session.zone)
    defaults: dict[str, Any] = {
        "kind": AgendaItem.Kind.PANEL,
        "title": "Who owns the answer?",
        "starts_at": begin,
    }
    fields = defaults | fields
    fields.setdefault("ends_at", fields["starts_at"] + timedelta(hours=1))
    return AgendaItem.objects.create(session=session, **fields)


def make_speaker(**fields: Any) -> Speaker:
    return Speaker.objects.create(**{"name": "Ana Núñez"} | fields)


def make_document(session: Session, **fields: Any) -> Document:
    """Make a paper with a file, unless ``url`` is given."""
    defaults: dict[str, Any] = {"kind": Document.Kind.PROGRAMME, "title": "Programme"}
    if "url" not in fields:
        defaults["file"] = SimpleUploadedFile("programme.pdf", b"%PDF-1.7 words")
    return Document.objects.create(session=session, **defaults | fields)


def make_picture(
    name: str = "ana.png", kind: str | None = None, size: tuple[int, int] = (4, 4)
) -> SimpleUploadedFile:
    """Draw a picture; ``kind`` is what it is inside where its name says otherwise."""
    drawn = BytesIO()
    kind = kind or {"jpg": "jpeg"}.get(ending := name.rpartition(".")[2], ending)
    Image.new("RGB", size, "#2a35ad").save(drawn, kind)
    return SimpleUploadedFile(name, drawn.getvalue())


def fill_session(session: Session, rows: int) -> None:
    """Hang ``rows`` of everything on a session, with two appearances an item."""
    assert session.starts_on
    begin = datetime.combine(session.starts_on, time(9), tzinfo=session.zone)
    for n in range(rows):
        name = f"{session.number}-{n}"
        item = make_item(
            session,
            title=f"Item {name}",
            abstract=f"Abstract {name}",
            starts_at=begin + timedelta(minutes=10 * n),
            ends_at=begin + timedelta(minutes=10 * n + 10),
        )
        speaker = make_speaker(name=f"Speaker {name}", affiliation=f"Office {name}")
        for place in [item, None]:
            Appearance.objects.create(
                session=session, agenda_item=place, speaker=speaker, position=n
            )
        make_document(session, agenda_item=item, url=f"https://www.wipo.int/{name}")
        Topic.objects.create(session=session, text=f"Topic {name}", position=n)
        session.sources.add(
            Source(title=f"Source {n}", url=f"https://www.wipo.int/source/{name}"),
            bulk=False,
        )
        ReportedAttendance.objects.create(
            session=session, count=n, kind="participants", source_url="https://wipo.int"
        )
        session.themes.add(Theme.objects.create(slug=f"t{name}", name=f"Theme {name}"))
