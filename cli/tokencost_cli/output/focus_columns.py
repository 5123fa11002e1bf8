"""The columns of FOCUS cost and usage data, by version, and those of ours beside them.

FOCUS: the FinOps Open Cost and Usage Specification. Columns stand in the order of their names.
"""

from __future__ import annotations

from typing import Final, NamedTuple

DECIMAL: Final = "decimal"
TIME: Final = "time"
TEXT: Final = "text"
COUNT: Final = "count"

VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3")


class FocusColumn(NamedTuple):
    """A column: what it holds, and since which version."""

    name: str
    kind: str
    since: str
    has_nulls: bool


# Name, kind where it is no text, since when where not from the beginning, whether it may be null.
_COLUMNS: Final = """
AllocatedMethodDetails      since=1.3 null
AllocatedMethodId           since=1.3 null
AllocatedResourceId         since=1.3 null
AllocatedResourceName       since=1.3 null
AllocatedTags               since=1.3 null
AvailabilityZone            null
BilledCost                  decimal
BillingAccountId
BillingAccountName          null
BillingAccountType          since=1.2 null
BillingCurrency
BillingPeriodEnd            time
BillingPeriodStart          time
CapacityReservationId       since=1.1 null
CapacityReservationStatus   since=1.1 null
ChargeCategory
ChargeClass                 null
ChargeDescription           null
ChargeFrequency
ChargePeriodEnd             time
ChargePeriodStart           time
CommitmentDiscountCategory  null
CommitmentDiscountId        null
CommitmentDiscountName      null
CommitmentDiscountQuantity  decimal since=1.1 null
CommitmentDiscountStatus    null
CommitmentDiscountType      null
CommitmentDiscountUnit      since=1.1 null
ConsumedQuantity            decimal null
ConsumedUnit                null
ContractApplied             since=1.3 null
ContractedCost              decimal
ContractedUnitPrice         decimal null
EffectiveCost               decimal
HostProviderName            since=1.3 null
InvoiceId                   since=1.2 null
InvoiceIssuerName
ListCost                    decimal
ListUnitPrice               decimal null
PricingCategory             null
PricingCurrency             since=1.2 null
PricingCurrencyContractedUnitPrice decimal since=1.2 null
PricingCurrencyEffectiveCost decimal since=1.2 null
PricingCurrencyListUnitPrice decimal since=1.2 null
PricingQuantity             decimal null
PricingUnit                 null
ProviderName
PublisherName
RegionId                    null
RegionName                  null
ResourceId                  null
ResourceName                null
ResourceType                null
ServiceCategory
ServiceName
ServiceProviderName         since=1.3
ServiceSubcategory          since=1.1
SkuId                       null
SkuMeter                    since=1.1 null
SkuPriceDetails             since=1.1 null
SkuPriceId                  null
SubAccountId                null
SubAccountName              null
SubAccountType              since=1.2 null
Tags                        null
"""

# Columns of ours stand last; their names begin with `x_`, as FOCUS wants it.
_CUSTOM: Final = """
x_BilledCostBasis
x_CacheTtl                  null
x_Calls                     count
x_Estimate
x_Model
x_PriceDate                 null
x_PriceSource
x_ServiceTier
x_TokenKind
"""


def columns(version: str) -> list[FocusColumn]:
    """Return the columns of a version in their order, then those of ours."""
    every = [*map(_column, _COLUMNS.split("\n")[1:-1]), *map(_column, _CUSTOM.split("\n")[1:-1])]
    return [column for column in every if column.since <= version]


def _column(line: str) -> FocusColumn:
    name, *marks = line.split()
    kind = next((mark for mark in marks if mark in (DECIMAL, TIME, COUNT)), TEXT)
    since = next((mark[6:] for mark in marks if mark.startswith("since=")), VERSIONS[0])
    return FocusColumn(name, kind, since, "null" in marks)
