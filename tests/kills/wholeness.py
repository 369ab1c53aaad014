"""Whole or absent: what must hold of every submission in the database, whatever was killed when."""

from typing import Any

import psycopg

# Each question gives the rows that are wrong.
QUESTIONS = {
    "a report has figures": "SELECT id FROM observations_report WHERE current_id IS NULL",
    "versions are numbered from one, and the last is the one at hand": """
        SELECT r.id FROM observations_report r JOIN observations_reportversion v ON v.report_id = r.id
        GROUP BY r.id HAVING count(*) <> max(v.number)
            OR max(v.id) FILTER (WHERE v.number = (SELECT max(number) FROM observations_reportversion
                                                   WHERE report_id = r.id)) <> min(r.current_id)""",
    "a version came by an accepted delivery for its unit": """
        SELECT v.id FROM observations_reportversion v JOIN observations_report r ON r.id = v.report_id
        LEFT JOIN sources_delivery d ON d.id = v.delivery_id
        WHERE d.status IS DISTINCT FROM 'accepted' OR d.unit_id <> r.unit_id""",
    "an accepted delivery became a version, once": """
        SELECT d.id FROM sources_delivery d LEFT JOIN observations_reportversion v ON v.delivery_id = d.id
        WHERE d.status = 'accepted' GROUP BY d.id HAVING count(v.id) <> 1""",
    "a report has its score": """
        SELECT r.id FROM observations_report r LEFT JOIN quality_reportscore s
            ON (s.unit_id, s.form_code, s.period_key, s.basis) = (r.unit_id, r.form_code, r.period_key, r.basis)
        GROUP BY r.id HAVING count(s.id) <> 1""",
    "a finding belongs to a version": """
        SELECT f.id FROM quality_storedfinding f LEFT JOIN observations_reportversion v ON v.id = f.report_version_id
        WHERE v.id IS NULL""",
    "the trail tells of every version once": """
        SELECT v.id FROM observations_reportversion v LEFT JOIN audit_entry e ON e.verb = 'report.received'
            AND e.subject = 'report:' || v.report_id AND (e.facts->>'version')::int = v.number
            AND (e.facts->>'delivery')::int = v.delivery_id
        GROUP BY v.id HAVING count(e.id) <> 1""",
    "the trail tells of nothing that is not there": """
        SELECT e.id FROM audit_entry e WHERE e.verb = 'report.received' AND NOT EXISTS (
            SELECT FROM observations_reportversion v WHERE e.subject = 'report:' || v.report_id
            AND (e.facts->>'version')::int = v.number)""",
    "what was submitted stands in the trail and in the news, once": """
        SELECT r.id FROM observations_report r
        WHERE (r.submitted_at IS NOT NULL)::int <> (SELECT count(*) FROM audit_entry e
            WHERE e.verb = 'report.submitted' AND e.subject = 'report:' || r.id)
        OR (r.submitted_at IS NOT NULL)::int <> (SELECT count(*) FROM outbox_storedevent s
            WHERE s.name = 'observations.report_submitted' AND (s.payload->>'report_id')::int = r.id)""",
    "what was accepted is in force, in the trail and in the news, once": """
        SELECT r.id FROM observations_report r LEFT JOIN observations_reportversion v ON v.id = r.in_force_id
        WHERE (r.status = 'TIEP_NHAN') <> (v.accepted_at IS NOT NULL)
        OR (r.status = 'TIEP_NHAN')::int <> (SELECT count(*) FROM audit_entry e
            WHERE e.verb = 'report.accepted' AND e.subject = 'report:' || r.id)
        OR (r.status = 'TIEP_NHAN')::int <> (SELECT count(*) FROM outbox_storedevent s
            WHERE s.name = 'observations.report_accepted' AND (s.payload->>'report_id')::int = r.id)""",
    "a delivery is told in the trail when it was refused": """
        SELECT d.id FROM sources_delivery d WHERE d.status = 'refused' AND 1 <> (SELECT count(*)
            FROM audit_entry e WHERE e.verb = 'delivery.refused' AND e.subject = 'delivery:' || d.id)""",
    "an entry of the trail is sealed or waits for its seal": """
        SELECT e.id FROM audit_entry e
        WHERE (SELECT count(*) FROM audit_seal s WHERE s.entry_id = e.id)
            + (SELECT count(*) FROM audit_unsealed u WHERE u.entry_id = e.id) <> 1""",
}
# These hold once the worker has nothing more to do.
QUESTIONS_AT_REST = {
    "every event has a number, without gaps": """
        SELECT 1 FROM outbox_storedevent HAVING count(*) <> coalesce(max(seq), 0)""",
    "every event is heard once by the warehouse": """
        SELECT s.id FROM outbox_storedevent s WHERE s.name = 'observations.report_accepted' AND 1 <> (
            SELECT count(*) FROM outbox_handled h WHERE h.event_id = s.id
            AND h.handler = 'analysis.warehouse.handlers.report_changed')""",
    "no news waits to be published": "SELECT id FROM warehouse_waiting",
    "no job failed": "SELECT id FROM procrastinate_jobs WHERE status = 'failed' AND task_name = 'outbox.handle'",
}


def faults(database: "psycopg.Connection[Any]", *, at_rest: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """What does not hold, with the rows that show it."""
    questions = QUESTIONS | QUESTIONS_AT_REST if at_rest else QUESTIONS
    found = {what: database.execute(query).fetchall() for what, query in questions.items()}
    return {what: rows for what, rows in found.items() if rows}
