"""Words that name a person can be taken out of a fixed text, where the record says so."""

from __future__ import annotations

from django.db import migrations

from policyhub.record.guards import redactable


class Migration(migrations.Migration):
    dependencies = [("minutes", "0003_approval_by_the_body"), ("record", "0008_redacting")]

    operations = redactable(["minutes_minutesversion"])
