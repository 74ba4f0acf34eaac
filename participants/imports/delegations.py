"""Rows of delegations: States and organizations, with their names."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Delegation
from ..text import validate_line
from .judging import Judge, Verdict
from .mapping import folded

NAMES = [f"name_{code.replace('-', '_')}" for code, _name in settings.LANGUAGES]
CHOICES = ["kind", "list_section", "is_accredited", "regional_group", "country"]


class DelegationJudge(Judge):
    """Knows which delegations there are, by their names in every language."""

    def prepare(self) -> None:
        self.seen: dict[tuple[str, str], int] = {}
        rows = Delegation.objects.order_by().values_list(*NAMES)
        self.there = {
            (column, folded(name))
            for row in rows
            for column, name in zip(NAMES, row, strict=True)
            if name
        }

    def judge(self, cells: dict[str, str], verdict: Verdict) -> None:
        fields: dict[str, Any] = {name: cells.get(name) or None for name in NAMES}
        fields |= {name: self.choice(name, cells, verdict) for name in CHOICES}
        fields["is_accredited"] = bool(fields["is_accredited"])
        for name in ["name_en", "kind"]:
            if not cells.get(name) and not verdict.problems:
                self.note(verdict, name, _("is empty"))
        for name in NAMES:
            try:
                validate_line(fields[name] or "")
            except ValidationError as error:
                self.note(verdict, name, error.messages[0])
        verdict.fields = fields
        if not verdict.problems:
            self._judge_names(fields, verdict)

    def _judge_names(self, fields: dict[str, Any], verdict: Verdict) -> None:
        """Find the same delegation further up in the file, or there already."""
        if ("name_en", folded(fields["name_en"])) in self.there:
            verdict.is_there = _("There already; it stays as it is")
            return
        for name in NAMES:
            key = (name, folded(fields[name] or ""))
            if not key[1]:
                continue
            first = self.seen.setdefault(key, verdict.number)
            if first != verdict.number:
                problem = _("the same name stands in row %(n)s") % {"n": first}
                self.note(verdict, name, problem)
            elif key in self.there:
                self.note(verdict, name, _("another delegation has this name"))
