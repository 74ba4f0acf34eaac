"""How sessions read on a page: dates, ordinals, tones, translated texts, Markdown."""

from datetime import date, datetime
from typing import Any, NamedTuple

import nh3
from django import template
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import (
    get_language,
    get_language_bidi,
    gettext_lazy,
    ngettext,
)
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from modeltranslation.utils import build_localized_fieldname

from ..models import AgendaItem, ReportedAttendance, Session

register = template.Library()

BIG = "<b>%s</b>"
TONES = 6  # colours of years, the stylesheet's tone-0 to tone-5
FALLBACK_LANGUAGE = "en"
COMMAS = {"ar": "، ", "zh-hans": "，"}

ORDINALS = [
    gettext_lazy("First"),
    gettext_lazy("Second"),
    gettext_lazy("Third"),
    gettext_lazy("Fourth"),
    gettext_lazy("Fifth"),
    gettext_lazy("Sixth"),
    gettext_lazy("Seventh"),
    gettext_lazy("Eighth"),
    gettext_lazy("Ninth"),
    gettext_lazy("Tenth"),
    gettext_lazy("Eleventh"),
    gettext_lazy("Twelfth"),
    gettext_lazy("Thirteenth"),
    gettext_lazy("Fourteenth"),
    gettext_lazy("Fifteenth"),
    gettext_lazy("Sixteenth"),
    gettext_lazy("Seventeenth"),
    gettext_lazy("Eighteenth"),
    gettext_lazy("Nineteenth"),
    gettext_lazy("Twentieth"),
]

# What the sources of the series say, so that it can be said in six languages. Words
# that staff add later are shown as they were typed.
QUALIFIERS = {
    "almost": gettext_lazy("almost %(count)s"),
    "exactly": gettext_lazy("exactly %(count)s"),
    "more than": gettext_lazy("more than %(count)s"),
    "over": gettext_lazy("over %(count)s"),
}
KINDS_OF_ATTENDANCE = {
    "registrants": gettext_lazy("registrants"),
    "registered participants": gettext_lazy("registered participants"),
    "live online participants": gettext_lazy("live online participants"),
    "participants": gettext_lazy("participants"),
    "attendees": gettext_lazy("attendees"),
}


class DateForms(NamedTuple):
    """How one language writes days: ``d m y`` of the first, ``d2 …`` of the last."""

    day: str
    two_days: str
    days: str  # three or more within one month
    months: str
    years: str
    month: str
    year: str
    weekday: str
    moment: str
    month_name: str = "F"  # Django's format letter of a month after a day
    month_alone: str = "F"


# Not in the catalogues: a missing translation must not make a wrong date.
DATE_FORMS = {
    "en": DateForms(
        day="{d} {m} {y}",
        two_days="{d}–{d2} {m} {y}",
        days="{d}–{d2} {m} {y}",
        months="{d} {m}\N{NO-BREAK SPACE}– {d2} {m2} {y2}",
        years="{d} {m} {y}\N{NO-BREAK SPACE}– {d2} {m2} {y2}",
        month="{month} {y}",
        year="{y}",
        weekday="{w} {d} {m}",
        moment="{w} {d} {m} {y}, {time}",
    ),
    "fr": DateForms(
        day="{d} {m} {y}",
        two_days="{d} et {d2} {m} {y}",
        days="{d}–{d2} {m} {y}",
        months="{d} {m}\N{NO-BREAK SPACE}– {d2} {m2} {y2}",
        years="{d} {m} {y}\N{NO-BREAK SPACE}– {d2} {m2} {y2}",
        month="{month} {y}",
        year="{y}",
        weekday="{w} {d} {m}",
        moment="{w} {d} {m} {y}, {time}",
    ),
    "es": DateForms(
        day="{d} de {m} de {y}",
        two_days="{d} y {d2} de {m} de {y}",
        days="{d} a {d2} de {m} de {y}",
        months="{d} de {m} a {d2} de {m2} de {y2}",
        years="{d} de {m} de {y} a {d2} de {m2} de {y2}",
        month="{month} de {y}",
        year="{y}",
        weekday="{w} {d} de {m}",
        moment="{w} {d} de {m} de {y}, {time}",
    ),
    "ru": DateForms(
        day="{d} {m} {y}\N{NO-BREAK SPACE}г.",
        two_days="{d}–{d2} {m} {y}\N{NO-BREAK SPACE}г.",
        days="{d}–{d2} {m} {y}\N{NO-BREAK SPACE}г.",
        months="{d} {m}\N{NO-BREAK SPACE}– {d2} {m2} {y2}\N{NO-BREAK SPACE}г.",
        years=(
            "{d} {m} {y}\N{NO-BREAK SPACE}г.\N{NO-BREAK SPACE}– "
            "{d2} {m2} {y2}\N{NO-BREAK SPACE}г."
        ),
        month="{month} {y}\N{NO-BREAK SPACE}г.",
        year="{y}\N{NO-BREAK SPACE}г.",
        weekday="{w}, {d} {m}",
        moment="{w}, {d} {m} {y}\N{NO-BREAK SPACE}г., {time}",
        month_name="E",
    ),
    "zh-hans": DateForms(
        day="{y}年{n}月{d}日",
        two_days="{y}年{n}月{d}日至{d2}日",
        days="{y}年{n}月{d}日至{d2}日",
        months="{y}年{n}月{d}日至{n2}月{d2}日",
        years="{y}年{n}月{d}日至{y2}年{n2}月{d2}日",
        month="{y}年{n}月",
        year="{y}年",
        weekday="{n}月{d}日{w}",
        moment="{y}年{n}月{d}日{w}{time}",
    ),
    "ar": DateForms(
        day="{d} {m} {y}",
        two_days="{d} و{d2} {m} {y}",
        days="من {d} إلى {d2} {m} {y}",
        months="من {d} {m} إلى {d2} {m2} {y2}",
        years="من {d} {m} {y} إلى {d2} {m2} {y2}",
        month="{month} {y}",
        year="{y}",
        weekday="{w} {d} {m}",
        moment="{w} {d} {m} {y}، الساعة {time}",
        month_name="E",
        month_alone="E",
    ),
}


def _forms() -> DateForms:
    return DATE_FORMS.get(get_language() or "", DATE_FORMS[FALLBACK_LANGUAGE])


def _parts(day: date, suffix: str = "") -> dict[str, Any]:
    """Name the parts of a day in the active language, with Latin digits."""
    in_french = get_language() == "fr"
    parts = {
        "d": "1er" if in_french and day.day == 1 else day.day,
        "n": day.month,
        "m": date_format(day, _forms().month_name),
        "month": date_format(day, _forms().month_alone),
        "y": day.year,
        "w": date_format(day, "l"),
    }
    return {f"{name}{suffix}": part for name, part in parts.items()}


@register.filter
def session_dates(session: Session) -> str:
    """Write when a session is: its days, else its month or year, as far as known."""
    forms = _forms()
    first, last = session.starts_on, session.ends_on
    if first and last:
        return _range_form(forms, first, last).format(
            **_parts(first), **_parts(last, "2")
        )
    if session.held_year:
        month = date(session.held_year, session.held_month or 1, 1)
        form = forms.month if session.held_month else forms.year
        return form.format(**_parts(month))
    return _("Dates to be announced")


@register.filter
def session_place(session: Session) -> str:
    """Write venue and city, as far as known."""
    comma = COMMAS.get(get_language() or "", ", ")
    return comma.join(filter(None, [session.venue, session.city]))


def _range_form(forms: DateForms, first: date, last: date) -> str:
    if first == last:
        return forms.day
    if first.year != last.year:
        return forms.years
    if first.month != last.month:
        return forms.months
    return forms.two_days if (last - first).days == 1 else forms.days


@register.filter
def session_dates_iso(session: Session) -> str:
    """Return the first day, month or year for ``<time datetime>``; may be empty."""
    if session.starts_on:
        return session.starts_on.isoformat()
    if session.held_year and session.held_month:
        return f"{session.held_year}-{session.held_month:02}"
    return str(session.held_year or "")


@register.filter
def day_in_full(day: date) -> str:
    """Write a day with its year, without its weekday: "8 March 2024"."""
    return _forms().day.format(**_parts(day))


@register.filter
def weekday(day: date) -> str:
    """Write a day with its weekday and without its year: "Friday 8 March"."""
    return _forms().weekday.format(**_parts(day))


@register.filter(expects_localtime=True)
def moment(at: datetime) -> str:
    """Write a moment in the current time zone: "Friday 8 March 2024, 18:00"."""
    return _forms().moment.format(**_parts(at.date()), time=f"{at:%H:%M}")


@register.filter(expects_localtime=True)
def iso(at: datetime) -> str:
    """Write a moment for ``<time datetime>``, which takes no millionths of a second."""
    return at.isoformat(timespec="seconds")


@register.simple_tag
def first_item(session: Session) -> AgendaItem | None:
    """Return the item with which the programme begins, if there is one."""
    return session.agenda_items.order_by("starts_at", "pk").first()


@register.filter
def zone_name(session: Session) -> str:
    """Name the time zone of a session's hours, without the offset: "Geneva time"."""
    if session.time_zone == "Europe/Zurich":
        return _("Geneva time")
    return _left_to_right(session.time_zone.replace("_", " "))


@register.filter
def zone_label(session: Session) -> str:
    """Name the time zone of a session's hours: "Geneva time (UTC+1)"."""
    offset = _left_to_right(session.utc_offset())
    if session.time_zone == "Europe/Zurich":
        return _("Geneva time (UTC%(offset)s)") % {"offset": offset}
    zone = session.time_zone.replace("_", " ")
    return _left_to_right(f"{zone} (UTC{session.utc_offset()})")


def _left_to_right(text: str) -> str:
    """Keep signs and digits in order among right-to-left words."""
    if not get_language_bidi():
        return text
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


@register.filter
def ordinal(session: Session | int) -> str:
    """Name a session by its number: "Ninth session", beyond twenty "Session 21"."""
    number = session.number if isinstance(session, Session) else session
    if 1 <= number <= len(ORDINALS):
        return _("%(ordinal)s session") % {"ordinal": ORDINALS[number - 1]}
    return _("Session %(number)s") % {"number": number}


@register.filter
def tone(session: Session) -> int:
    """Return the colour of a session's year, 0 to 5; sessions without one take 0."""
    return (session.year or 0) % TONES


@register.filter
def language_attributes(row: Model, field: str) -> SafeString:
    """Return ``lang`` and ``dir`` of a text in fallback English, else nothing."""
    language = get_language() or FALLBACK_LANGUAGE
    own = getattr(row, build_localized_fieldname(field, language))
    if own or language == FALLBACK_LANGUAGE or not getattr(row, field):
        return SafeString()
    return SafeString(f' lang="{FALLBACK_LANGUAGE}" dir="ltr"')


@register.filter
def translated(row: Model, field: str) -> SafeString:
    """Return a translated field's text, marked where it falls back to English."""
    text = conditional_escape(getattr(row, field))
    attributes = language_attributes(row, field)
    if not attributes:
        return text
    return format_html("<span{}>{}</span>", attributes, text)


@register.filter
def reported_count(reported: ReportedAttendance) -> str:
    """Write the number with its qualifier: "almost 1,000"."""
    return _qualified(reported.qualifier, reported.count)


@register.filter
def reported_kind(reported: ReportedAttendance) -> str:
    """Say what was counted; words unknown to the catalogue stay as typed."""
    return str(KINDS_OF_ATTENDANCE.get(reported.kind, reported.kind))


@register.filter
def reported_countries(reported: ReportedAttendance) -> str:
    """Write from how many countries: "from more than 117 countries"; may be empty."""
    number = reported.countries
    if number is None:
        return ""
    if reported.countries_qualifier == "more than":  # case and order differ by language
        words = ngettext(
            "from more than %(count)s country",
            "from more than %(count)s countries",
            number,
        )
        return words % {"count": _qualified("", number)}
    count = _qualified(reported.countries_qualifier, number)
    return ngettext("from %(count)s country", "from %(count)s countries", number) % {
        "count": count
    }


@register.filter
def big_count(reported: ReportedAttendance, of: str = "people") -> SafeString:
    """Write the number of people or countries, set apart from its qualifier."""
    if of == "countries":
        qualifier, number = reported.countries_qualifier, reported.countries or 0
    else:
        qualifier, number = reported.qualifier, reported.count
    words = _qualified(escape(qualifier), number, BIG)
    return mark_safe(words)  # noqa: S308 (what staff typed is escaped)


def _qualified(qualifier: str, number: int, form: str = "%s") -> str:
    count = form % template.defaultfilters.floatformat(number, "0g")
    if qualifier in QUALIFIERS:
        return QUALIFIERS[qualifier] % {"count": count}
    return f"{qualifier} {count}".strip()


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
MARKDOWN_TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong"),
    *("h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


@register.filter
def markdown(text: str) -> SafeString:
    """Turn Markdown into safe HTML; headings start below those of the page, at h3."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=MARKDOWN_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(clean)  # noqa: S308  # nh3 has just cleaned it
