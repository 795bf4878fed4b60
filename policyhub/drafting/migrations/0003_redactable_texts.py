"""Words that name a person can be taken out of a fixed text, where the record says so."""

from __future__ import annotations

from django.db import migrations

from policyhub.record.guards import redactable


class Migration(migrations.Migration):
    dependencies = [("drafting", "0002_fixed_texts"), ("record", "0008_redacting")]

    operations = redactable(["drafting_version", "drafting_clausetext", "drafting_disposition"])
