"""What travels through an onboarding."""

from dataclasses import dataclass


@dataclass
class Application:
    id: str
    company: str
    register_number: str
    email: str
    letter: str


@dataclass
class Profile:
    business: str
    risk: str  # "low", "medium" or "high"
    reason: str


@dataclass
class Account:
    number: str
    company: str
