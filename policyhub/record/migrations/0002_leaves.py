"""The append-only table, the function that alone writes it, and the triggers that refuse everything else."""

from __future__ import annotations

from django.db import migrations

TABLES = """
CREATE TABLE record_leaf (
    idx bigint PRIMARY KEY,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 2 AND 16384),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    subject text NOT NULL,
    subject_seq integer NOT NULL CHECK (subject_seq > 0),
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    process text,
    told_at timestamptz,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT record_leaf_subject_order UNIQUE (subject, subject_seq)
);
CREATE INDEX record_leaf_process ON record_leaf (process, idx);
CREATE TABLE record_head (
    log_id smallint PRIMARY KEY CHECK (log_id = 1),
    size bigint NOT NULL CHECK (size >= 0),
    last_at timestamptz NOT NULL
);
INSERT INTO record_head VALUES (1, 0, '1970-01-01 00:00:00+00');
"""

# The head is locked last and for one round trip only; the time is taken under that lock and never falls.
APPEND = """
CREATE FUNCTION record_append(actor text, body text, id uuid, subject text, type text, not_after timestamptz)
RETURNS TABLE (o_idx bigint, o_n integer, o_at timestamptz, o_leaf bytea, o_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    content jsonb := body::jsonb;
    bytes bytea;
BEGIN
    IF subject !~ '^[a-z0-9][a-z0-9/._-]{0,199}$' OR type !~ '^[a-z]+\\.[a-z]+$'
       OR jsonb_typeof(actor::jsonb) <> 'object' OR jsonb_typeof(content) <> 'object' THEN
        RAISE EXCEPTION 'not the parts of an entry' USING ERRCODE = 'PH002';
    END IF;
    UPDATE public.record_head AS h SET size = h.size + 1, last_at = greatest(h.last_at, clock_timestamp())
        WHERE h.log_id = 1 RETURNING h.size - 1, h.last_at INTO o_idx, o_at;
    IF not_after IS NOT NULL AND o_at >= not_after THEN
        RAISE EXCEPTION 'past the closing time' USING ERRCODE = 'PH001';
    END IF;
    SELECT coalesce(max(l.subject_seq), 0) + 1 INTO o_n
        FROM public.record_leaf l WHERE l.subject = record_append.subject;
    bytes := convert_to(
        '{"actor":' || actor
        || ',"at":"' || to_char(o_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || '","body":' || body || ',"id":"' || id || '","n":' || o_n
        || ',"subject":"' || subject || '","type":"' || type || '","v":1}', 'UTF8');
    o_leaf := bytes;
    o_hash := sha256('\\x00'::bytea || bytes);
    INSERT INTO public.record_leaf VALUES (
        o_idx, bytes, o_hash, subject, o_n, id, type,
        CASE WHEN subject LIKE 'process/%' THEN substr(subject, 9) ELSE content ->> 'process' END,
        (content ->> 'told_at')::timestamptz, o_at);
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION record_append FROM PUBLIC;
"""

GUARDS = """
CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'PH003';
END $$;
CREATE FUNCTION record_head_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size <> OLD.size + 1 OR NEW.last_at < OLD.last_at OR NEW.log_id <> OLD.log_id THEN
        RAISE EXCEPTION 'The head of the record only grows, one entry at a time' USING ERRCODE = 'PH003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER record_leaf_row BEFORE UPDATE OR DELETE ON record_leaf FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_leaf_all BEFORE TRUNCATE ON record_leaf FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_head_row BEFORE DELETE ON record_head FOR EACH ROW EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_head_all BEFORE TRUNCATE ON record_head FOR EACH STATEMENT EXECUTE FUNCTION record_refuse();
CREATE TRIGGER record_head_size BEFORE UPDATE ON record_head FOR EACH ROW EXECUTE FUNCTION record_head_step();
ALTER TABLE record_leaf ENABLE ALWAYS TRIGGER record_leaf_row;
ALTER TABLE record_leaf ENABLE ALWAYS TRIGGER record_leaf_all;
ALTER TABLE record_head ENABLE ALWAYS TRIGGER record_head_row;
ALTER TABLE record_head ENABLE ALWAYS TRIGGER record_head_all;
ALTER TABLE record_head ENABLE ALWAYS TRIGGER record_head_size;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
