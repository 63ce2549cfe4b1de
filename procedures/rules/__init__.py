"""Every rule by name, so that stored definitions can find theirs."""

from procedures.rules.access import OnlyAddedHere, OwnCountryListed, OwnCountryStays
from procedures.rules.actors import (
    AdminLeft,
    IsAdmin,
    NotConcerned,
    NotYetAdmin,
    OneRemains,
    OtherThan,
)
from procedures.rules.addresses import AddressFree, DomainRegistered, NoLocalPartChange
from procedures.rules.base import RULES, Rule, Text, Verdict
from procedures.rules.calendar import BusinessNotice, Calendar
from procedures.rules.completeness import AnyGiven, EverybodyIn, GivenWhen
from procedures.rules.dns import MxMatches, NameServersAre
from procedures.rules.evidence import (
    ChoiceIs,
    CoveredBy,
    Differs,
    Disjoint,
    InOrder,
    MonthNotLater,
    NothingAddedSince,
    OneTimeOrInterval,
)
from procedures.rules.limits import DailyLimit
from procedures.rules.schedule import NotBeforePlan, PreparationTime, RunningWindow, WorkWindow
from procedures.rules.timing import (
    AvailableDays,
    DayIsOver,
    NotAfterNow,
    WithinSpan,
)

__all__ = [
    "RULES",
    "AddressFree",
    "AdminLeft",
    "AnyGiven",
    "AvailableDays",
    "BusinessNotice",
    "Calendar",
    "ChoiceIs",
    "CoveredBy",
    "DailyLimit",
    "DayIsOver",
    "Differs",
    "Disjoint",
    "DomainRegistered",
    "EverybodyIn",
    "GivenWhen",
    "InOrder",
    "IsAdmin",
    "MonthNotLater",
    "MxMatches",
    "NameServersAre",
    "NoLocalPartChange",
    "NotAfterNow",
    "NotBeforePlan",
    "NotConcerned",
    "NotYetAdmin",
    "NothingAddedSince",
    "OneRemains",
    "OneTimeOrInterval",
    "OnlyAddedHere",
    "OtherThan",
    "OwnCountryListed",
    "OwnCountryStays",
    "PreparationTime",
    "Rule",
    "RunningWindow",
    "Text",
    "Verdict",
    "WithinSpan",
    "WorkWindow",
]
