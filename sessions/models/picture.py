"""Pictures that staff upload: what kind and how large they may be."""

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

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
