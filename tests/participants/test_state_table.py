"""Every state, every event: docs/registration.md says what comes of them, and it does.

WRITE_STATES=on writes the table of the document anew.
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from participants import services
from participants.models import (
    EmailMessage,
    FocalPoint,
    Message,
    NominationLetter,
    Registration,
    Status,
)
from participants.uploads import Letter
from sessions.models import Mode
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
PAGE = Path(__file__).parents[2] / "docs" / "registration.md"
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of the table -->)", re.DOTALL)
NEW: dict[str, Any] = {
    "email": "new@example.org",
    "family_name": "New",
    "language": "en",
}
LETTER = Letter(NominationLetter.Kind.PDF, b"%PDF-1.7\n%%EOF\n")
MAILS = {
    "Confirm your registration": "confirm",
    "You are to take the place of another person": "named",
    "You are already registered": "known",
    "Your registration is pending approval": "pending",
    "Your registration is confirmed": "confirmed",
    "You are on the waiting list": "waiting",
    "Your registration could not be accepted": "declined",
    "Your registration has been cancelled": "cancelled",
    "Your registration has been changed": "changed",
    "Another person comes in your place": "replaced",
    "A place has become free for you": "promoted",
    "The session takes place on other days": "moved",
}
STATES = ["", "unverified", "pending", "waiting", "confirmed", "declined", "cancelled"]


class World:
    """A session with one place in the room, and a delegate in one of the states.

    Who is confirmed has the place and somebody waits behind; who waits is the first to,
    and somebody else has the place; else the place is free.
    """

    def __init__(self, state: str, **fields) -> None:
        self.state = state
        self.session = make_session(capacity_in_person=1, **fields)
        self.staff = make_staff()
        self.delegation = make_delegation()
        self.answers = person(
            category="member_state", delegation=self.delegation, gender=""
        )
        self.rows = []
        if state == Status.WAITING:
            self.holder = make_registration(self.session)
        if state:
            self.rows.append(self.make_row())
        if state in {Status.WAITING, Status.CONFIRMED}:
            self.behind = make_registration(self.session, status=Status.WAITING)
        EmailMessage.objects.filter(registration__session=self.session).update(
            state=EmailMessage.State.SENT
        )
        self.old_mails = [*EmailMessage.objects.values_list("pk", flat=True)]

    def make_row(self):
        if self.state == Status.UNVERIFIED:
            return services.register(self.session, **self.answers)
        return make_registration(self.session, status=self.state, **self.answers)

    def mails(self):
        return EmailMessage.objects.exclude(pk__in=self.old_mails).order_by("pk")

    @property
    def row(self):
        if not self.rows:
            raise LookupError
        return Registration.objects.get(pk=self.rows[0].pk)

    def change(self, **answers):
        return services.change(self.row, **services.answers_of(self.row) | answers)


def confirm(world):
    services.confirm(world.row)


def send_form(world, **answers):
    services.register(world.session, **world.answers | answers)


def propose(world):
    services.propose_substitute(world.row, **NEW)


def substitute_confirms(world):
    propose(world)
    world.old_mails += [*world.mails().values_list("pk", flat=True)]
    services.confirm(Registration.objects.get(replaces=world.row))


def focal_point(world):
    return FocalPoint.objects.get_or_create(
        delegation=world.delegation, email="mission@example.org"
    )[0]


def focal_point_registers(world):
    own = {k: v for k, v in world.answers.items() if k != "language"}
    services.register_people(focal_point(world), world.session, [own | {"rank": ""}])


def move_session(world):
    if not world.state:
        raise LookupError
    message = Message(session=world.session, kind=Message.Kind.MOVED)
    days = dict.fromkeys(["starts_on", "ends_on"], world.session.ends_on)
    expected = message.recipients().count()
    services.change_session(message, by=world.staff, expected=expected, **days)
    Message.objects.update(send_at=timezone.now())
    services.write_due_messages()


def two_days_pass(world):
    Registration.objects.filter(pk=world.row.pk).update(
        created_at=timezone.now() - timedelta(hours=49)
    )
    services.delete_unverified()


def place_becomes_free(world):
    if world.state != Status.WAITING:
        raise LookupError
    services.cancel(world.holder)


APPROVAL, LETTERS = {"approval": "all"}, {"letter_categories": ["member_state"]}
EVENTS = [
    ("the mailed link and its button, or the code", confirm, {}),
    ("… where approval is needed", confirm, APPROVAL),
    ("… where a letter is needed and missing", confirm, LETTERS),
    ("the same form", send_form, {}),
    ("the form with other answers", lambda w: send_form(w, city="Lima"), {}),
    ("a change of answers", lambda w: w.change(city="Lima"), {}),
    ("a change to online", lambda w: w.change(mode=Mode.ONLINE), {}),
    (
        "a change of delegation, where approval is needed",
        lambda w: w.change(delegation=make_delegation()),
        APPROVAL,
    ),
    (
        "a change to a category without a letter, where the other needed one",
        lambda w: w.change(category="academia", delegation=None),
        LETTERS,
    ),
    ("“I cannot come”", lambda w: services.cancel(w.row), {}),
    ("names a substitute, who has not answered", propose, {}),
    ("the substitute confirms", substitute_confirms, {}),
    (
        "focal point or staff substitute",
        lambda w: services.substitute(w.row, focal_point=focal_point(w), **NEW),
        {},
    ),
    (
        "… with the letter that was missing",
        lambda w: services.substitute(
            w.row, by=w.staff, letter=services.store_letter(LETTER), **NEW
        ),
        LETTERS,
    ),
    ("the missing letter comes", lambda w: services.add_letter(w.row, LETTER), LETTERS),
    ("the focal point registers this person", focal_point_registers, {}),
    (
        "staff register this person",
        lambda w: services.register_by_staff(w.session, by=w.staff, **w.answers),
        {},
    ),
    ("approved", lambda w: services.approve(w.row, by=w.staff), APPROVAL),
    ("declined", lambda w: services.decline(w.row, by=w.staff), {}),
    ("promoted, no place free", lambda w: services.promote(w.row, by=w.staff), {}),
    (
        "admitted above capacity",
        lambda w: services.admit_above_capacity(w.row, by=w.staff, reason="Why"),
        {},
    ),
    (
        "moved online by staff",
        lambda w: services.change_mode(w.row, mode=Mode.ONLINE, by=w.staff),
        {},
    ),
    (
        "name corrected by staff",
        lambda w: services.correct(w.row, by=w.staff, family_name="Right"),
        {},
    ),
    (
        "address corrected by staff",
        lambda w: services.correct(w.row, by=w.staff, email="right@example.org"),
        {},
    ),
    ("the place becomes free", place_becomes_free, {}),
    ("48 hours pass", two_days_pass, {}),
    ("erased", lambda w: services.erase(w.row), {}),
    ("the session is moved", move_session, {}),
]


def outcome(event, state, fields):
    """Say what an event does to a registration in a state: a cell of the table."""
    world = World(state, **fields)
    try:
        event(world)
    except LookupError:
        return "–"
    except ValidationError:
        assert not world.mails().exists()
        return "refused"
    rows = [*world.rows]
    rows += world.session.registrations.filter(email=world.answers["email"]).exclude(
        pk__in=[row.pk for row in rows]
    )
    cells = [cell(world, row) for row in rows]
    cells += [
        f"substitute: {cell(world, row)}"
        for row in world.session.registrations.filter(family_name="New")
    ]
    if state == Status.CONFIRMED and is_promoted(world.behind):
        cells.append("the place goes to the next")
    return "; ".join(cells)


def is_promoted(row):
    row.refresh_from_db()
    return row.status == Status.CONFIRMED


def cell(world, row):
    now = Registration.objects.filter(pk=row.pk).first()
    if now is None:
        return "deleted"
    is_same = row in world.rows and now.status == world.state
    words = "same" if is_same else f"**{now.status}**"
    if now.mode == Mode.ONLINE:
        words += " online"
    if now.online_meanwhile:
        words += ", online meanwhile"
    mails = world.mails().filter(registration=row)
    sent = [MAILS[mail.subject.split(" – ")[0]] for mail in mails]
    return words + "".join(f" → *{name}*" for name in sent)


def table():
    lines = [
        "| event | " + " | ".join(["nobody yet", *STATES[1:]]) + " |",
        "|---" * (len(STATES) + 1) + "|",
    ]
    for name, event, fields in EVENTS:
        cells = [outcome(event, state, fields) for state in STATES]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_document_says_what_becomes_of_every_state_at_every_event(
    settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path

    now = table()

    page = PAGE.read_text("utf-8")
    if os.environ.get("WRITE_STATES"):
        PAGE.write_text(TABLE.sub(lambda _old: now, page), "utf-8")
    assert TABLE.search(PAGE.read_text("utf-8"))[0] == now
