"""Writers wait for the head of the record in a queue, in the order in which they came.

Who waits for a row wakes up with all others and looks at it anew; who waits for an advisory lock is handed it. At
eight connections an append takes a twentieth less. The number is that of the RFC of Merkle logs; nothing else takes it.
"""

from __future__ import annotations

from django.db import migrations

# As in 0005, but for the queue.
APPEND = r"""
CREATE OR REPLACE FUNCTION record_append(
    actor text, body text, id uuid, subject text, type text, not_after timestamptz)
RETURNS TABLE (o_idx bigint, o_n integer, o_at timestamptz, o_leaf bytea, o_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who jsonb := actor::jsonb;
    content jsonb := body::jsonb;
    digits text := id::text;
    bytes bytea;
BEGIN
    IF subject !~ '^[a-z0-9][a-z0-9/._-]{0,199}$' OR type !~ '^[a-z]+\.[a-z]+$' THEN
        RAISE EXCEPTION 'not the parts of an entry' USING ERRCODE = 'PH002';
    END IF;
    IF jsonb_typeof(content) <> 'object' OR public.record_form(content, 2) <> body
       OR NOT public.record_is_plain(body) OR body IS NOT NFC NORMALIZED THEN
        RAISE EXCEPTION 'not the body of an entry: %', public.record_fault(content, body) USING ERRCODE = 'PH002';
    END IF;
    IF jsonb_typeof(who) <> 'object' OR public.record_form(who, 2) <> actor
       OR NOT public.record_is_plain(actor) OR actor IS NOT NFC NORMALIZED THEN
        RAISE EXCEPTION 'not the actor of an entry: %', public.record_fault(who, actor) USING ERRCODE = 'PH002';
    END IF;
    IF substr(digits, 15, 1) <> '7' OR substr(digits, 20, 1) NOT IN ('8', '9', 'a', 'b') OR abs(
        ('x' || substr(digits, 1, 8) || substr(digits, 10, 4))::bit(48)::bigint
        - (extract(epoch FROM clock_timestamp()) * 1000)::bigint) > 86400000 THEN
        RAISE EXCEPTION 'the id was not made near this time' USING ERRCODE = 'PH004';
    END IF;
    PERFORM pg_advisory_xact_lock(6962);
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
    o_hash := sha256('\x00'::bytea || bytes);
    INSERT INTO public.record_leaf VALUES (
        o_idx, bytes, o_hash, subject, o_n, id, type,
        CASE WHEN subject LIKE 'process/%' THEN substr(subject, 9) ELSE content ->> 'process' END,
        (content ->> 'told_at')::timestamptz, o_at);
    RETURN NEXT;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0008_redacting")]

    operations = [migrations.RunSQL(APPEND, migrations.RunSQL.noop)]
