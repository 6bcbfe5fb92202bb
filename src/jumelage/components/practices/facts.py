"""The JSON twins of the pages: the same facts, for programs."""

from jumelage.components.practices.models import Adoption, Comment, Practice, Result

Facts = dict[str, object]


def sheet(practice: Practice) -> Facts:
    """Return the facts of a sheet; a withdrawn one keeps its identifier and dates only."""
    told: Facts = {
        "uri": practice.uri,
        "city": practice.origin,
        "shared_on": practice.shared_on.isoformat(),
        "withdrawn_at": practice.withdrawn_at.isoformat() if practice.withdrawn_at else None,
    }
    if practice.withdrawn_at is None:
        told |= {name: text.as_dict() for name, text in practice.texts.items()}
        told["organisation"] = practice.organisation_id
    return told


def sheet_with_talk(practice: Practice) -> Facts:
    """Return the facts of a sheet with its comments, adoptions and results."""
    return {
        **sheet(practice),
        "comments": [_comment(comment) for comment in practice.comments.all()],
        "adoptions": [_adoption(adoption) for adoption in practice.adoptions.all()],
    }


def _comment(comment: Comment) -> Facts:
    return {
        "uri": comment.uri,
        "city": comment.origin,
        "organisation": comment.organisation_id,
        "text": comment.text,
        "recorded_at": comment.recorded_at.isoformat(),
    }


def _adoption(adoption: Adoption) -> Facts:
    return {
        "uri": adoption.uri,
        "city": adoption.origin,
        "organisation": adoption.organisation_id,
        "plan": adoption.plan,
        "adopted_on": adoption.adopted_on.isoformat(),
        "results": [_result(result) for result in adoption.results.all()],
    }


def _result(result: Result) -> Facts:
    return {
        "uri": result.uri,
        "outcome": result.outcome,
        "text": result.text,
        "reported_on": result.reported_on.isoformat(),
    }
