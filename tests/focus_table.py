"""FOCUS cost and usage data, restated: each column, since when, whether null, which values.

From the specification of the FinOps Foundation, versions 1.0 to 1.3; rows of usage only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

_TIME: Final = r"\d{4}-\d\d-\d\dT00:00:00Z"
_NUMBER: Final = r"-?\d+\.\d+"
_PLAIN: Final = r"(?s).+"
_UNIT: Final = r"(?:\d+ )?[A-Z][A-Za-z-]+"

FIRST: Final = """
AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd
ChargePeriodStart CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName
CommitmentDiscountStatus CommitmentDiscountType ConsumedQuantity ConsumedUnit ContractedCost
ContractedUnitPrice EffectiveCost InvoiceIssuerName ListCost ListUnitPrice PricingCategory
PricingQuantity PricingUnit ProviderName PublisherName RegionId RegionName ResourceId ResourceName
ResourceType ServiceCategory ServiceName SkuId SkuPriceId SubAccountId SubAccountName Tags
"""
ADDED: Final = {
    "1.1": "CapacityReservationId CapacityReservationStatus CommitmentDiscountQuantity"
    " CommitmentDiscountUnit ServiceSubcategory SkuMeter SkuPriceDetails",
    "1.2": "BillingAccountType InvoiceId PricingCurrency PricingCurrencyContractedUnitPrice"
    " PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice SubAccountType",
    "1.3": "AllocatedMethodDetails AllocatedMethodId AllocatedResourceId AllocatedResourceName"
    " AllocatedTags ContractApplied HostProviderName ServiceProviderName",
}
COUNTS: Final = {"1.0": 43, "1.1": 50, "1.2": 57, "1.3": 65}

# What a row of usage must have, with what it may be.
VALUES: Final = {
    **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), _NUMBER),
    **dict.fromkeys(("ListUnitPrice", "ContractedUnitPrice", "PricingQuantity"), _NUMBER),
    **dict.fromkeys(("PricingCurrencyListUnitPrice", "PricingCurrencyEffectiveCost"), _NUMBER),
    "PricingCurrencyContractedUnitPrice": _NUMBER,
    "ConsumedQuantity": _NUMBER,
    **dict.fromkeys(("ChargePeriodStart", "ChargePeriodEnd"), _TIME),
    **dict.fromkeys(("BillingPeriodStart", "BillingPeriodEnd"), r"\d{4}-\d\d-01T00:00:00Z"),
    **dict.fromkeys(("BillingCurrency", "PricingCurrency"), "USD"),
    **dict.fromkeys(("PricingUnit", "ConsumedUnit"), _UNIT),
    "ChargeCategory": "Usage",
    "ChargeFrequency": "Usage-Based",
    "PricingCategory": "Standard|Dynamic|Committed|Other",
    "ServiceCategory": "AI and Machine Learning",
    "ServiceSubcategory": "Generative AI",
    **dict.fromkeys(("BillingAccountId", "BillingAccountName", "InvoiceIssuerName"), _PLAIN),
    **dict.fromkeys(
        ("ProviderName", "PublisherName", "ServiceName", "ServiceProviderName"), _PLAIN
    ),
    **dict.fromkeys(("SkuId", "SkuPriceId", "SkuMeter", "ChargeDescription"), _PLAIN),
    **dict.fromkeys(("HostProviderName", "BillingAccountType"), _PLAIN),
    "SkuPriceDetails": r"\{.*\}",
}
# What logs say nothing of.
NULL: Final = {
    "AvailabilityZone", "CapacityReservationId", "CapacityReservationStatus",
    "ChargeClass", "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
    "CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType",
    "CommitmentDiscountUnit", "InvoiceId", "RegionId", "RegionName", "ResourceId", "ResourceName",
    "ResourceType", "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId",
    "AllocatedResourceName", "AllocatedTags", "ContractApplied",
}  # fmt: skip
_NEVER: Final = ("NULL", "null", "None", "N/A", "Not Applicable", "nan")


def columns_of(version: str) -> list[str]:
    """Return the columns of a version in the order of their names."""
    added = [names for since, names in ADDED.items() if since <= version]
    return sorted(" ".join([FIRST, *added]).split())


def faults(row: Mapping[str, str], version: str) -> list[str]:
    """Return what is wrong with a row of usage."""
    wrong = [
        f"{name}: '{row[name]}'"
        for name in columns_of(version)
        if (name in VALUES and not re.fullmatch(VALUES[name], row[name]))
        or (name in NULL and row[name])
        or row[name] in _NEVER
    ]
    project = [
        row[name] for name in ("SubAccountId", "SubAccountName", "SubAccountType") if name in row
    ]
    if any(project) != all(project):
        wrong.append("a sub-account has an id, a name and a type, or none of them")
    for price, cost in (("ListUnitPrice", "ListCost"), ("ContractedUnitPrice", "ContractedCost")):
        if Decimal(row[price]) * Decimal(row["PricingQuantity"]) != Decimal(row[cost]):
            wrong.append(f"{price} x PricingQuantity is not {cost}")
    for name in ("Tags", "SkuPriceDetails"):
        wrong += _json_faults(name, row.get(name, ""))
    if not row["ChargePeriodStart"] < row["ChargePeriodEnd"] <= row["BillingPeriodEnd"]:
        wrong.append("the periods do not hold each other")
    return wrong


def _json_faults(name: str, text: str) -> Sequence[str]:
    values = json.loads(text) if text else {}
    if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
        return [f"{name} is no flat object"]
    is_prefixed = name == "Tags" or all(key.startswith("x_") for key in values)
    return () if is_prefixed else [f"{name} has keys of ours without x_"]
