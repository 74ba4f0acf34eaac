from django.db import migrations

from participants.models.participant import alike_key

BATCH = 2_000


def fill(apps, schema_editor):
    Participant = apps.get_model("participants", "Participant")
    rows = Participant.objects.exclude(name_key="").filter(alike_key="")
    batch = []
    for row in rows.only("name_key").iterator(chunk_size=BATCH):
        row.alike_key = alike_key(row.name_key)
        batch.append(row)
        if len(batch) == BATCH:
            Participant.objects.bulk_update(batch, ["alike_key"])
            batch = []
    if batch:
        Participant.objects.bulk_update(batch, ["alike_key"])


class Migration(migrations.Migration):

    dependencies = [("participants", "0005_jobs_and_duplicates")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)
    ]
