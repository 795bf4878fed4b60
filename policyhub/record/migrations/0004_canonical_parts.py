"""What is not canonical is refused where it is written: no door can put bytes on the record that nobody can check."""

from __future__ import annotations

from django.db import migrations

# The one form of a value in the profile of core.canonical: keys in order of their bytes and once, no spaces, whole
# numbers. Text that names a key twice, or writes a value in another way, does not come out as it went in.
CANONICAL = """
CREATE FUNCTION record_canonical(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        RETURN '{' || coalesce((
            SELECT string_agg(
                to_json(e.key)::text || ':' || public.record_canonical(e.value), ',' ORDER BY e.key COLLATE "C")
            FROM jsonb_each(value) e), '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(public.record_canonical(e.value), ',' ORDER BY e.ordinality)
            FROM jsonb_array_elements(value) WITH ORDINALITY e), '') || ']';
    WHEN 'number' THEN
        IF value::text !~ '^-?[0-9]{1,16}$' THEN
            RAISE EXCEPTION 'a number is not whole, or too large' USING ERRCODE = 'PH002';
        END IF;
        RETURN value::text;
    ELSE
        RETURN value::text;
    END CASE;
END $$;
REVOKE ALL ON FUNCTION record_canonical FROM PUBLIC;
"""

# As in 0002, but for the first condition.
APPEND = """
CREATE OR REPLACE FUNCTION record_append(
    actor text, body text, id uuid, subject text, type text, not_after timestamptz)
RETURNS TABLE (o_idx bigint, o_n integer, o_at timestamptz, o_leaf bytea, o_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    content jsonb := body::jsonb;
    bytes bytea;
BEGIN
    IF subject !~ '^[a-z0-9][a-z0-9/._-]{0,199}$' OR type !~ '^[a-z]+\\.[a-z]+$'
       OR jsonb_typeof(actor::jsonb) <> 'object' OR jsonb_typeof(content) <> 'object'
       OR public.record_canonical(content) <> body OR public.record_canonical(actor::jsonb) <> actor THEN
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
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0003_checkpoints")]

    operations = [
        migrations.RunSQL(CANONICAL, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND, migrations.RunSQL.noop),
    ]
