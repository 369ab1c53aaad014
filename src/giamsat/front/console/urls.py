"""Every page of the console, one line each."""

from django.urls import path

from giamsat.front.console import (
    audit,
    deliveries,
    entry,
    geometry,
    inbox,
    live,
    overview,
    report_scores,
    reports,
    requests,
    systems,
    territory,
    units,
    warnings,
)

ONE_FORM = "<str:unit_code>/<str:form_code>/<str:period_key>/<str:basis>"
ONE_FINDING = "reports/<int:number>/findings/<int:finding>"

app_name = "console"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("live/overview/", live.overview_stream, name="overview_stream"),
    path("map/", territory.map_page, name="map"),
    path("map/figures.json", territory.map_figures, name="map_figures"),
    path("geometry/shapes.json", geometry.shapes, name="shapes"),
    path("units/", units.unit_list, name="units"),
    path("units/suggest/", units.suggestions, name="unit_suggestions"),
    path("units/<str:code>/", units.unit_page, name="unit"),
    path("entry/", entry.entry, name="entry"),
    path("entry/to-do.csv", entry.entry_csv, name="entry_csv"),
    path("entry/upload/", entry.entry_upload, name="entry_upload"),
    path(f"entry/{ONE_FORM}/", entry.entry_form, name="entry_form"),
    path(f"entry/{ONE_FORM}/check/", entry.entry_check, name="entry_check"),
    path(f"entry/{ONE_FORM}/template.xlsx", entry.entry_template, name="entry_template"),
    path("deliveries/<int:number>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:number>/file", deliveries.delivery_file, name="delivery_file"),
    path("reports/<int:number>/", reports.report, name="report"),
    path("reports/<int:number>/acts/", reports.report_acts, name="report_acts"),
    path("reports/<int:number>/report.csv", reports.report_csv, name="report_csv"),
    path("reports/<int:number>/submit/", reports.report_submit, name="report_submit"),
    path("reports/<int:number>/accept/", reports.report_accept, name="report_accept"),
    path("reports/<int:number>/send-back/", reports.report_send_back, name="report_send_back"),
    path(f"{ONE_FINDING}/explain/", reports.finding_explain, name="finding_explain"),
    path("reports/<int:number>/scores/", report_scores.scores, name="scores"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/inbox.csv", inbox.inbox_csv, name="inbox_csv"),
    path("warnings/", warnings.warnings, name="warnings"),
    path("warnings/warnings.csv", warnings.warnings_csv, name="warnings_csv"),
    path("warnings/<int:number>/", warnings.warning, name="warning"),
    path("warnings/<int:number>/dismiss/", warnings.warning_dismiss, name="warning_dismiss"),
    path("warnings/<int:number>/request/", warnings.warning_request, name="warning_request"),
    path("requests/", requests.requests, name="requests"),
    path("requests/requests.csv", requests.requests_csv, name="requests_csv"),
    path("requests/<int:number>/", requests.request, name="request"),
    path("requests/<int:number>/answer/", requests.request_answer, name="request_answer"),
    path("requests/<int:number>/close/", requests.request_close, name="request_close"),
    path("requests/<int:number>/return/", requests.request_return, name="request_return"),
    path("answers/<int:number>/file", requests.answer_file, name="answer_file"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.audit_csv, name="audit_csv"),
    path("audit/verify/", audit.audit_verify, name="audit_verify"),
    path("systems/", systems.systems, name="systems"),
]
