"""Which fields of the models have a text in each of the six languages.

The English text is what the others fall back to: it is required where the field is.
"""

from modeltranslation.translator import TranslationOptions, register

from .models import AgendaItem, Appearance, Document, Session, Speaker, Theme, Topic


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "venue", "city", "join_instructions")
    required_languages = ("en",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("en",)


@register(AgendaItem)
class AgendaItemTranslation(TranslationOptions):
    fields = ("title", "abstract", "room")
    required_languages = ("en",)


@register(Speaker)
class SpeakerTranslation(TranslationOptions):
    fields = ("affiliation", "biography")
    required_languages = ("en",)


@register(Appearance)
class AppearanceTranslation(TranslationOptions):
    fields = ("function",)
    required_languages = ("en",)


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("en",)
