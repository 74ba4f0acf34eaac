"""Documents on paper: a template of templates/typst and data in, PDF bytes out.

Only the fonts beside this module are used, whatever the machine has, and templates
import no packages: the same data gives the same pages everywhere.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

FONTS = Path(__file__).parent / "fonts"
TEMPLATES = settings.BASE_DIR / "templates" / "typst"


class TypesettingError(RuntimeError):
    """A template is missing, wrong, or does not fit the data it was given."""


def typeset(template: str, data: object, *, at: datetime | None = None) -> bytes:
    """Run ``templates/typst/<template>.typ`` and return the PDF.

    The template reads ``data``, whatever JSON can hold (dates and lazy texts too), by
    ``#import "_page.typ": data, families``. Typed text is data, never markup. ``at`` is
    the moment written into the file, by default now: the same one gives the same bytes.

    Raises TypesettingError, which says where in the template it went wrong.
    """
    path = TEMPLATES / f"{template}.typ"
    try:
        return typst.compile(
            path,
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder)},
            timestamp=None if at is None else int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise TypesettingError(f"{path.name}: {error.diagnostic}") from error
    except RuntimeError as error:
        raise TypesettingError(f"{path.name}: {error}") from error


@cache
def _fonts() -> typst.Fonts:
    """Read our fonts, and nobody else's, once in a process."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
