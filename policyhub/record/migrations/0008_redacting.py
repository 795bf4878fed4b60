"""Texts that are fixed may lose words, in a transaction that says so on the record, and in no other way.

The database compares each column as it was, with the words replaced by the mark, with the column as it would be; of a
file it lets the bytes go. The words are not on the record: the transaction names them in a setting of its own.
"""

from __future__ import annotations

from django.db import migrations

FIXED = """
CREATE FUNCTION text_fixed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    words text := nullif(current_setting('policyhub.redacted_words', true), '');
    written text := substr(to_jsonb(words)::text, 2, length(to_jsonb(words)::text) - 2);
BEGIN
    IF TG_OP = 'UPDATE' AND words IS NOT NULL AND EXISTS (
        -- What the transaction itself appended is among the newest entries; it names at most 200 texts.
        SELECT FROM public.record_leaf l
        WHERE l.idx >= (SELECT h.size - 1000 FROM public.record_head h WHERE h.log_id = 1)
          AND l.type = 'text.redacted' AND l.recorded_at >= transaction_timestamp()
    ) THEN
        IF NOT EXISTS (
            SELECT FROM jsonb_each(to_jsonb(OLD)) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)
            WHERE n.value <> o.value AND n.value::text <> CASE
                WHEN TG_TABLE_NAME = 'publishing_file' AND key = 'data' THEN '"\\\\x"'
                ELSE replace(o.value::text, written, '[removed]') END
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The record is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'PH003';
END $$;
REVOKE ALL ON FUNCTION text_fixed FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0007_the_signers_word")]

    operations = [migrations.RunSQL(FIXED, migrations.RunSQL.noop)]
