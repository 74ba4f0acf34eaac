"""Pictures that staff upload: what kind and how large they may be, and no metadata.

A photo from a telephone says where and when it was taken, which is nobody's business.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

# By the ending of the name, as what a picture is sent.
PICTURE_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
LARGEST_PICTURE = 5 * 1024 * 1024  # bytes


def validate_picture(picture: FieldFile) -> None:
    """Refuse more than 5 MB, and what is no JPEG, PNG or WebP inside.

    A stored file that is lost is not refused: the rest of the row can be saved.
    """
    was_closed = picture.closed
    try:
        if picture.size > LARGEST_PICTURE:
            raise ValidationError(
                _("A picture may have 5 MB at most."), code="too_large"
            )
        Image.open(picture.open(), formats=["JPEG", "PNG", "WEBP"])
    except FileNotFoundError:
        return
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is no JPEG, PNG or WebP picture."), code="no_picture"
        ) from error
    finally:
        if was_closed:
            picture.close()
        else:
            picture.seek(0)


picture_validators = [FileExtensionValidator(list(PICTURE_TYPES)), validate_picture]

# What Pillow tells of a file that is no more than how to draw it.
_DRAWING = {
    *("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "icc_profile"),
    *("adobe", "adobe_transform", "progressive", "progression", "gamma", "srgb"),
    *("chromaticity", "transparency", "interlace", "aspect", "loop", "background"),
    *("timestamp", "duration", "default_image"),
}


class PictureField(models.ImageField):
    """An image whose metadata are taken off before it is stored."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        file: FieldFile = getattr(model_instance, self.attname)
        if file and not vars(file)["_committed"]:  # as FileField.pre_save asks
            clean = without_metadata(file.file)
            if clean is not file.file:
                file.save(str(file.name), clean, save=False)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """Stand in migrations as what it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs


def without_metadata(file: File) -> File:
    """Return the picture drawn anew, upright, if it holds more than a picture.

    What holds nothing else, or cannot be read, is left as it is, byte for byte.
    """
    file.seek(0)
    try:
        picture = Image.open(file, formats=["JPEG", "PNG", "WEBP"])
        picture.load()
    except (OSError, Image.DecompressionBombError):
        return file
    finally:
        file.seek(0)
    if not _tells_more(picture):
        return file
    kind, profile = picture.format, picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    drawn = BytesIO()
    upright.save(drawn, kind, quality=92, icc_profile=profile)
    return ContentFile(drawn.getvalue(), name=file.name)


def _tells_more(picture: Image.Image) -> bool:
    segments = {name for name, _data in getattr(picture, "applist", [])}
    return (
        bool(picture.getexif())
        or not _DRAWING.issuperset(picture.info)
        or not segments <= {"APP0", "APP2", "APP14"}
    )
