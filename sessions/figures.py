"""The series in figures: what the sources report, never added up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .models import ReportedAttendance, Session

REGISTERED = {"registrants", "registered participants"}  # the others took part


class Bar(NamedTuple):
    """One line of a table: a figure, if there is one, and how long its bar is."""

    session: Session
    figure: ReportedAttendance | None = None
    width: str = "0"  # percent of the longest, as SVG writes numbers
    is_outlined: bool = False  # took part, where a full bar stands for registered


class Series:
    """The sessions held so far, with their reported attendances prefetched."""

    def __init__(self, sessions: Iterable[Session]) -> None:
        held = [s for s in sessions if _counts(s) and s.is_over]
        self.sessions = sorted(held, key=lambda session: session.number)
        self._figures = [f for s in held for f in s.reported_attendances.all()]

    @property
    def since(self) -> int | None:
        return min((s.year for s in self.sessions if s.year), default=None)

    @property
    def modes(self) -> dict[str, int]:
        """Count the sessions by mode, "" where no source states it."""
        return dict(Counter(session.mode for session in self.sessions))

    @property
    def most_people(self) -> ReportedAttendance | None:
        return max(self._figures, key=lambda figure: figure.count, default=None)

    @property
    def most_countries(self) -> ReportedAttendance | None:
        named = [figure for figure in self._figures if figure.countries]
        return max(named, key=lambda figure: figure.countries or 0, default=None)

    def people(self) -> Iterator[Bar]:
        """Yield a line for each figure, and one for each session without any."""
        longest = self.most_people
        for session in self.sessions:
            figures = list(session.reported_attendances.all())
            for figure in figures:
                width = _percent(figure.count, longest.count if longest else 0)
                yield Bar(session, figure, width, figure.kind not in REGISTERED)
            if not figures:
                yield Bar(session)

    def countries(self) -> Iterator[Bar]:
        """Yield a line for each figure that names a number of countries."""
        longest = self.most_countries
        if longest is None:
            return
        for session in self.sessions:
            for figure in session.reported_attendances.all():
                if figure.countries:
                    width = _percent(figure.countries, longest.countries or 0)
                    yield Bar(session, figure, width)


def _counts(session: Session) -> bool:
    return session.status == Session.Status.PUBLISHED and not session.is_demonstration


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "0"
