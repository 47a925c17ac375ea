"""Facts about wars, as data: a TOML file a theatre, so that another war is a file and not a patch.

A file names its country, whose army, rulers and rebels the common words mean there and when, whose
units and persons are whose, who succeeded whom, where its parties fight, and the colours that the
field gives its sides.
"""

from contactline.theatres.facts import Fights, Generic, Person, Succession, Theatre, Theatres, Unit

__all__ = ["Fights", "Generic", "Person", "Succession", "Theatre", "Theatres", "Unit"]
