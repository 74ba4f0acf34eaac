"""Countries stand in the order of the reader's dictionary."""

import pytest
from django.utils import translation

from sessions.countries import country_choices


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania"]),
        ("fr", ["Égypte", "El Salvador", "Émirats arabes unis", "Équateur"]),
        ("es", ["España", "Estados Unidos de América", "Estonia"]),
        ("ru", ["Израиль", "Италия", "Йемен", "Казахстан"]),
        ("ar", ["إثيوبيا", "الأردن", "أرمينيا", "إسبانيا", "السودان", "الصين"]),
        ("zh-hans", ["阿富汗", "巴西", "德国", "斐济", "芬兰", "瑙鲁", "中国"]),
    ],
)
def test_countries_are_sorted_by_the_rules_of_the_language(language, names):
    with translation.override(language):
        listed = [name for _code, name in country_choices()]

    assert set(names) <= set(listed)
    assert [name for name in listed if name in names] == names


def test_not_listed_stands_last():
    assert country_choices()[-1][0] == "ZZ"
