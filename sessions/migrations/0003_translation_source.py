"""What translations were made from, where the English was changed since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversation", "0002_content_version")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="translated_from",
            field=models.JSONField(blank=True, default=dict, editable=False),
        )
        for name in [
            "agendaitem",
            "appearance",
            "document",
            "session",
            "speaker",
            "theme",
            "topic",
        ]
    ]
