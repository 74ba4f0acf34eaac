"""Queries of a busy page: put into SQL once for each language, then run with new keys.

Django spends more on writing such a query than the database on answering it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

Rows = list[dict[str, Any]]

# Stand for the keys while a query is written; nothing is stored under them.
NO_NUMBER = -8_675_309
NO_SLUG = "no slug: "


class Compiled(NamedTuple):
    """SQL with its parameters, and how to read a row of the answer."""

    sql: str
    parameters: list[Any]
    names: list[str]
    converters: dict[int, Any]


class Prepared:
    """A query of ``values()`` that takes numbers or slugs as its keys."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[str, str | None], Compiled] = {}

    def __call__(self, *keys: int | str) -> Rows:
        """Run the query; it reads the columns of the active language."""
        which = (connection.vendor, get_language())
        if which not in self._compiled:
            self._compiled[which] = self._compile(keys)
        sql, parameters, names, converters = self._compiled[which]
        given = dict(zip(_placeholders(keys), keys, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(p, p) for p in parameters])
            rows = cursor.fetchall()
        if converters:
            rows = [_converted(row, converters) for row in rows]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _compile(self, keys: tuple[int | str, ...]) -> Compiled:
        query = self._build(*_placeholders(keys)).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        select = [expression for expression, _sql, _alias in compiler.select]
        converters = compiler.get_converters(select)
        return Compiled(sql, list(parameters), list(query.selected or []), converters)


def _placeholders(keys: tuple[int | str, ...]) -> list[int | str]:
    return [
        NO_NUMBER - n if isinstance(key, int) else f"{NO_SLUG}{n}"
        for n, key in enumerate(keys)
    ]


def _converted(row: Any, converters: dict[int, Any]) -> list[Any]:
    values = list(row)
    for position, (functions, expression) in converters.items():
        for convert in functions:
            values[position] = convert(values[position], expression, connection)
    return values
