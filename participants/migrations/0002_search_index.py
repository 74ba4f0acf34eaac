"""Let PostgreSQL find a word inside the search key without reading every row.

SQLite reads the rows of the key; it serves small secretariats.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

INDEX = """
CREATE INDEX registration_search ON participants_registration
USING gin (search_key gin_trgm_ops)
"""


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX registration_search")


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.RunPython(make_index, drop_index),
    ]
