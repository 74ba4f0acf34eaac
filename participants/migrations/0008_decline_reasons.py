"""Three reasons to begin with; staff change them in the admin."""

from django.db import migrations

REASONS = [
    {
        "en": "Your delegation has not sent a letter that names you.",
        "fr": "Votre délégation n’a pas envoyé de lettre vous désignant.",
        "es": "Su delegación no ha enviado una carta en la que se le designe.",
        "ru": "Ваша делегация не направила письмо о Вашем назначении.",
        "zh_hans": "贵代表团尚未发送提名您的信函。",
        "ar": "لم يرسل وفدكم رسالة ترشيح باسمكم.",
    },
    {
        "en": "Your delegation did not confirm that you belong to it.",
        "fr": "Votre délégation n’a pas confirmé que vous en faites partie.",
        "es": "Su delegación no ha confirmado que usted forme parte de ella.",
        "ru": "Ваша делегация не подтвердила, что Вы входите в ее состав.",
        "zh_hans": "贵代表团未确认您是其成员。",
        "ar": "لم يؤكد وفدكم أنكم من أعضائه.",
    },
    {
        "en": "The organization you represent is not accredited as an observer.",
        "fr": "L’organisation que vous représentez n’est pas accréditée en qualité "
        "d’observateur.",
        "es": "La organización que usted representa no está acreditada como "
        "observadora.",
        "ru": "Организация, которую Вы представляете, не аккредитована в качестве "
        "наблюдателя.",
        "zh_hans": "您所代表的组织未获认可为观察员。",
        "ar": "المنظمة التي تمثلونها غير معتمَدة بصفة مراقب.",
    },
]


def add_reasons(apps, schema_editor):
    reason = apps.get_model("participants", "DeclineReason")
    for position, texts in enumerate(REASONS):
        fields = {f"text_{code}": text for code, text in texts.items()}
        reason.objects.create(text=texts["en"], position=position, **fields)


class Migration(migrations.Migration):
    dependencies = [("participants", "0007_rules")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop, elidable=True)
    ]
