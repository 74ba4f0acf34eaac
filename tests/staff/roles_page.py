"""docs/roles.md: what the walk found, for people to read."""

from tests.staff.walk import COLUMNS, EVERYTHING

HEAD = """# Roles

What each role of staff may open, do, write and see. Written by the test that tries it,
`tests/staff/test_role_walk.py`; never edited by hand:

```sh
WRITE_ROLES=on make test ARGS="tests/staff/test_role_walk.py"
```

The table of permissions is `ROLES` in `wipoconv/staff/roles.py`. After each `migrate`
the groups of these names match it. They cannot be edited in the admin; a group of
another name beside them can, and gives more. A superuser makes accounts, ticks their
roles, and for a translator the languages. Here the translator has French.
"""


def _table(title, rows):
    lines = [f"| {title} | " + " | ".join(COLUMNS) + " |"]
    lines += ["|---|" + ":-:|" * len(COLUMNS)]
    for name in sorted(rows):
        marks = ["●" if role in rows[name] else "" for role in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def _forms(found):
    lines = ["| form | role | writes | does not see |", "|---|---|---|---|"]
    for name in sorted(found.writes):
        whole = found.shows[name][EVERYTHING]
        everything = found.writes[name][EVERYTHING]
        for role in COLUMNS[:-1]:
            if role not in found.writes[name]:
                continue
            written = found.writes[name][role]
            words = _in_words(written, everything)
            hidden = whole - found.shows[name][role]
            form, sees = name.removesuffix("_change"), _names(hidden)
            lines.append(f"| {form} | {role} | {words} | {sees} |")
    return "\n".join(lines)


def _names(fields):
    return ", ".join(f"`{one}`" for one in sorted(fields))


def as_page(found):
    """Set what was found as the page docs/roles.md."""
    return (
        "\n\n".join(
            [
                HEAD.strip(),
                "## Pages",
                _table("page of the admin", found.pages),
                "## Actions",
                _table("action", found.actions),
                "## Forms",
                _forms(found),
            ]
        )
        + "\n"
    )


def _in_words(written, everything):
    missing = everything - written
    if not written:
        return "nothing"
    if not missing:
        return "everything"
    return f"all but {_names(missing)}" if len(missing) <= 2 else _names(written)
