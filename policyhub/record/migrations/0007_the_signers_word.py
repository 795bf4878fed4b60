"""A checkpoint is larger than those before it and not larger than the record; the signer says why it adds none."""

from __future__ import annotations

from django.db import migrations, models

# One of a size that is there already is left to its key: whoever adds it again changes nothing.
GROWING = """
CREATE FUNCTION record_checkpoint_grows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.size > (SELECT h.size FROM public.record_head h WHERE h.log_id = 1) THEN
        RAISE EXCEPTION 'A checkpoint over % entries is larger than the record', NEW.size USING ERRCODE = 'PH003';
    ELSIF NEW.size < (SELECT max(c.size) FROM public.record_checkpoint c)
          AND NOT EXISTS (SELECT FROM public.record_checkpoint c WHERE c.size = NEW.size) THEN
        RAISE EXCEPTION 'A checkpoint over % entries is smaller than the newest', NEW.size USING ERRCODE = 'PH003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER record_checkpoint_size BEFORE INSERT ON record_checkpoint
    FOR EACH ROW EXECUTE FUNCTION record_checkpoint_grows();
ALTER TABLE record_checkpoint ENABLE ALWAYS TRIGGER record_checkpoint_size;
REVOKE ALL ON FUNCTION record_checkpoint_grows FROM PUBLIC;
"""
WORDS = """
CREATE TABLE record_word (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sentence text NOT NULL CHECK (length(sentence) <= 2000),
    said_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER record_word_row BEFORE UPDATE OR DELETE ON record_word
    FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_word_all BEFORE TRUNCATE ON record_word
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
ALTER TABLE record_word ENABLE ALWAYS TRIGGER record_word_row;
ALTER TABLE record_word ENABLE ALWAYS TRIGGER record_word_all;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0006_named_digests")]

    operations = [
        migrations.RunSQL(GROWING, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, "DROP TABLE record_word"),
        migrations.CreateModel(
            name="SignerWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentence", models.TextField()),
                ("said_at", models.DateTimeField()),
            ],
            options={"db_table": "record_word", "managed": False},
        ),
    ]
