"""The list of participants as a Word document to be edited: styles and text."""

from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from ..capitals import runs_right_to_left, script_of
from .list_of_participants import Content

# What every Word has; for letters these lack it finds another by itself.
FONTS = {
    "w:ascii": "Arial",
    "w:hAnsi": "Arial",
    "w:cs": "Arial",
    "w:eastAsia": "Microsoft YaHei",
}
EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
LEFT_TO_RIGHT_MARK = "\u200e"
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
ROMAN += [f"X{numeral}" for numeral in ROMAN]


def write_list_docx(content: Content, out: BinaryIO, *, at: datetime) -> None:
    """Write the list; the same content and moment give the same bytes."""
    document = Document()
    _prepare(document, content, at)
    _title_page(document, content)
    remote_mark = content["remote_mark"] if content["marks_remote"] else ""
    for number, section in enumerate(content["sections"]):
        heading = f"{ROMAN[number]}. {'/'.join(section['heading'])}"
        _add_paragraph(document, "Heading 1").add_run(heading)
        if section["note"]:
            french, english = section["note"]
            _add_paragraph(document, "Note").add_run(f"({french})/({english})")
        for group in section["groups"]:
            if group["heading"]:
                _write(_add_paragraph(document, "Heading 2"), group["heading"])
            for entry in group["entries"]:
                _write_entry(_add_paragraph(document, "Entry"), entry, remote_mark)
    _save(document, out, at)


def _add_paragraph(document: DocumentType, style: str) -> Paragraph:
    """Add an empty paragraph; looking a style up by name takes longer than all else."""
    paragraph = document.add_paragraph()
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001 (its identifier)
    return paragraph


def _prepare(document: DocumentType, content: Content, at: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    properties = document.core_properties
    properties.title = "/".join(content["title"])
    properties.subject = content["session"][1]
    properties.author = properties.last_modified_by = properties.comments = ""
    moment = at.replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment
    _set_styles(document)
    _set_header(document, content)


def _set_styles(document: DocumentType) -> None:
    for name, size, before, after in [
        ("Normal", 10, 0, 6),
        ("Title", 16, 40, 12),
        ("Heading 1", 12, 24, 8),
        ("Heading 2", 10, 14, 4),
    ]:
        _set_style(document.styles[name], size, before, after)
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in title.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)
    for name, size in [("Subtitle line", 11), ("Edition line", 9), ("Note", 9)]:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _set_style(style, size, 0, 6)
    center, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    document.styles["Subtitle line"].paragraph_format.alignment = center
    document.styles["Edition line"].paragraph_format.alignment = right
    document.styles["Note"].paragraph_format.keep_with_next = True
    entry = document.styles.add_style("Entry", WD_STYLE_TYPE.PARAGRAPH)
    entry.base_style = document.styles["Normal"]
    entry.paragraph_format.keep_together = True
    entry.paragraph_format.space_after = Pt(3)
    entry.paragraph_format.left_indent = Mm(5)
    entry.paragraph_format.first_line_indent = Mm(-5)


def _set_style(style: Any, size: float, before: float, after: float) -> None:
    assert isinstance(style, ParagraphStyle)  # noqa: S101 (for the type checker)
    bold = style.name is not None and style.name.startswith(("Title", "Heading"))
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after = Pt(before), Pt(after)
    spacing.line_spacing = 1.1
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for attribute, font in FONTS.items():
        fonts.set(qn(attribute), font)
    for tag, value in [("w:szCs", str(int(size * 2))), ("w:bCs", str(int(bold)))]:
        element = OxmlElement(tag)
        element.set(qn("w:val"), value)
        properties.append(element)


def _set_header(document: DocumentType, content: Content) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    code = content["code"] or content["session"][1]
    section.header.paragraphs[0].text = f"{code} — {'/'.join(content['edition'])}"
    for footer in [section.footer, section.first_page_footer]:
        paragraph = footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add_field(paragraph, "PAGE")


def _add_field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)  # noqa: SLF001 (python-docx knows no fields)


def _title_page(document: DocumentType, content: Content) -> None:
    if content["code"]:
        _write(document.add_paragraph(style="Edition line"), content["code"])
    for line in content["edition"]:
        document.add_paragraph(line, "Edition line")
    document.add_paragraph("/".join(content["title"]), "Title")
    for title, dates in zip(content["session"], content["dates"], strict=True):
        _write(document.add_paragraph(style="Subtitle line"), title, bold=True)
        document.add_paragraph(dates, "Subtitle line")
    for note in content["notes"]:
        document.add_paragraph(note, "Subtitle line")


def _write_entry(paragraph: Paragraph, entry: Content, remote_mark: str) -> None:
    """Write name, form of address and particulars, in as few runs as can be."""
    name, form = entry["name"], entry["form"]
    _write(paragraph, name, bold=True)
    pieces = []
    if form:
        mark = _mark(name, form)
        pieces += [f"{mark} (", form, f"){mark}"]
    before = name
    for part in entry["details"]:
        pieces += [f"{_mark(before, part)}, ", part]
        before = part
    if remote_mark and entry["remote"]:
        pieces.append(f"{_mark(before)} [{remote_mark}]")
    for _direction, run in groupby(pieces, key=_kind):
        _write(paragraph, "".join(run))


def _mark(*texts: str) -> str:
    """Keep pieces that run to the left apart: what stands between would join them."""
    return LEFT_TO_RIGHT_MARK if any(map(runs_right_to_left, texts)) else ""


def _kind(text: str) -> str:
    if runs_right_to_left(text):
        return "rtl"
    return "east" if script_of(text) in EAST_ASIAN else ""


def _write(paragraph: Paragraph, text: str, *, bold: bool | None = None) -> None:
    """Add a run; it says which of the fonts its letters take."""
    run = paragraph.add_run(text)
    if bold:
        run.bold = True
        run.font.cs_bold = True
    kind = _kind(text)
    if kind == "rtl":
        run.font.rtl = True
    elif kind == "east":
        properties = run._r.get_or_add_rPr()  # noqa: SLF001 (python-docx has no hints)
        properties.get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def _save(document: DocumentType, out: BinaryIO, at: datetime) -> None:
    """Store the parts under one moment instead of that of saving."""
    saved = BytesIO()
    document.save(saved)
    moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, 0)
    with ZipFile(saved) as parts, ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name in sorted(parts.namelist(), key=lambda n: (n[0] != "[", n)):
            info = ZipInfo(name, moment)
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, parts.read(name))
