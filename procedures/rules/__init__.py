"""Every rule by name, so that stored definitions can find theirs."""

from procedures.rules.actors import IsAdmin, NotConcerned, NotYetAdmin, OneRemains, OtherThan
from procedures.rules.base import RULES, Rule, Text, Verdict
from procedures.rules.calendar import BusinessNotice, Calendar
from procedures.rules.evidence import (
    AddressFree,
    AnyGiven,
    CoveredBy,
    Differs,
    Disjoint,
    DomainRegistered,
    InOrder,
    MonthNotLater,
    MxMatches,
    NameServersAre,
    NoLocalPartChange,
    NothingAddedSince,
    OneTimeOrInterval,
    OwnCountryStays,
)
from procedures.rules.limits import DailyLimit
from procedures.rules.timing import (
    AvailableDays,
    NotAfterNow,
    NotBeforePlan,
    PreparationTime,
    RunningWindow,
    WithinSpan,
    WorkWindow,
)

__all__ = [
    "RULES",
    "AddressFree",
    "AnyGiven",
    "AvailableDays",
    "BusinessNotice",
    "Calendar",
    "CoveredBy",
    "DailyLimit",
    "Differs",
    "Disjoint",
    "DomainRegistered",
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
    "OtherThan",
    "OwnCountryStays",
    "PreparationTime",
    "Rule",
    "RunningWindow",
    "Text",
    "Verdict",
    "WithinSpan",
    "WorkWindow",
]
