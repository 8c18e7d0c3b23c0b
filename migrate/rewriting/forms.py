"""What is known of the form of a value: its fields, keys and items, and the words that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Form:
    """What is known of a value; forms that turn out to be of one value become one."""

    fields: dict[str, Form] = field(default_factory=dict)
    keys: dict[str, Form] = field(default_factory=dict)
    places: dict[int, Form] = field(default_factory=dict)
    item: Form | None = None
    least: int = 1
    words: list[str | int | float | bool] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    kinds: dict[str, None] = field(default_factory=dict)
    cuts: list[str] = field(default_factory=list)
    body: Form | None = None
    json: Form | None = None
    became: Form | None = None

    def real(self) -> Form:
        """The form that this one has become."""
        found = self
        while found.became is not None:
            found = found.became
        return found

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        own = self.real()
        return bool(
            own.fields
            or own.keys
            or own.places
            or own.item
            or own.words
            or own.limits
            or own.kinds
            or own.body
            or own.json
        )

    def one(self, other: Form) -> Form:
        """Both are the same value."""
        mine, theirs = self.real(), other.real()
        if mine is theirs:
            return mine
        theirs.became = mine
        # Joining parts can make this form part of another one, so its root is asked for again each time.
        for name in ("fields", "keys", "places"):
            for key, value in list(getattr(theirs, name).items()):
                known: dict[object, Form] = getattr(mine.real(), name)
                if key in known:
                    known[key].one(value)
                else:
                    known[key] = value
        for name in ("item", "body", "json"):
            first, second = getattr(mine.real(), name), getattr(theirs, name)
            if first is not None and second is not None:
                first.one(second)
            elif second is not None:
                setattr(mine.real(), name, second)
        root = mine.real()
        root.words += [w for w in theirs.words if w not in root.words]
        root.limits += theirs.limits
        root.cuts += [c for c in theirs.cuts if c not in root.cuts]
        root.kinds |= theirs.kinds
        root.least = max(root.least, theirs.least)
        return mine.real()

    def of_field(self, name: str) -> Form:
        """The field of this name."""
        return self.real().fields.setdefault(name, Form())

    def of_key(self, name: str) -> Form:
        """What stands under a key."""
        return self.real().keys.setdefault(name, Form())

    def of_item(self) -> Form:
        """Any item."""
        own = self.real()
        own.item = own.item or Form()
        return own.item

    def of_place(self, index: int) -> Form:
        """The item at a place that a name is given to."""
        return self.real().places.setdefault(index, Form())

    def kind(self, name: str) -> Form:
        """It is of this kind too."""
        self.real().kinds.setdefault(name)
        return self
