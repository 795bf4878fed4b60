"""Words that name a person can be taken out of a fixed text, where the record says so."""

from __future__ import annotations

from django.db import migrations

from policyhub.record.guards import redactable


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_fixed_texts"), ("record", "0008_redacting")]

    operations = redactable(["publishing_file"])
