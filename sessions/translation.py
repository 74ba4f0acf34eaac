"""Which fields of the models have a text in each of the six languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import AgendaItem, Appearance, Document, Session, Speaker, Theme, Topic


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name",)


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "venue", "city", "join_instructions")


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("text",)


@register(AgendaItem)
class AgendaItemTranslation(TranslationOptions):
    fields = ("title", "abstract")


@register(Speaker)
class SpeakerTranslation(TranslationOptions):
    fields = ("affiliation", "biography")


@register(Appearance)
class AppearanceTranslation(TranslationOptions):
    fields = ("function",)


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title",)
