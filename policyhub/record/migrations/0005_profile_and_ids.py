"""The whole profile of canonical bytes is asked for where an entry is written, and each broken rule is named.

An id is made near the time of writing, so that whoever checks a record need not remember every id for ever.
"""

from __future__ import annotations

from django.db import migrations

# One form for each value that has one; what breaks a rule comes out with a mark that no JSON has outside its strings.
# Plain values are written without a call of their own: an append takes half the time.
CANONICAL = r"""
CREATE FUNCTION record_number(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN said ~ '^-?[0-9]{1,15}$' THEN said
            WHEN said ~ '^-?[0-9]{16}$' AND abs(said::numeric) < 9007199254740992 THEN said ELSE '!' END;

CREATE FUNCTION record_form(value jsonb, depth integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF depth > 8 AND jsonb_typeof(value) IN ('object', 'array') THEN
        RETURN '!';
    END IF;
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        RETURN '{' || coalesce((
            SELECT string_agg(
                CASE WHEN e.key ~ '^[a-z][a-z0-9_]{0,30}$' THEN '"' || e.key || '":' ELSE '!' END
                || CASE jsonb_typeof(e.value)
                    WHEN 'string' THEN e.value::text
                    WHEN 'number' THEN public.record_number(e.value::text)
                    WHEN 'object' THEN public.record_form(e.value, depth + 1)
                    WHEN 'array' THEN public.record_form(e.value, depth + 1)
                    ELSE e.value::text END, ',' ORDER BY e.key COLLATE "C")
            FROM jsonb_each(value) e), '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(public.record_form(e.value, depth + 1), ',' ORDER BY e.ordinality)
            FROM jsonb_array_elements(value) WITH ORDINALITY e), '') || ']';
    WHEN 'number' THEN
        RETURN public.record_number(value::text);
    ELSE
        RETURN value::text;
    END CASE;
END $$;

-- JSON in ASCII without an escape holds nothing to ask about: it has no control characters and one normal form.
CREATE FUNCTION record_is_plain(said text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT
RETURN octet_length(said) = length(said) AND strpos(said, chr(92)) = 0
    OR said !~ '[\u0001-\u001f\u202a-\u202e\u2066-\u2069]'
    AND said !~ '(^|[^\\])(\\\\)*\\([bfnrt]|u00[01])';
"""

# Asked only when something is wrong: which rule of core.canonical it is.
FAULT = r"""
CREATE FUNCTION record_fault(value jsonb, said text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found text;
BEGIN
    IF jsonb_typeof(value) <> 'object' THEN
        RETURN 'the outermost value must be an object';
    ELSIF NOT public.record_is_plain(said) THEN
        RETURN 'a string holds a control character or a bidi control';
    ELSIF said IS NOT NFC NORMALIZED THEN
        RETURN 'a string is not in NFC';
    END IF;
    WITH RECURSIVE inside (v, k, depth) AS (
        SELECT value, 'a', 1
        UNION ALL
        SELECT c.v, c.k, i.depth + 1 FROM inside i, LATERAL (
            SELECT e.value, e.key FROM jsonb_each(CASE jsonb_typeof(i.v) WHEN 'object' THEN i.v ELSE '{}' END) e
            UNION ALL
            SELECT e.value, 'a'
            FROM jsonb_array_elements(CASE jsonb_typeof(i.v) WHEN 'array' THEN i.v ELSE '[]' END) e) c (v, k)
    )
    SELECT min(CASE
        WHEN k !~ '^[a-z][a-z0-9_]{0,30}$' THEN 'a key is not of the allowed form'
        WHEN depth > 8 AND jsonb_typeof(v) IN ('object', 'array') THEN 'nested deeper than 8 levels'
        WHEN jsonb_typeof(v) = 'number' AND v::text !~ '^-?[0-9]+$' THEN 'a number is not whole'
        WHEN jsonb_typeof(v) = 'number' AND public.record_number(v::text) = '!' THEN 'a number is beyond 2^53-1'
        END) INTO found FROM inside;
    RETURN coalesce(found, 'the bytes are not the canonical form of their content');
END $$;
REVOKE ALL ON FUNCTION record_number, record_form, record_is_plain, record_fault FROM PUBLIC;
"""

# As in 0004, but for the conditions. All of them are judged before the head is locked.
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
DROP FUNCTION record_canonical;
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0004_canonical_parts")]

    operations = [
        migrations.RunSQL(CANONICAL, migrations.RunSQL.noop),
        migrations.RunSQL(FAULT, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND, migrations.RunSQL.noop),
    ]
