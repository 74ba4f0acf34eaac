"""Which fields have a text in each of the six languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import DeclineReason, Delegation, Message


@register(Delegation)
class DelegationTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(DeclineReason)
class DeclineReasonTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("en",)


@register(Message)
class MessageTranslation(TranslationOptions):
    fields = ("subject", "body")
