"""Who gets what from every address: handbook §2.7b and the decisions on visibility, as data.

The objects behind the addresses belong to Hua Bum, a commune of Lai Châu. Seen from there:
compiler and head work in it (own unit), the approver sits directly above (child unit), the neighbour in the next
commune (sibling), the foreign approver in another province (foreign); watcher, leader, committee leader,
synthesis, duty officer, auditor and administrators at the Centre; the province's administrator manages accounts of Lai
Châu, the foreign one those of Huế; nobody has an account and no right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN = {"compiler", "head"}
ABOVE = {"approver"}
SIBLING = {"neighbour"}
FOREIGN = {"foreign_approver"}
CENTRE_READERS = {"watcher", "leader", "committee_leader", "synthesis"}
MANAGERS = {"security_admin", "province_admin"}  # of the accounts of Hua Bum
ADMINS = {"system_admin", "data_admin", "foreign_admin", *MANAGERS}
OTHERS = {"duty_officer", "auditor", "nobody", *ADMINS}
EVERYONE = OWN | ABOVE | SIBLING | FOREIGN | CENTRE_READERS | OTHERS

READERS = OWN | ABOVE | CENTRE_READERS
INSIDE = OWN | ABOVE  # the unit and its direct superior: small figures are shown
OUTSIDE = CENTRE_READERS
WARNED = READERS | {"duty_officer"}  # who knows of a warning; its evidence is for readers
CORRESPONDING = READERS - {
    "synthesis"
}  # what people wrote and sent: an analyst has its traces, not its words
REPORTING = OWN | SIBLING

SYSTEM_READERS = {"leader", "committee_leader", "synthesis", "duty_officer", "auditor", *ADMINS}


@dataclass(frozen=True)
class Rule:
    """One address. Whoever is in no set is refused, and never finds ``marker`` in the answer.

    ``full`` find the marker, ``masked`` find ``mask`` in its place, ``empty`` get a page without it.
    ``act`` posts: those in ``full`` are served (any answer but a refusal of rights).
    """

    address: str
    marker: str = ""
    full: frozenset[str] | set[str] = frozenset()
    masked: frozenset[str] | set[str] = frozenset()
    mask: str = "•••"
    empty: frozenset[str] | set[str] = frozenset()
    act: bool = False
    data: Mapping[str, str] = field(default_factory=dict)


UNIT_VALUE = 'data-value="4.0000"><b>4</b>'
FORM = "/entry/03466/BMT/2026-M10/own/"
CALENDAR = "place=12&year=2026&level=2&period=2026-M05"
VERSION = {"version": "1"}
ANSWERED = {"seen": "2"}  # of a warning: asked, then answered
REASON = {
    "reason": "Đề nghị rà soát lại số liệu",
    "text": "Đề nghị rà soát lại số liệu",
    "due_on": "2026-10-20",
}

MATRIX: dict[str, Rule] = {
    # aggregates of the Centre and the points are everybody's; detail of a unit is for those who read it
    "console:overview": Rule(
        "/?period=2026-M05", 'data-key="03466" data-state', full=INSIDE, empty=EVERYONE - INSIDE
    ),
    "console:map": Rule("/map/", "<gs-map", full=EVERYONE),
    "console:map_figures": Rule(
        "/map/figures.json?period=2026-M05&within=12", "03466", full=ABOVE | CENTRE_READERS
    ),
    "console:targets": Rule("/targets/?place=00", 'data-key="T05-12"', full=EVERYONE),
    "console:targets_csv": Rule("/targets/targets.csv?place=00", "T05,", full=EVERYONE),
    "console:calendar": Rule(
        f"/calendar/?{CALENDAR}", "/units/03466/", full=READERS, empty=EVERYONE - READERS
    ),
    "console:calendar_remind": Rule(
        "/calendar/remind/",
        full={"approver", "synthesis", "foreign_approver"},
        act=True,
        data={"period": "2026-9M"},
    ),
    "console:calendar_csv": Rule(
        f"/calendar/completeness.csv?{CALENDAR}", "03466,", full=READERS, empty=EVERYONE - READERS
    ),
    "console:calendar_xlsx": Rule(
        f"/calendar/completeness.xlsx?{CALENDAR}", "xl/workbook.xml", full=EVERYONE
    ),
    "console:calendar_units": Rule(
        f"/calendar/reports/?{CALENDAR}", 'data-key="03466-BMT-own"', full=READERS, empty=EVERYONE - READERS
    ),
    "console:calendar_units_csv": Rule(
        f"/calendar/reports/owed.csv?{CALENDAR}", "03466,", full=READERS, empty=EVERYONE - READERS
    ),
    "console:calendar_units_xlsx": Rule(
        f"/calendar/reports/owed.xlsx?{CALENDAR}", "xl/workbook.xml", full=EVERYONE
    ),
    "console:reference": Rule("/reference/", "Published figures", full=EVERYONE),
    "console:rules": Rule("/rules/", "Rules on reports", full=EVERYONE),
    "console:units": Rule(
        "/units/?place=12", "/units/03466/", full=READERS, empty=SIBLING | FOREIGN | OTHERS
    ),
    "console:unit_suggestions": Rule(
        "/units/suggest/?q=03466", "/units/03466/", full=WARNED, empty=EVERYONE - WARNED
    ),
    "console:unit": Rule(
        "/units/03466/?period=2026-M05&form=BMT.own",
        UNIT_VALUE,
        full=INSIDE,
        masked=OUTSIDE,
        empty={"duty_officer"},
    ),
    "console:unit_pdf": Rule(
        "/units/03466/2025-M10/reports.pdf?language=en", "violation persons 3 ", full=INSIDE, masked=OUTSIDE
    ),
    "console:unit_xlsx": Rule(
        "/units/03466/2025-M10/reports.xlsx?language=en", "violation persons 3 ", full=INSIDE, masked=OUTSIDE
    ),
    "console:unit_over_maps": Rule("/units/03466/over-maps/", "Like for like", full=READERS),
    "console:entry": Rule("/entry/", "/entry/03466/", full={"compiler"}, empty={"head", *SIBLING}),
    "console:entry_csv": Rule("/entry/to-do.csv", "03466,", full=OWN, empty=SIBLING),
    "console:entry_form": Rule(FORM, 'data-cell="D08"', full={"compiler"}),
    "console:entry_check": Rule(f"{FORM}check/", '"findings"', full={"compiler"}, act=True),
    "console:entry_template": Rule(f"{FORM}template.xlsx", "xl/workbook.xml", full={"compiler"}),
    "console:entry_upload": Rule("/entry/upload/", "", full=REPORTING, act=True),
    # the sum of a unit's own level: its own people alone, and of the Centre those who accept there
    "console:consolidate": Rule(
        "/consolidate/?period=2026-9M&form=BM05P", "03466", full=ABOVE, empty=FOREIGN | {"synthesis"}
    ),
    "console:consolidate_csv": Rule(
        "/consolidate/sum.csv?period=2026-9M&form=BM05P",
        ",Provincial level,",
        full=ABOVE | FOREIGN | {"synthesis"},
    ),
    "console:consolidate_make": Rule("/consolidate/make/", act=True, data={"period": "2026-9M"} | VERSION),
    "console:consolidate_estimate": Rule("/consolidate/estimate/?period=2026-9M&form=BM05P&unit=03466"),
    "console:consolidate_estimate_withdraw": Rule("/consolidate/estimate/{estimate}/withdraw/", act=True),
    "console:delivery": Rule("/deliveries/{delivery}/", "“mười”", full=INSIDE),
    "console:delivery_file": Rule("/deliveries/{delivery}/file", "mười", full=INSIDE),
    # many files together are their sender's alone: what became of them quotes figures of many units
    "console:consignments": Rule(
        "/consignments/", "/consignments/{consignment}/", full={"compiler"}, empty=SIBLING
    ),
    "console:consignment": Rule("/consignments/{consignment}/", "cả xã.csv", full={"compiler"}),
    "console:consignment_cancel": Rule("/consignments/{consignment}/cancel/", full={"compiler"}, act=True),
    "console:consignment_go_on": Rule("/consignments/{consignment}/go-on/", full={"compiler"}, act=True),
    "console:consignment_csv": Rule(
        "/consignments/{consignment}/report.csv", "source.no_such_kind", full={"compiler"}
    ),
    "console:consignment_xlsx": Rule(
        "/consignments/{consignment}/report.xlsx", "xl/workbook.xml", full={"compiler"}
    ),
    "console:report": Rule("/reports/{report}/", 'gs-now">3</td>', full=INSIDE, masked=OUTSIDE),
    "console:report_acts": Rule("/reports/{report}/acts/", "report-acts", full=READERS),
    "console:report_changes": Rule(
        "/reports/{report}/changes/", "There is one version of this report", full=READERS
    ),
    "console:report_csv": Rule("/reports/{report}/report.csv", ",Total,3,", full=INSIDE, masked=OUTSIDE),
    "console:report_pdf": Rule(
        "/reports/{report}/report.pdf?language=en", "violation persons 3 ", full=INSIDE, masked=OUTSIDE
    ),
    "console:report_xlsx": Rule(
        "/reports/{report}/report.xlsx?language=en", "violation persons 3 ", full=INSIDE, masked=OUTSIDE
    ),
    "console:report_submit": Rule("/reports/{report}/submit/", full={"head"}, act=True, data=VERSION),
    "console:report_accept": Rule("/reports/{report}/accept/", full={"approver"}, act=True, data=VERSION),
    "console:report_send_back": Rule(
        "/reports/{report}/send-back/", full={"approver"}, act=True, data=REASON | VERSION
    ),
    "console:report_reopen": Rule("/reports/{report}/reopen/", full={"approver"}, act=True, data=REASON),
    "console:report_take_back": Rule(
        "/reports/{report}/take-back/", full={"approver"}, act=True, data=REASON | VERSION
    ),
    "console:late_opening": Rule("/late/03466/BMT/2026-M08/own/", "Late openings", full={"approver"}),
    "console:late_opening_confirm": Rule("/late/{opening}/confirm/", full={"approver"}, act=True),
    "console:late_opening_end": Rule("/late/{opening}/end/", full={"approver"}, act=True),
    "console:finding_explain": Rule(
        "/reports/{draft}/findings/{finding}/explain/", full={"compiler"}, act=True, data=REASON
    ),
    "console:scores": Rule("/reports/{report}/scores/", "score-correct", full=READERS),
    "console:quality": Rule("/quality/?place=00&kind=M", 'data-key="2026-M05"', full=EVERYONE),
    "console:quality_csv": Rule("/quality/quality.csv?place=00&kind=M", "2026-M05,", full=EVERYONE),
    "console:score_object": Rule(
        "/reports/{report}/scores/object/",
        full={"head"},
        act=True,
        data=REASON | {"part": "unique", "seen": "1"},
    ),
    "console:objections": Rule(
        "/objections/", "/objections/{objection}/", full=INSIDE, empty=EVERYONE - INSIDE
    ),
    "console:objection": Rule("/objections/{objection}/", "Máy chủ của tỉnh dừng", full=INSIDE),
    "console:objection_answer": Rule(
        "/objections/{objection}/answer/",
        full={"approver"},
        act=True,
        data={"decision": "upheld", "answer": "Đề nghị rà soát lại"},
    ),
    "console:objection_file": Rule("/objections/{objection}/file", "%PDF-1.7 phieu", full=INSIDE),
    "console:inbox": Rule("/inbox/", "/reports/{report}/", full=ABOVE, empty=FOREIGN | {"synthesis"}),
    "console:inbox_csv": Rule("/inbox/inbox.csv", "03466,", full=ABOVE, empty=FOREIGN | {"synthesis"}),
    "console:warnings": Rule("/warnings/", "/warnings/{warning}/", full=WARNED, empty=SIBLING | FOREIGN),
    "console:warnings_csv": Rule("/warnings/warnings.csv", "03466,", full=WARNED, empty=SIBLING | FOREIGN),
    "console:warning": Rule("/warnings/{warning}/", "88–177", full=READERS, empty={"duty_officer"}),
    "console:warning_dismiss": Rule(
        "/warnings/{warning}/dismiss/", full={"watcher", "leader"}, act=True, data=REASON | {"seen": "0"}
    ),
    "console:warning_request": Rule(
        "/warnings/{warning}/request/", full={"watcher", "leader"}, act=True, data=REASON
    ),
    "console:requests": Rule(
        "/requests/", "/requests/{request}/", full=CORRESPONDING, empty=EVERYONE - CORRESPONDING
    ),
    "console:requests_csv": Rule(
        "/requests/requests.csv", "03466,", full=CORRESPONDING, empty=EVERYONE - CORRESPONDING
    ),
    "console:request": Rule("/requests/{request}/", "sáu chi bộ", full=CORRESPONDING),
    "console:request_answer": Rule("/requests/{request}/answer/", full=OWN, act=True, data=REASON | ANSWERED),
    "console:request_close": Rule(
        "/requests/{request}/close/", full={"watcher", "leader"}, act=True, data=ANSWERED
    ),
    "console:request_return": Rule(
        "/requests/{request}/return/", full={"watcher", "leader"}, act=True, data=REASON | ANSWERED
    ),
    "console:answer_file": Rule("/answers/{answer}/file", "%PDF", full=CORRESPONDING),
    "console:audit": Rule("/audit/", "Submitted a report", full={"auditor"}),
    "console:audit_csv": Rule("/audit/audit.csv", "report.submitted", full={"auditor"}),
    "console:audit_verify": Rule("/audit/verify/", "Verified now", full={"auditor"}, act=True),
    "console:systems": Rule(
        "/systems/",
        "PostgreSQL",
        full=SYSTEM_READERS,
    ),
    "console:systems_jobs": Rule("/systems/jobs/", 'id="failed-jobs"', full=SYSTEM_READERS),
    "console:systems_job_retry": Rule("/systems/jobs/{job}/retry/", full={"system_admin"}, act=True),
    "console:systems_job_give_up": Rule(
        "/systems/jobs/{job}/give-up/", full={"system_admin"}, act=True, data=REASON
    ),
}

# Definitions: published ones are for all who work with forms, drafts for who drafts or publishes for the organisation.
DEFINITION_READERS = EVERYONE - {"duty_officer", "nobody", "foreign_admin", *MANAGERS}
DRAFTERS = {"synthesis", "data_admin"}
MATRIX |= {
    "console:design": Rule(
        "/design/?kind=rule", "/design/{design}/", full=DRAFTERS, empty=DEFINITION_READERS - DRAFTERS
    ),
    "console:design_begin": Rule(
        "/design/begin/", full=DRAFTERS, act=True, data={"kind": "rule", "code": "R-07"}
    ),
    "console:design_draft": Rule("/design/{design}/", 'name="f.severity"', full=DRAFTERS),
    "console:design_yaml": Rule("/design/{design}/draft.yaml", "code: R-06", full=DRAFTERS),
    "console:design_template": Rule("/design/{form_draft}/template.xlsx", "xl/workbook.xml", full=DRAFTERS),
    "console:design_try": Rule(
        "/design/{design}/try/",
        full=DRAFTERS,
        act=True,
        data={"form": "BMT", "basis": "own", "period": "2026-M08"},
    ),
    "console:design_withdraw": Rule("/design/{design}/withdraw/", full=DRAFTERS, act=True, data=REASON),
    "console:design_publish": Rule(
        "/design/{design}/publish/", full={"data_admin"}, act=True, data={"version": "1"}
    ),
    "console:design_published": Rule("/design/rule/R-06/v1/", "severity: E", full=DEFINITION_READERS),
    "console:design_published_yaml": Rule("/design/rule/R-06/v1.yaml", "code: R-06", full=DEFINITION_READERS),
}

# Accounts: the compiler of Hua Bum is looked at; each act belongs to who manages Hua Bum's accounts.
ACCOUNT = "/administration/accounts/{account}/"
RIGHT = {"role": "watcher", "unit": "03466", "first_day": "2026-10-01", "reason": "Quyết định phân công"}
CONFLICT = {"unit": "03466", "first_day": "2026-10-01", "reason": "Vợ là bí thư"}
ABSENCE = {
    "substitute": "{colleague}",
    "first_day": "2026-11-01",
    "last_day": "2026-11-03",
    "reason": "Đi học",
}
MATRIX |= {
    "console:accounts": Rule("/administration/accounts/", ACCOUNT, full=MANAGERS, empty={"foreign_admin"}),
    "console:accounts_csv": Rule(
        "/administration/accounts/accounts.csv", "\ncompiler,", full=MANAGERS, empty={"foreign_admin"}
    ),
    "console:account_new": Rule(
        "/administration/accounts/new/", 'name="username"', full=MANAGERS | {"foreign_admin"}
    ),
    "console:account_units": Rule(
        "/administration/accounts/units/?q=03466", 'value="03466"', full=MANAGERS, empty={"foreign_admin"}
    ),
    "console:accounts_import": Rule(
        "/administration/accounts/import/", 'type="file"', full=MANAGERS | {"foreign_admin"}
    ),
    "console:accounts_import_model": Rule(
        "/administration/accounts/import/model.xlsx", "xl/workbook.xml", full=MANAGERS | {"foreign_admin"}
    ),
    "console:accounts_import_open": Rule(
        "/administration/accounts/import/open/", full=MANAGERS | {"foreign_admin"}, act=True
    ),
    "console:account": Rule(ACCOUNT, "/administration/accounts/{account}/reset/", full=MANAGERS),
    "console:account_reset": Rule(f"{ACCOUNT}reset/", "one-time-code", full=MANAGERS, act=True),
    "console:account_unlock": Rule(f"{ACCOUNT}unlock/", full=MANAGERS, act=True),
    "console:account_end_sessions": Rule(f"{ACCOUNT}end-sessions/", full=MANAGERS, act=True),
    "console:account_close": Rule(f"{ACCOUNT}close/", full=MANAGERS, act=True, data=REASON),
    "console:account_reopen": Rule(f"{ACCOUNT}reopen/", full=MANAGERS, act=True, data=REASON),
    "console:account_grant": Rule(f"{ACCOUNT}grants/", full=MANAGERS, act=True, data=RIGHT),
    "console:account_withdraw": Rule(
        f"{ACCOUNT}grants/{{grant}}/withdraw/", full=MANAGERS, act=True, data=REASON
    ),
    "console:account_substitute": Rule(f"{ACCOUNT}substitutes/", full=MANAGERS, act=True, data=ABSENCE),
    "console:account_recall": Rule(f"{ACCOUNT}substitutes/{{colleague}}/end/", full=MANAGERS, act=True),
    "console:account_exclude": Rule(f"{ACCOUNT}conflicts/", full=MANAGERS, act=True, data=CONFLICT),
    "console:account_lift": Rule(
        f"{ACCOUNT}conflicts/{{conflict}}/lift/", full=MANAGERS, act=True, data=REASON
    ),
    # changes of units: who administers data, and reads no report
    "console:changes": Rule("/units/change/", "/units/change/{change}/", full={"data_admin"}),
    "console:change_model": Rule("/units/change/model.csv", "was,code", full={"data_admin"}),
    "console:change_new": Rule("/units/change/new/merge/", 'name="decision"', full={"data_admin"}),
    "console:change": Rule("/units/change/{change}/", "Đảng ủy các cơ quan tỉnh", full={"data_admin"}),
    "console:change_csv": Rule(
        "/units/change/{change}/preview.csv", "Đảng ủy các cơ quan tỉnh", full={"data_admin"}
    ),
    "console:change_carry_out": Rule("/units/change/{change}/carry-out/", full={"data_admin"}, act=True),
    "console:change_withdraw": Rule(
        "/units/change/{change}/withdraw/", full={"data_admin"}, act=True, data=REASON
    ),
    "console:change_undo": Rule("/units/change/{change}/undo/", full={"data_admin"}, act=True, data=REASON),
    "console:me": Rule("/me/", 'id="my-rights"', full=EVERYONE),
    # one's own notices: those of Hua Bum were told of a report sent back; of others' numbers nobody learns anything
    "console:notices": Rule(
        "/me/notices/", "/me/notices/{notice}/", full={"compiler"}, empty=EVERYONE - {"compiler"}
    ),
    "console:notice": Rule("/me/notices/{notice}/", full={"compiler"}),
    "console:notices_read": Rule("/me/notices/read/", full=EVERYONE, act=True),
    "console:me_mail": Rule("/me/mail/", full=EVERYONE, act=True, data={"address": "ten@coquan.vn"}),
    "console:me_language": Rule("/me/language/", full=EVERYONE, act=True, data={"language": "en"}),
    "console:me_end_sessions": Rule("/me/end-sessions/", full=EVERYONE, act=True),
    # one lends only one's own rights, and only to a colleague: a stranger's number is refused on the page itself
    "console:me_substitute": Rule("/me/substitutes/", full=EVERYONE, act=True, data=ABSENCE),
    # nobody is told whether a number that is not a colleague's is anybody's
    "console:me_recall": Rule("/me/substitutes/{colleague}/end/", full={"compiler"}, act=True),
}

# Addresses that show nothing of the house: why each needs no rule by role.
ELSEWHERE = {
    "healthz": "says up or down, nothing else",
    "metrics": "answers this machine only",
    "account_login": "the door itself",
    "account_logout": "ends one's own session",
    "account_inactive": "a sentence for closed accounts",
    "account_change_password": "one's own password",
    "account_reauthenticate": "one's own password again",
    "set_language": "one's own language",
}

# What the streams of open pages tell each person: the same rules as for the page itself.
STREAMS: dict[str, Rule] = {
    "console:overview_stream": Rule(
        "/live/overview/?period=2026-M05", 'data-key="03466"', full=INSIDE, empty=EVERYONE - INSIDE
    ),
    "console:unit_stream": Rule(
        "/live/units/03466/?period=2026-M05&form=BMT.own",
        UNIT_VALUE,
        full=INSIDE,
        masked=OUTSIDE,
        empty={"duty_officer"},
    ),
    "console:inbox_stream": Rule(
        "/live/inbox/", "/reports/{report}/", full=ABOVE, empty=FOREIGN | {"synthesis"}
    ),
    "console:warnings_stream": Rule(
        "/live/warnings/", "/warnings/{warning}/", full=WARNED, empty=SIBLING | FOREIGN
    ),
}

# Outlines are no figures and no secret: the same for everyone who is signed in, and nothing but outlines.
OUTLINES = {"console:shapes": "/geometry/shapes.json?within={within}"}
