"""The database itself refuses to change what was recorded, and queues every entry for its seal."""

from django.db import migrations

FORWARD = """
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one door: audit_purge() takes out entries older than a year, and only their text; seals stay.
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' THEN
        IF current_setting('giamsat.audit_purge', true) = 'on' AND OLD.at < now() - interval '12 months' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit: % on % is refused; the trail is only ever added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_queue_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER audit_entry_queued AFTER INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_queue_for_seal();

CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_minute_unchanged BEFORE UPDATE OR DELETE ON audit_minute
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_not_emptied BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_minute_not_emptied BEFORE TRUNCATE ON audit_minute
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- Runs with the rights of the owner of the tables, so that the application needs none to delete.
CREATE FUNCTION audit_purge(before_instant timestamptz, through_seq bigint, kept_verbs text[])
RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF before_instant > now() - interval '12 months' THEN
        RAISE EXCEPTION 'audit: entries younger than 12 months are not purged'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('giamsat.audit_purge', 'on', true);
    RETURN QUERY
        WITH gone AS (
            DELETE FROM audit_entry e USING audit_seal s
            WHERE s.entry_id = e.id AND s.seq <= through_seq AND e.at < before_instant
              AND NOT (split_part(e.verb, '.', 1) = ANY (kept_verbs))
            RETURNING s.seq
        )
        SELECT seq FROM gone ORDER BY seq;
    PERFORM set_config('giamsat.audit_purge', 'off', true);
END $$;
REVOKE ALL ON FUNCTION audit_purge(timestamptz, bigint, text[]) FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_seal, audit_minute FROM PUBLIC;
"""

BACKWARD = """
DROP FUNCTION audit_purge(timestamptz, bigint, text[]);
DROP FUNCTION audit_refuse_change() CASCADE;
DROP FUNCTION audit_queue_for_seal() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
