"""One row that says which state of the public content this is."""

from django.db import migrations, models


def make_the_row(apps, schema_editor):
    apps.get_model("conversation", "ContentVersion").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("conversation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop, elidable=True),
    ]
