"""Why the engine says no where no rule of a procedure does: codes and their words."""

from collections.abc import Mapping

from procedures.rules.base import Text

REASONS: Mapping[str, Text] = {
    "blocked": Text("지금은 할 수 없습니다.", "This is not possible now."),
    "acknowledgement_required": Text(
        "주의가 필요합니다. 내용을 확인했다는 메모를 적어야 계속할 수 있습니다.",
        "Careful: write down that you have taken note before you go on.",
    ),
    "not_your_role": Text(
        "이 단계는 {roles}{roles:이/가} 할 수 있습니다. 담당자에게 요청하세요.",
        "This step is for {roles}. Ask one of them.",
    ),
    "not_opener": Text(
        "이 절차는 {roles}{roles:이/가} 시작할 수 있습니다.",
        "This procedure is started by {roles}.",
    ),
    "not_open_for": Text(
        "다른 사람을 대신하여 시작할 수 있는 사람은 {roles}입니다.",
        "Only {roles} may start this for another person.",
    ),
    "requester_unknown": Text(
        "요청자가 이 고객사의 사용자가 아닙니다. 이 고객사에 있는 사람을 고르세요.",
        "The requester is not a person of this company. Choose one who is.",
    ),
    "unknown_step": Text("그런 단계가 없습니다.", "There is no such step."),
    "already_done": Text(
        "이미 {name}님이 {when}에 완료했습니다.", "Done already, by {name} at {when}."
    ),
    "not_ready": Text(
        "앞 단계가 남아 있습니다: {steps}. 먼저 끝내세요.",
        "Earlier steps are open: {steps}. Finish them first.",
    ),
    "not_applicable": Text(
        "이 실행에는 해당하지 않는 단계입니다.", "The step does not apply to this run."
    ),
    "run_closed": Text("이미 끝난 실행입니다({state}).", "This run has ended ({state})."),
    "wrong_kind": Text("이 단계에는 맞지 않는 동작입니다.", "This action does not fit the step."),
    "performed_future": Text(
        "수행 시각 {when}이 아직 오지 않았습니다. 지금까지의 시각을 입력하세요.",
        "The time {when} has not come yet. Give a time up to now.",
    ),
    "performed_before": Text(
        "수행 시각이 앞 단계({step}, {when})보다 이릅니다. 시각을 확인하세요.",
        "The time lies before the step it depends on ({step}, {when}). Check it.",
    ),
    "late_needs_note": Text(
        "10분보다 전에 한 일을 적을 때는 메모가 필요합니다. 왜 늦게 적는지 쓰세요.",
        "An entry more than 10 minutes late needs a note. Say why it is late.",
    ),
    "predates_approval": Text(
        "승인({when})보다 먼저 한 것으로 적을 수 없습니다.",
        "It cannot be dated before its approval ({when}).",
    ),
    "missing_input": Text(
        "판단에 필요한 값이 없습니다: {fields}. 먼저 입력하세요.",
        "Values are missing: {fields}. Give them first.",
    ),
    "reason_required": Text("사유를 적으세요.", "Give a reason."),
    "not_skippable": Text("건너뛸 수 없는 단계입니다.", "This step cannot be skipped."),
    "own_request": Text(
        "요청한 사람은 승인할 수 없습니다. 다른 사람에게 요청하세요.",
        "Whoever asked cannot approve. Ask another person.",
    ),
    "concerned": Text(
        "변경 대상인 사람은 승인할 수 없습니다. 다른 사람에게 요청하세요.",
        "Who is concerned by the change cannot approve it. Ask another person.",
    ),
    "not_approver": Text(
        "승인할 수 있는 사람은 {roles}입니다(요청자와 변경 대상 제외).",
        "Approvers are {roles}, except the requester and the people concerned.",
    ),
    "declaration_off": Text(
        "승인할 다른 사람이 있거나, 이 고객사는 자기 선언을 허용하지 않습니다.",
        "Somebody else can approve, or this tenant does not allow a self-declaration.",
    ),
    "no_caution": Text("확인이 필요한 주의가 없습니다.", "There is no caution to acknowledge."),
    "not_blocked": Text(
        "막혀 있지 않아 예외 승인이 필요 없습니다.", "It is not blocked; nothing to override."
    ),
    "not_overridable": Text("예외로 허용할 수 없는 규칙입니다.", "This rule cannot be overridden."),
    "own_override": Text(
        "이 단계를 수행하는 사람은 예외를 승인할 수 없습니다.", "Whoever performs cannot override."
    ),
    "override_expired": Text(
        "예외 승인은 수행자가 아닌 사람의 것이어야 합니다.", "The override must be another's."
    ),
    "nothing_changed": Text("바뀐 값이 없습니다.", "Nothing has changed."),
    "not_given_yet": Text(
        "아직 입력되지 않은 값입니다. 해당 단계에서 입력하세요.", "Not given yet: use its step."
    ),
    "fixed": Text(
        "이미 사용한 뒤라 바꿀 수 없는 값입니다.",
        "The value has been used and cannot be changed any more.",
    ),
    "not_collecting": Text(
        "이미 동기화를 실행해 더 받을 수 없습니다.", "The sync has run; nothing can be added."
    ),
    "not_your_rows": Text(
        "본인이 추가한 줄만 뺄 수 있습니다.", "Only rows you added can be withdrawn."
    ),
    "way_closed": Text(
        "지금은 되돌아갈 수 없는 단계입니다.", "There is no way back from here now."
    ),
    "nothing_to_confirm": Text(
        "완료된 단계가 아니어서 다시 확인할 것이 없습니다.",
        "The step is not completed, so there is nothing to confirm again.",
    ),
    "not_completed": Text(
        "완료된 실행만 다시 열 수 있습니다.", "Only a completed run can be reopened."
    ),
    "reopen_over": Text(
        "종료 후 14일이 지나 다시 열 수 없습니다.", "More than 14 days have passed since the end."
    ),
    "late_entry_over": Text(
        "만료 후 14일이 지나 더 기록할 수 없습니다.",
        "More than 14 days have passed since it expired.",
    ),
    "open_run_exists": Text(
        "진행 중인 실행 {reference}{reference:이/가} 이미 있습니다. 그 실행에서 이어 가세요.",
        "{reference} is open already. Go on there.",
    ),
    "values_changed": Text(
        "화면을 연 뒤 값이 바뀌었습니다. 바뀐 내용을 확인하고 다시 제출하세요.",
        "Values changed since the page was opened. Look at them and submit again.",
    ),
    "not_due": Text("아직 기한이 되지 않았습니다.", "It is not due yet."),
    "not_blocked_incident": Text(
        "막힌 단계가 아니므로 보통대로 완료하세요.",
        "The step is not blocked; complete it as usual.",
    ),
    "not_used": Text("사용된 동기화가 아닙니다.", "That slot is not in use."),
    "not_releasable": Text(
        "실패했거나 결과를 모르는 당일 동기화만, 실행하지 않은 관리자가 되돌릴 수 있습니다.",
        "Only a failed or unknown sync of the same day is given back, by a manager who did not run it.",
    ),
}

ROLE_NAMES: Mapping[str, Text] = {
    "site_admin": Text("사이트 관리자", "site admin"),
    "mail_admin": Text("이메일 관리자", "mail admin"),
    "member": Text("사용자", "member"),
    "tenant_manager": Text("고객사 매니저", "tenant manager"),
    "support": Text("고객지원", "support"),
    "manager": Text("운영사 매니저", "vendor manager"),
    "requester": Text("요청자", "requester"),
    "owner": Text("메일함 주인", "mailbox owner"),
}


def roles_text(roles: tuple[str, ...]) -> Text:
    """Name several roles in both languages."""
    names = [ROLE_NAMES[role] for role in roles]
    return Text("·".join(n.ko for n in names), ", ".join(n.en for n in names))
