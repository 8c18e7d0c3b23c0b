"""The decisions table."""

import os
from datetime import UTC, datetime

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from claims_triage.models import Decision

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///claims.db"))


class Base(DeclarativeBase):
    pass


class DecisionRow(Base):
    __tablename__ = "decisions"

    claim_id: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    amount: Mapped[float]
    category: Mapped[str]
    decided_by: Mapped[str]
    crm_record: Mapped[str]
    decided_at: Mapped[datetime]


def open_session() -> Session:
    Base.metadata.create_all(engine)
    return Session(engine)


def save_decision(decision: Decision, crm_record: str) -> None:
    row = DecisionRow(
        claim_id=decision.claim_id,
        outcome=decision.outcome,
        amount=decision.amount,
        category=decision.category,
        decided_by=decision.decided_by,
        crm_record=crm_record,
        decided_at=datetime.now(UTC),
    )
    with open_session() as session:
        session.merge(row)
        session.commit()


def find_decision(claim_id: str) -> dict | None:
    with open_session() as session:
        row = session.get(DecisionRow, claim_id)
    return None if row is None else {"claim_id": row.claim_id, "outcome": row.outcome, "amount": row.amount}


def decisions_since(moment: datetime) -> list[dict]:
    with open_session() as session:
        rows = session.scalars(select(DecisionRow).where(DecisionRow.decided_at >= moment)).all()
    return [{"claim_id": r.claim_id, "outcome": r.outcome, "amount": r.amount, "category": r.category} for r in rows]
