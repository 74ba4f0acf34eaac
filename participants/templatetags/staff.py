"""What pages of the admin say of participants."""

from django import template
from django.contrib.auth.models import User

from ..dashboard import Dashboard, dashboard, in_words

register = template.Library()


@register.simple_tag
def staff_dashboard(user: User) -> Dashboard:
    """Gather what somebody of the staff may see."""
    return dashboard(user)


register.filter("in_words", in_words)
