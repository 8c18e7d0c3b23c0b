"""What travels through the processing of an invoice."""

from dataclasses import dataclass, field


@dataclass
class Line:
    text: str
    amount: float


@dataclass
class Page:
    order_number: str | None = None
    supplier: str | None = None
    email: str | None = None
    lines: list[Line] = field(default_factory=list)


@dataclass
class Invoice:
    id: str
    supplier: str
    email: str
    order_number: str | None
    lines: list[Line]

    @property
    def total(self) -> float:
        return round(sum(line.amount for line in self.lines), 2)


@dataclass
class Decision:
    approved: bool
    by: str
