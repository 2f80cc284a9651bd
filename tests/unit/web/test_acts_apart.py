"""Every command of odr is either done apart by the check of separation, or named here with the reason why it is not."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from web.separation.apart import ACTS

ROOT: Final = Path(__file__).parents[3]
Name = tuple[str, str]  # a module, and a function in it

DONE_APART: Final = {
    "appointment.choosing.rank_mediators": "rank_mediators",
    "appointment.objections.say_no_objection": "have_no_objection",
    "crossing.answering.allow_statement": "ask_for_a_sentence",
    "crossing.answering.offer_statement": "offer_a_sentence",
    "crossing.answering.refuse_statement": "ask_for_a_sentence",
    "crossing.answering.withdraw_statement": "ask_for_a_sentence",
    "crossing.commands.drop_statement": "ask_for_a_sentence",
    "crossing.commands.propose_statement": "ask_for_a_sentence",
    "crossing.exhibits.quarantine_handed": "hand_to_some",
    "crossing.messages.quarantine_statement": "say_to_some",
    "crossing.bundles.export_bundle": "bundle_for_a_court",
    "disputes.filing.save_draft": "write_another_request",
    "disputes.team.invite_team_member": "invite_a_colleague",
    "disputes.team.withdraw_team_link": "ask_a_colleague_out",
    "evidence.commands.share_exhibit": "let_into_caucus",
    "evidence.consents.give_consent": "consent_and_wait",
    "evidence.consents.offer_disclosure": "offer_to_disclose",
    "evidence.consents.refuse_consent": "ask_and_be_refused",
    "evidence.consents.withdraw": "consent_and_withdraw",
    "evidence.consents.withdraw_consent": "consent_and_withdraw",
    "evidence.disclosures.ask_disclosure": "ask_and_wait",
    "evidence.finishing.lodge_upload": "finish_an_upload",
    "evidence.finishing.read_upload": "finish_an_upload",
    "evidence.handed.open_handed": "hand_to_some",
    "evidence.handed_back.withdraw_handing": "hand_to_some",
    "evidence.intake.lodge": "lodge_in_caucus",
    "evidence.openings.open_exhibit": "read_in_caucus",
    "evidence.unpacking.begin_unpacking": "send_an_archive",
    "evidence.unpacking.held_archive": "send_an_archive",
    "evidence.uploads.begin_upload": "leave_an_upload",
    "evidence.uploads.give_up": "give_an_upload_up",
    "evidence.withdrawing.withdraw_from_own_room": "withdraw_from_caucus",
    "exceptions.commands.tell_of_exception": "use_an_exception",
    "exceptions.commands.use_exception": "use_an_exception",
    "intake.commands.keep_topic": "write_another_request",
    "losses.commands.add_line": "count_losses",
    "losses.commands.change_line": "count_losses",
    "losses.commands.remove_line": "count_losses",
    "losses.sharing.share_losses": "count_losses",
    "mandates.commands.write_mandate": "set_a_mandate",
    "notices.commands.mark_all_read": "read_notices",
    "notices.choices.save_choices": "mind_ones_own",
    "people.addresses.ask_for_address": "mind_ones_own",
    "people.acting.signed_in": "look_around",
    "sessions.commands.call_meeting": "meet_apart",
    "sessions.commands.cancel_meeting": "meet_apart",
    "sessions.commands.move_meeting": "meet_apart",
    "sessions.commands.note_meeting": "keep_minutes",
    "sessions.keeping.contest_minutes": "keep_minutes",
    "sessions.keeping.draft_minutes": "keep_minutes",
    "sessions.keeping.publish_minutes": "keep_minutes",
    "spaces.commands.note_visit": "look_around",
    "spaces.commands.post_message": "speak_in_caucus",
    "spaces.reading.note_readings": "look_around",
    "spaces.reading.read_on": "look_around",
}
"""The act in which each is done; that it is carried out, test_non_interference sees."""

NOT_APART: Final = {
    "the table sees it, by the rules": (
        "agreements.commands.begin_settlement",
        "agreements.commands.freeze_text",
        "agreements.commands.remark",
        "agreements.commands.save_version",
        "agreements.commands.set_aside",
        "agreements.negotiating.agree_to_clause",
        "agreements.negotiating.keep_clause",
        "agreements.negotiating.propose_clause",
        "agreements.signing.refuse_to_sign",
        "agreements.signing.sign_agreement",
        "appointment.choosing.ask_for_a_person",
        "appointment.declaring.declare_interests",
        "appointment.handing_over.hand_over",
        "appointment.seats.recuse",
        "crossing.commands.say_statement",
        "crossing.exhibits.quarantine_exhibit",
        "crossing.messages.quarantine_message",
        "crossing.offers.quarantine_offer",
        "crossing.quarantine.answer_about_copies",
        "crossing.quarantine.remove_quarantined",
        "crossing.quarantine.restore_quarantined",
        "crossing.waivers.answer_waiver",
        "disputes.commands.end_mediation",
        "disputes.commands.withdraw",
        "disputes.delegating.delegate_powers",
        "disputes.delegating.end_delegation",
        "disputes.pausing.move_pause",
        "disputes.pausing.resume",
        "disputes.pausing.suspend",
        "disputes.team.change_role",
        "disputes.team.remove_team_member",
        "disputes.term.extend_term",
        "evidence.disclosures.disclose",
        "evidence.infected.release_infected",
        "evidence.withdrawing.take_back",
        "offers.answering.accept_offer",
        "offers.answering.refuse_offer",
        "offers.commands.make_offer",
        "offers.commands.withdraw_offer",
        "offers.reading.open_offer",
        "sessions.keeping.approve_minutes",
        "spaces.reading.take_back_message",
    ),
    "an objection is made to the centre, and the table learns that the appointment is reviewed": (
        "appointment.objections.decide_objection",
        "appointment.objections.raise_objection",
        "appointment.objections.show_objection",
    ),
    "it belongs to the way to the open table, where the check begins": (
        "disputes.answering.decline",
        "disputes.answering.pass_on",
        "disputes.arriving.arrive",
        "disputes.arriving.arrive_as_newcomer",
        "disputes.arriving.see_invitation",
        "disputes.filing.file_dispute",
        "disputes.inviting.invite_party",
        "disputes.inviting.remind_by_hand",
        "disputes.qualifying.negotiate_directly",
        "disputes.qualifying.qualify_dispute",
        "disputes.qualifying.reject_dispute",
        "intake.commands.send_request",
        "intake.complaints.close_complaint",
        "intake.complaints.complain",
        "intake.complaints.contest_complaint",
        "intake.complaints.correct_contact",
        "intake.complaints.refer_complaint",
        "intake.completing.ask_completion",
        "intake.completing.complete_request",
        "intake.proposals.accept_proposal",
        "intake.proposals.propose_terms",
        "intake.rating.change_score",
        "intake.referrals.refer_by_program",
    ),
    "it comes after the mediation, between those who signed": (
        "agreements.commitments.answer_commitment",
        "agreements.commitments.tell_done",
    ),
    "it comes after the mediation, from a record that its readers are told of": (
        "archive.commands.ask_access",
        "archive.commands.close_file",
        "archive.commands.decide_access",
        "archive.releasing.accept_infected",
        "archive.releasing.release_record",
        "archive.reopening.agree_to_reopening",
        "archive.reopening.ask_reopening",
        "archive.reopening.refuse_reopening",
    ),
    "it is the centre's own work": (
        "agreements.template.add_clause",
        "appointment.choosing.list_mediators",
        "people.inviting.invite_colleague",
        "agreements.template.leave_out",
        "agreements.template.restore_part",
        "agreements.template.reword_part",
        "appointment.profiles.keep_profile",
        "appointment.seats.appoint_mediator",
        "appointment.seats.replace_mediator",
        "custody.commands.ask_destruction",
        "custody.commands.decide_destruction",
        "custody.commands.erase_person",
        "custody.holding.lift_hold",
        "custody.holding.set_hold",
        "custody.marks.repeat_at_start",
        "disputes.targets.set_targets",
        "notices.wording.restore_default",
        "notices.wording.reword",
        "operations.take_up_again",
    ),
    "it is about a person's own address, which the people they work with may read": (
        "notices.bounces.mend_address",
        "people.addresses.put_address_back",
        "people.addresses.take_address",
    ),
    "it is how somebody signs in, of which nobody else is shown anything; the walkers do it before each hour": (
        "people.inviting.ask_for_link",
        "people.signing_in.change_password",
        "people.signing_in.set_new_password",
        "people.signing_in.sign_in",
        "people.signing_in.sign_out",
        "people.signing_in.sign_out_everywhere",
    ),
    "it is an expert's, who is at nobody's side": (
        "expertise.commands.accept_mission",
        "expertise.commands.decline_mission",
        "expertise.examining.post_report",
        "expertise.examining.write_note",
    ),
    "the mediator does it in sight of the table": (
        "expertise.commands.end_mission",
        "expertise.commands.open_mission",
        "expertise.examining.supply_exhibits",
    ),
}
"""Why a command changes what others are shown, or has no place in the check."""


class House:
    """The functions of odr as they are written: which of them write, by themselves or by what they call."""

    def __init__(self) -> None:
        self.functions: dict[Name, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.known: dict[str, dict[str, Name]] = {}
        for path in sorted((ROOT / "odr").rglob("*.py")):
            module, tree = ".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text())
            self.known[module] = dict(imported(tree))
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    self.functions[module, node.name] = node

    def writers(self) -> set[Name]:
        found = {name for name, node in self.functions.items() if writes_itself(node)}
        calls = {name: set(self.called(name[0], node)) for name, node in self.functions.items()}
        while more := {name for name, called in calls.items() if name not in found and called & found}:
            found |= more
        return found

    def called(self, module: str, node: ast.AST) -> Iterator[Name]:
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                name = self.home(self.known[module].get(each.id, (module, each.id)))
                if name in self.functions:
                    yield name

    def home(self, name: Name) -> Name:
        """Where a function is written: a room's door may hand on what stands in another module of it."""
        while name not in self.functions and name[1] in self.known.get(name[0], {}):
            name = self.known[name[0]][name[1]]
        return name


def imported(tree: ast.AST) -> Iterator[tuple[str, Name]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((each.asname or each.name, (node.module, each.name)) for each in node.names)


def writes_itself(node: ast.AST) -> bool:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        if isinstance(call.func, ast.Name) and call.func.id in {"insert", "update", "delete"}:
            return True
        if isinstance(call.func, ast.Attribute):
            whose = ast.unparse(call.func.value)
            if whose.endswith("uow") and call.func.attr == "record":
                return True
            if whose.endswith("session") and call.func.attr in {"add", "add_all", "delete"}:
                return True
    return False


def commands() -> set[str]:
    """What the pages and the API ask odr to do in somebody's name: it begins with a unit or a platform, and writes."""
    house, found = House(), set[str]()
    writers = house.writers()
    for path in (ROOT / "web").rglob("*.py"):
        if {"demo", "separation", "commands"} & set(path.relative_to(ROOT).parts):
            continue
        for _as, named in imported(ast.parse(path.read_text())):
            name = house.home(named)
            node = house.functions.get(name)
            first = node.args.args[0].arg if node is not None and node.args.args else ""
            if first in {"uow", "platform"} and name in writers:
                found.add(f"{name[0].removeprefix('odr.')}.{name[1]}")
    return found


def test_every_command_is_done_apart_or_named_with_a_reason() -> None:
    named = [command for each in NOT_APART.values() for command in each]
    assert len(named) == len(set(named))
    assert not set(named) & set(DONE_APART)
    found = commands()
    unclassed = found - set(named) - set(DONE_APART)
    assert not unclassed, "new: give each an act in web/separation/apart.py, or a reason here"
    assert not (set(named) | set(DONE_APART)) - found, "no command any more"
    assert set(DONE_APART.values()) <= set(ACTS)
