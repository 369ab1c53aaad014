"""Versions are added, never changed: the database refuses it too."""

from django.db import migrations

VERSIONS = """
CREATE FUNCTION observations_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'report version % is never deleted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.report_id, NEW.number, NEW.form_id, NEW.delivery_id, NEW."values", NEW.recorded_at,
        NEW.recorded_by_id, NEW.recorded_by_name)
       IS DISTINCT FROM
       (OLD.id, OLD.report_id, OLD.number, OLD.form_id, OLD.delivery_id, OLD."values", OLD.recorded_at,
        OLD.recorded_by_id, OLD.recorded_by_name)
       OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at)
       OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
    THEN
        RAISE EXCEPTION 'report version % is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_version_is_kept BEFORE UPDATE OR DELETE ON observations_reportversion
    FOR EACH ROW EXECUTE FUNCTION observations_keep_version();
"""
FORGET_VERSIONS = """
DROP TRIGGER report_version_is_kept ON observations_reportversion;
DROP FUNCTION observations_keep_version();
"""


class Migration(migrations.Migration):
    dependencies = [("observations", "0001_initial")]

    operations = [
        migrations.RunSQL(VERSIONS, FORGET_VERSIONS),
    ]
