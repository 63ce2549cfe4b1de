"""The table that a measurement ends with: what, how much, what it must be, what it aims at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One target. ``more`` says that more is better; ``binding`` that the must is a must."""

    what: str
    measured: float
    must: float
    aim: float
    more: bool = True
    binding: bool = True
    digits: int = 2
    unit: str = ""

    @property
    def ok(self) -> bool:
        """Say whether the must is reached."""
        return self.measured >= self.must if self.more else self.measured <= self.must

    @property
    def aimed(self) -> bool:
        """Say whether the aim is reached too."""
        return self.measured >= self.aim if self.more else self.measured <= self.aim


def table(rows: list[Row]) -> str:
    """Write the rows as a table for a terminal."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'what':{width}}  {'measured':>10} {'must':>8} {'aim':>8}  ok"]
    for row in rows:
        sign = "≥" if row.more else "≤"
        measured = f"{row.measured:.{row.digits}f}{row.unit}"
        must, aim = (f"{sign} {value:g}" for value in (row.must, row.aim))
        word = ("yes, aim reached" if row.aimed else "yes") if row.ok else "NO"
        if not row.binding:
            word += " (reported)"
        lines.append(f"{row.what:{width}}  {measured:>10} {must:>8} {aim:>8}  {word}")
    return "\n".join(lines)
