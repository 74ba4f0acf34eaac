"""Letters that people upload: judged by what is in them, not by their name."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .models import NominationLetter

LARGEST_LETTER = 5 * 1024 * 1024  # bytes
LARGEST_PICTURE = 40_000_000  # pixels; a page scanned at 600 dpi has 35 million
PDF_START, PDF_END = b"%PDF-", b"%%EOF"
PDF_TAIL = 2048  # bytes at the end where %%EOF is

Kind = NominationLetter.Kind


@dataclass
class Letter:
    """A letter that was judged: its kind, and the bytes to store."""

    kind: NominationLetter.Kind
    content: bytes


class Limited(FileUploadHandler):
    """Throw away what goes beyond the limit while it comes in, whatever it claims.

    The form is judged all the same: ``exceeded`` says that a file was too large.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0
        self.exceeded = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)  # of all files of the request
        if self.received > LARGEST_LETTER:
            self.exceeded = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


def limit_uploads(request: HttpRequest) -> Limited:
    """Stop large files at the door; call it before anything reads the request."""
    limited = Limited(request)
    request.upload_handlers = [limited, *request.upload_handlers]
    return limited


def too_large() -> ValidationError:
    """Return the refusal of a file beyond the limit."""
    return ValidationError(_("A letter may have 5 MB at most."), code="too_large")


def judge_letter(upload: UploadedFile) -> Letter:
    """Return what an upload holds, pictures without the data of the camera.

    Raises ValidationError with code ``too_large`` or ``no_letter``.
    """
    if (upload.size or 0) > LARGEST_LETTER:
        raise too_large()
    content = upload.read()
    if content.startswith(PDF_START) and PDF_END in content[-PDF_TAIL:]:
        return Letter(Kind.PDF, content)
    return _judge_picture(content)


def _judge_picture(content: bytes) -> Letter:
    try:
        picture: Any = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
        if picture.width * picture.height > LARGEST_PICTURE:
            raise too_large()
        kind = Kind.JPEG if picture.format == "JPEG" else Kind.PNG
        bare = _bare(picture, kind)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,  # what Pillow raises for a broken PNG
        ValueError,
    ) as error:
        raise ValidationError(
            _("This is no PDF, JPEG or PNG. Choose another file."), code="no_letter"
        ) from error
    return Letter(kind, bare)


def _bare(picture: Image.Image, kind: NominationLetter.Kind) -> bytes:
    """Write the pixels anew, upright: place, time and device stay behind."""
    upright = ImageOps.exif_transpose(picture)
    clean = Image.new("RGB", upright.size, "white")
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        clean.paste(upright, mask=upright.getchannel("A"))
    else:
        clean.paste(upright.convert("RGB"))
    out = BytesIO()
    if kind == Kind.JPEG:
        clean.save(out, "JPEG", quality=85)
    else:
        clean.save(out, "PNG", optimize=False)
    return out.getvalue()


def letter_file(letter: NominationLetter) -> FileResponse:
    """Send a letter to be stored, never to be shown as a page of ours."""
    try:
        content = letter.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"letter-{letter.pk}.{letter.kind}"
    kind = NominationLetter.CONTENT_TYPES[Kind(letter.kind)]
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=kind
    )
    response["Cache-Control"] = "private, no-store"
    return response
