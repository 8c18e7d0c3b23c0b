"""Jurisdictions by two letters: countries as in ISO 3166-1, and the European Union."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "america": "US",
        "australia": "AU",
        "austria": "AT",
        "britain": "UK",
        "canada": "CA",
        "china": "CN",
        "england": "UK",
        "europe": "EU",
        "european union": "EU",
        "france": "FR",
        "gb": "UK",
        "germany": "DE",
        "india": "IN",
        "ireland": "IE",
        "italy": "IT",
        "japan": "JP",
        "netherlands": "NL",
        "singapore": "SG",
        "spain": "ES",
        "switzerland": "CH",
        "united kingdom": "UK",
        "united states": "US",
        "usa": "US",
    }
)
TAKEN = "EU, or the two letters of a country, such as US, UK or CH"


def jurisdiction(word: str) -> str | None:
    """The letters as the catalogue writes them; None if they name no jurisdiction."""
    letters = word.strip().upper()
    if letters == "GB":
        return "UK"
    return letters if letters in COUNTRIES or letters in ("EU", "UK") else None


def meant(word: str) -> str:
    """What a person may have meant, as the end of a sentence; nothing if nobody can tell."""
    found = _NAMES.get(" ".join(word.lower().replace("-", " ").replace("_", " ").split()))
    if found is None and jurisdiction(word[:2]) is not None and len(word) > 2:
        found = jurisdiction(word[:2])  # a provider's region, such as eu-west-1
    return f"; did you mean {found}?" if found else ""
