"""The nouns every room speaks: reports, comments, claims, actors, places, and what the picture
derives from them.
"""

from contactline.model.claims import Claim, Role, Stored, told_apart
from contactline.model.ids import ActorId, Holder, PlaceId
from contactline.model.parties import Actor, Place
from contactline.model.picture import (
    Access,
    Agreement,
    ContactLine,
    Event,
    Harm,
    Holding,
    NameNotTaken,
    Picture,
    Pocket,
    Sector,
    Tie,
)
from contactline.model.prospects import Condition, Expectation, Lead
from contactline.model.reports import Comment, Report
from contactline.model.terms import (
    ACTUAL,
    KINDS,
    MODALITIES,
    PROSPECTIVE,
    AccessState,
    AgreementStatus,
    Basis,
    ExpectationState,
    Modality,
    Status,
)
from contactline.model.values import ContactlineError, digest, plain, storable

__all__ = [
    "ACTUAL",
    "KINDS",
    "MODALITIES",
    "PROSPECTIVE",
    "Access",
    "AccessState",
    "Actor",
    "ActorId",
    "Agreement",
    "AgreementStatus",
    "Basis",
    "Claim",
    "Comment",
    "Condition",
    "ContactLine",
    "ContactlineError",
    "Event",
    "Expectation",
    "ExpectationState",
    "Harm",
    "Holder",
    "Holding",
    "Lead",
    "Modality",
    "NameNotTaken",
    "Picture",
    "Place",
    "PlaceId",
    "Pocket",
    "Report",
    "Role",
    "Sector",
    "Status",
    "Stored",
    "Tie",
    "digest",
    "plain",
    "storable",
    "told_apart",
]
