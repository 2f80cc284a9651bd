"""Every table of odr, gathered for the migrations."""

from odr import auditing, event, outbox, worker
from odr.agreements import models as agreements
from odr.appointment import models as appointment
from odr.archive import models as archive
from odr.crossing import models as crossing
from odr.custody import models as custody
from odr.database import Base
from odr.disputes import holds
from odr.disputes import models as disputes
from odr.documents import models as documents
from odr.evidence import models as evidence
from odr.evidence import upload_models as uploads
from odr.exceptions import models as exceptions
from odr.expertise import models as expertise
from odr.intake import models as intake
from odr.losses import models as losses
from odr.notices import models as notices
from odr.offers import models as offers
from odr.parties import models as parties
from odr.people import models as people
from odr.sessions import models as sessions
from odr.spaces import models as spaces

ROOMS = (
    auditing,
    event,
    outbox,
    worker,
    agreements,
    appointment,
    archive,
    crossing,
    custody,
    disputes,
    documents,
    evidence,
    exceptions,
    expertise,
    holds,
    intake,
    losses,
    notices,
    offers,
    parties,
    people,
    sessions,
    spaces,
    uploads,
)
metadata = Base.metadata
