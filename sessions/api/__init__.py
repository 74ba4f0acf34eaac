"""The read-only JSON API of what is public anyway."""

from .endpoints import api

__all__ = ["api"]
