"""What agreements await: signatures, party by party, and the pen that the mediator holds."""

from odr.agreements.proposals import proposals_of
from odr.agreements.queries import AgreementKind, AgreementState, AgreementView, agreements_of
from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import DisputeFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _

_SIGNED_AT = {AgreementKind.CONVENTION: Stage.CONVENTION_PENDING, AgreementKind.SETTLEMENT: Stage.SIGNING}


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what the agreements of a dispute await, for whoever may read them; nothing for anybody else."""
    if dispute.stage not in {*_SIGNED_AT.values(), Stage.AGREEMENT_DRAFTING}:
        return ()
    if actor.may(Act.READ, Thing.AGREEMENT, Place(dispute.id, None, SpaceKind.JOINT)) is None:
        return ()
    found: list[Task] = []
    for agreement in await agreements_of(uow, actor, dispute.id):
        found += await _answers(uow, actor, dispute, agreement)
        if agreement.state is AgreementState.FROZEN and dispute.stage is _SIGNED_AT[agreement.kind]:
            found += _signatures(agreement)
        elif agreement.state is AgreementState.DRAFTED and dispute.stage is Stage.AGREEMENT_DRAFTING:
            found.append(_draft(agreement))
    return tuple(found)


async def _answers(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, agreement: AgreementView) -> list[Task]:
    """Return the answers that proposals for clauses await."""
    found: list[Task] = []
    if not agreement.discussed:
        return found
    label = _("Answer a proposal for the agreement to mediate")
    for proposal in await proposals_of(uow, actor, dispute, agreement):
        if proposal.may_answer:
            hint = _("“%(heading)s”: agree, keep the clause, or propose otherwise.", heading=proposal.heading)
            found.append(Task(label, hint, _href(agreement, f"#p-{proposal.id}"), until=agreement.sign_by, mine=True))
        elif proposal.awaits:
            names = ", ".join(name or _("The mediator") for name in proposal.awaits)
            found.append(Task(label, "", _href(agreement), who=names, until=agreement.sign_by))
    return found


def _href(agreement: AgreementView, page: str = "") -> str:
    return f"/disputes/{agreement.dispute_id}/agreements/{agreement.id}{page}"


def _signatures(agreement: AgreementView) -> list[Task]:
    settles = agreement.kind is AgreementKind.SETTLEMENT
    label = _("Sign the settlement agreement") if settles else _("Sign the agreement to mediate")
    found: list[Task] = []
    if agreement.may_sign:
        found.append(
            Task(
                label,
                _("Your mandate does not let you sign it: see what to do.")
                if agreement.mandate and agreement.mandate.gap
                else _("Read it to its end first; your password is asked again."),
                _href(agreement),
                until=agreement.sign_by,
                mine=True,
            )
        )
    own = agreement.own_party_id if agreement.may_sign else None
    others = ", ".join(one.party for one in agreement.signers if one.at is None and one.party_id != own)
    if others:
        found.append(Task(label, "", _href(agreement), who=others, until=agreement.sign_by))
    return found


def _draft(agreement: AgreementView) -> Task:
    if agreement.may_draft:
        hint = _("Every version that you save can be read by the parties.")
        return Task(_("Write the settlement agreement and freeze it for signature"), hint, _href(agreement), mine=True)
    hint = _("Read the draft and comment on it meanwhile.")
    return Task(_("Write the settlement agreement"), hint, _href(agreement), who=_("The mediator"))
