"""The mails of one message: each registration's letter, made from the same texts."""

from copy import copy
from datetime import date
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from sessions.models import Session
from sessions.models.translated import TARGETS, column
from sessions.templatetags.sessions import session_dates, session_place

from .. import links
from ..models import EmailMessage, Message, Registration, Status
from . import invitation
from .facts import facts_of, hours_of
from .letter import BODY, FACTS, JOIN, Block, Letter, blocks_of, one_line
from .placeholders import Form, values_of

Kind = Message.Kind
NO_ENTRY_LEFT = {Kind.POSTPONED, Kind.CANCELLED}
WHERE = [column(field, code) for field in ("venue", "city") for code, _name in TARGETS]
WHERE += ["venue_en", "city_en"]


def remember(session: Session) -> dict[str, Any]:
    """Return when and where a session was, as Message.before keeps it."""
    days = {
        name: day and day.isoformat()
        for name in ("starts_on", "ends_on")
        for day in [getattr(session, name)]
    }
    return days | {name: getattr(session, name) for name in WHERE}


class Mailing:
    """What the mails of a message share; ``letter`` and ``mail`` make one of them."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.session = message.session
        self.hours = hours_of(self.session)
        self.before = self._before()
        self.forms = cache(self._forms)

    def mail(self, registration: Registration) -> EmailMessage:
        """Compose the mail to a registration, not stored yet, in its language.

        Where it carries a calendar it counts the registration's ``sequence`` up.
        """
        with translation.override(registration.language):
            letter = self.letter(registration)
            return EmailMessage(
                dedupe_key=f"message:{self.message.pk}:{registration.pk}",
                registration=registration,
                message=self.message,
                to=registration.email,
                language=registration.language,
                kind=self.message.kind,
                subject=letter.subject,
                text=letter.text(),
                html=letter.html(),
                attachments=self._attachments(registration),
            )

    def letter(self, registration: Registration) -> Letter:
        """Compose the letter to a registration in the active language."""
        registration.session = self.session
        language = translation.get_language()
        subject, _body, written_in = self.message.texts(language)
        body = self._body(registration)
        if self.message.kind == Kind.MESSAGE:
            if written_in != language:
                body.insert(0, Block("text", _("This message exists in English only.")))
            with translation.override(written_in):
                values = values_of(registration, self.hours)
            subject = self.forms(written_in)[0].fill_text(values)
            return Letter(one_line(subject), body)
        return Letter(
            one_line(f"{self._subject()} – {self.session.title}"),
            blocks_of(
                render_to_string(self._template(), self._context(registration)),
                body=body,
                join=[Block("join", self.session.join_instructions.strip())],
            ),
            facts_of(self.session, self.hours, registration),
        )

    def _forms(self, language: str) -> tuple[Form, list[tuple[str, Form]]]:
        """Parse subject and body once a language; links alone in a line are buttons."""
        subject, body, _language = self.message.texts(language)
        buttons = {"{link}": "link", "{cancel_link}": "cancel"}
        parts: list[tuple[str, str]] = []
        for paragraph in body.replace("\r\n", "\n").split("\n\n"):
            kind = buttons.get(paragraph.strip(), "html")
            if kind == "html" and parts and parts[-1][0] == "html":
                paragraph = f"{parts.pop()[1]}\n\n{paragraph}"  # noqa: PLW2901
            parts.append((kind, paragraph))
        return Form(subject), [
            (kind, Form(text)) for kind, text in parts if text.strip()
        ]

    def _body(self, registration: Registration) -> list[Block]:
        """Fill in what staff wrote; in English where they wrote nothing else."""
        language = self.message.texts(translation.get_language())[2]
        other = language if language != translation.get_language() else ""
        with translation.override(language):
            values = values_of(registration, self.hours)
        blocks = []
        for kind, form in self.forms(language)[1]:
            text = form.fill_text(values).strip()
            html = form.fill_html(values) if kind == "html" else ""
            blocks.append(Block(kind, text, html, other))
        return blocks

    def _template(self) -> str:
        name = "reminder" if self.message.kind == Kind.REMINDER else "session_change"
        return f"participants/emails/{name}.txt"

    def _context(self, registration: Registration) -> dict[str, Any]:
        return {
            "registration": registration,
            "session": self.session,
            "kind": self.message.kind,
            "has_entry": registration.status == Status.CONFIRMED,
            "days_before": session_dates(self.before),
            "place_before": session_place(self.before),
            "facts": FACTS,
            "join": JOIN,
            "body": BODY,
            "link": links.PLACEHOLDER,
            "cancel_link": links.CANCEL_PLACEHOLDER,
        }

    def _subject(self) -> str:
        return {
            Kind.POSTPONED: _("The session is postponed"),
            Kind.MOVED: _("The session takes place on other days"),
            Kind.VENUE: _("The session takes place elsewhere"),
            Kind.CANCELLED: _("The session is cancelled"),
            Kind.REMINDER: _("The session begins soon"),
        }[Kind(self.message.kind)]

    def _attachments(self, registration: Registration) -> list[dict[str, Any]]:
        if not self.message.carries_calendar:
            return []
        registration.sequence += 1
        if registration.status != Status.CONFIRMED:
            return []
        if self.message.kind in NO_ENTRY_LEFT:
            registration.session = self.before
            return invitation.attachment(registration, self.hours, invitation.CANCEL)
        return invitation.attachment(registration, self.hours, invitation.PUBLISH)

    def _before(self) -> Session:
        """Return the session as it was, for reading only."""
        session = copy(self.session)
        for name, value in self.message.before.items():
            is_day = name.endswith("_on") and value
            setattr(session, name, date.fromisoformat(value) if is_day else value)
        return session
