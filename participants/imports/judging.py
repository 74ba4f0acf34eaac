"""Judging rows of a table: the same for what they hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..models import ImportJob
from . import values
from .mapping import TARGETS, folded
from .reading import FORMULA, Table


class Outcome:
    """What becomes of a row; kept in the report as these words."""

    GOOD = "good"  # can be written
    BAD = "bad"  # has problems
    THERE = "there"  # is there already
    WRITTEN = "written"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"  # had problems, and only good rows were wanted


@dataclass
class Verdict:
    """What a row says, and what is wrong with it."""

    number: int  # of the row in its file
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_there: str = ""  # why there is nothing to write, if it is there already

    @property
    def outcome(self) -> str:
        if self.problems:
            return Outcome.BAD
        return Outcome.THERE if self.is_there else Outcome.GOOD


class Judge:
    """Reads the rows of a job one after the other; knows those it has seen."""

    longest: Mapping[str, int] = {}  # characters, of texts

    def __init__(self, job: ImportJob, table: Table) -> None:
        self.job = job
        self.table = table
        self.header: int = job.mapping.get("header", 0)
        self.columns: dict[str, int] = job.mapping.get("columns", {})
        self.labels = {t.key: str(t.label) for t in TARGETS[job.kind]}
        self.prepare()

    def prepare(self) -> None:
        """Look up what every row needs, once."""

    def verdicts(self) -> Iterator[Verdict]:
        """Judge every row below the header."""
        first = self.header + 1
        rows = zip(self.table.numbers[first:], self.table.rows[first:], strict=True)
        for number, cells in rows:
            verdict = Verdict(number)
            self.judge(self._read(cells, verdict), verdict)
            yield verdict

    def judge(self, cells: dict[str, str], verdict: Verdict) -> None:
        """Turn the cells of a row, by target, into fields or problems."""
        raise NotImplementedError

    def _read(self, row: Sequence[str], verdict: Verdict) -> dict[str, str]:
        """Take the cells of the columns that are wanted; judge what any text may be."""
        cells = {
            key: row[place] if place < len(row) else ""
            for key, place in self.columns.items()
        }
        for key, cell in cells.items():
            if cell == FORMULA:
                self.note(verdict, key, _("is a formula; put its value in its place"))
                cells[key] = ""
            elif len(cell) > self.longest.get(key, 200):
                self.note(verdict, key, _("is too long"))
                cells[key] = ""
        return cells

    def note(self, verdict: Verdict, key: str, problem: str) -> None:
        """Add a problem, named by its column."""
        verdict.problems.append(f"{self.labels[key].capitalize()}: {problem}")

    def choice(self, key: str, cells: dict[str, str], verdict: Verdict) -> str:
        """Return the value that a label stands for; an empty cell stands for none."""
        cell = cells.get(key, "")
        if not cell:
            return ""
        value = values.known(key).get(folded(cell))
        if value is None:
            self.note(verdict, key, _("“%(text)s” is not known") % {"text": cell[:60]})
        return value or ""

    def column(self, key: str) -> Iterator[str]:
        """Yield the cells of a whole column."""
        place = self.columns.get(key)
        for row in self.table.rows[self.header + 1 :] if place is not None else []:
            if place is not None and place < len(row):
                yield row[place]

    def day_first(self, *keys: str) -> bool | None:
        """Say what stands first in dates like 03/04/2024, as chosen or as they show."""
        if self.job.date_order:
            return self.job.date_order == ImportJob.DateOrder.DAY_FIRST
        cells = [cell for key in keys for cell in self.column(key)]
        return values.day_comes_first(cells)

    def moment(
        self,
        key: str,
        cells: dict[str, str],
        verdict: Verdict,
        day_first: bool | None,
    ) -> Any:
        """Read a moment at the venue, or note why it cannot be."""
        cell = cells.get(key, "")
        if not cell or self.job.session is None:
            return None
        try:
            return values.moment(cell, self.job.session.zone, day_first)
        except values.UnclearDateError:
            self.note(verdict, key, _("reads as two days; say which number is the day"))
        except (ValueError, OverflowError):
            self.note(verdict, key, _("is no date"))
        return None
