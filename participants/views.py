"""Registering, and what stands behind the mailed link."""
from django.http import HttpRequest, HttpResponse
def register(request, slug): ...
check_mail = registration = confirm = change = cancel = register
