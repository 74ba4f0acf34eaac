"""A whole registration: form, POST, personal page, confirming. Mails are queued.

By the site behind its page cache, as everybody runs it: the form is kept.
"""

from functools import partial
from itertools import count

from participants.models import Delegation, EmailMessage, Registration, Status
from sessions.models import Session

from . import data
from .bench import Bench
from .browser import HTTP_FOUND, HTTP_OK, Browser, CouldNotMeasure
from .cost import Cost
from .table import Row, judge, milliseconds, rate

MOST = 40  # R
MAILS = 2  # a person: one to prove the address, one that says the state


def measure(bench: Bench) -> list[Row]:
    """Measure a whole registration."""
    registering = Registering(bench)
    for _ in range(1 + bench.size.warm // (4 * bench.size.people)):
        registering.people(bench.size.people)
    figures = bench.alternate(registering.round, bench.size.people)
    registering.check()
    row = Row(
        work="registration, 4 requests, PostgreSQL",
        figure=f"{milliseconds(figures.cost.cpu)} CPU",
        ratio=f"{figures.ratio:.1f} R",
        target=f"≤ {MOST} R",
        verdict=judge(ratio=figures.ratio <= MOST),
        wall=milliseconds(figures.cost.wall),
        rate=rate(figures.cost),
    )
    return [row]


class Registering:
    """People who register, each a new one, one after the other."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.session: Session = data.open_session()
        state = Delegation.Kind.MEMBER_STATE
        self.delegation = Delegation.objects.filter(kind=state).earliest("pk")
        self.numbers = count(1)
        self.registered = 0

    def round(self) -> Cost:
        return self.people(self.bench.size.people)

    def people(self, many: int) -> Cost:
        """Let so many register; making the mailed links is not counted."""
        emails = [f"person{next(self.numbers)}@example.org" for _ in range(many)]
        with Browser(self.bench.cached.port) as visitor:
            sent = self.bench.cached_cost(partial(self._send, visitor, emails))
            found = Registration.objects.filter(email__in=emails)
            links = [row.get_absolute_url() for row in found]
            confirmed = self.bench.cached_cost(partial(self._confirm, visitor, links))
        self.registered += many
        return sent + confirmed

    def _send(self, visitor: Browser, emails: list[str]) -> None:
        path = f"{self.session.get_absolute_url()}register/"
        for email in emails:
            visitor.cookies.clear()
            visitor.get(path).expect(HTTP_OK, "the form")
            sent = visitor.post(path, self._answers(email))
            sent.expect(HTTP_FOUND, "sending the form")

    def _confirm(self, visitor: Browser, links: list[str]) -> None:
        for link in links:
            visitor.cookies.clear()
            visitor.get(link).expect(HTTP_OK, "the personal page")
            visitor.post(f"{link}confirm/", {}).expect(HTTP_FOUND, "confirming")

    def _answers(self, email: str) -> dict[str, str]:
        return {
            "mode": "in_person",
            "category": "member_state",
            "delegation": str(self.delegation.pk),
            "rank": "delegate",
            "form_of_address": "ms",
            "family_name": f"Lovelace {email.partition('@')[0]}",
            "given_name": "Ada",
            "organisation": "Ministry of Examples",
            "unit": "Unit of figures",
            "function": "Adviser",
            "city": "Geneva",
            "country": "CH",
            "interpretation_language": "fr",
            "email": email,
            "privacy": "on",
        }

    def check(self) -> None:
        """Refuse the figures unless everybody is confirmed and was written to."""
        confirmed = self.session.registrations.filter(status=Status.CONFIRMED).count()
        mails = EmailMessage.objects.filter(registration__session=self.session).count()
        if (confirmed, mails) != (self.registered, MAILS * self.registered):
            raise CouldNotMeasure(
                f"{self.registered} registered, {confirmed} are confirmed, "
                f"{mails} mails are queued"
            )
