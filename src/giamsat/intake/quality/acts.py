"""Rules of the handbook that speak of an act and not of figures: where the house keeps them.

They need no file in the rule language, because what they forbid cannot be done: a place in the code refuses it, or
leaves no way to it. ``places`` name it; a test finds a place that is gone.
"""

from dataclasses import dataclass

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class ActRule:
    """``kept``: how and when it is kept; ``places``: by which functions."""

    code: str
    severity: str
    name: Words
    source: Words
    kept: Words
    places: tuple[str, ...]


def _source(code: str) -> Words:
    return {"vi": f"Sổ tay nghiệp vụ §3.4, {code}", "en": f"Domain handbook §3.4, {code}"}


ACT_RULES = (
    ActRule(
        "R-39",
        "E",
        {
            "vi": "Ngày chốt số liệu của báo cáo là ngày chốt của kỳ",
            "en": "The cut-off of a report is that of its period",
        },
        _source("R-39"),
        {
            "vi": "Luôn luôn: báo cáo không tự ghi ngày chốt; ngày chốt lấy từ lịch báo cáo của kỳ và được in trên "
            "biểu mẫu. Kỳ chưa bắt đầu, đã đóng hoặc sai phiên bản biểu mẫu thì bị từ chối khi nhận.",
            "en": "Always: a report has no cut-off of its own; it is the calendar's, printed on the form. A period "
            "that has not begun, is closed, or is reported on another version of the form is refused on arrival.",
        },
        (
            "giamsat.intake.sources.queries.cut_off_on",
            "giamsat.intake.observations.admission.require_period",
        ),
    ),
    ActRule(
        "R-40",
        "E",
        {
            "vi": "Đơn vị còn hiệu lực vào ngày chốt số liệu",
            "en": "The unit exists at the cut-off",
        },
        _source("R-40"),
        {
            "vi": "Khi nhận: đơn vị đã kết thúc trước ngày chốt, chưa thành lập, hoặc không phải báo cáo biểu này thì "
            "bị từ chối; đơn vị đã sáp nhập được chỉ rõ đơn vị kế tục.",
            "en": "On arrival: a unit that was closed by the cut-off, did not exist yet, or does not owe the form is "
            "refused; of one that was merged the successor is named.",
        },
        (
            "giamsat.intake.observations.admission.require_open",
            "giamsat.intake.observations.admission.require_unit",
        ),
    ),
    ActRule(
        "R-42",
        "E",
        {
            "vi": "Điều chỉnh có lý do, người duyệt, số liệu trước và sau",
            "en": "A correction has a reason, an approver, the figures before and after",
        },
        _source("R-42"),
        {
            "vi": "Khi điều chỉnh: cấp trên mở lại và phải nêu lý do; số đang có hiệu lực giữ nguyên đến khi bản mới "
            "được tiếp nhận; mọi phiên bản, ai làm, khi nào đều được lưu và ghi nhật ký.",
            "en": "On correction: the level above re-opens the report and must say why; what is in force stays so "
            "until the new version is accepted; every version, who and when is kept and in the audit trail.",
        },
        (
            "giamsat.intake.observations.flow.reopen",
            "giamsat.intake.observations.conditions.require_reason",
        ),
    ),
    ActRule(
        "R-44",
        "E",
        {
            "vi": "Có dấu mật và không vượt mức trần",
            "en": "Classified, and not above the ceiling",
        },
        _source("R-44"),
        {
            "vi": "Khi đọc và khi giao quyền: báo cáo ở mức nội bộ, chỉ quyền có mức trần từ nội bộ trở lên mới mở "
            "được; không quyền nào được giao vượt mức trần của hệ thống.",
            "en": "On reading, and when a right is given: reports are internal, only a right with that ceiling or a "
            "higher one opens them; no right is given above the ceiling of the installation.",
        },
        (
            "giamsat.foundation.access.scope.Reach.allows",
            "giamsat.foundation.access.services.delegation.require_ceiling",
        ),
    ),
)
