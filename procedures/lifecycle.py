"""The two state machines: what a run and a step of a run may become, and nothing else."""

from typing import Any

from django.db import models
from django_fsm import FSMField, FSMFieldDescriptor, transition


class _StateOf(FSMFieldDescriptor):
    """Read a state straight from the instance; runs are never loaded without it."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the state: a command asks for it some thirty times."""
        if instance is None:
            return self
        state = instance.__dict__.get(self.field.name)
        return super().__get__(instance, owner) if state is None else state


class StateField(FSMField):
    """The state of a lifecycle; to migrations it is django_fsm's own field."""

    descriptor_class = _StateOf

    def deconstruct(self) -> Any:
        """Name django_fsm's field, which this one is in the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django_fsm.FSMField", args, kwargs


class RunState(models.TextChoices):
    """Where a run is in its life."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"


class StepState(models.TextChoices):
    """Where one round of a step is in its life. Ready, late, blocked are derived, not stored."""

    PENDING = "pending"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class RunLifecycle(models.Model):
    """The lifecycle of a run."""

    state = StateField(default=RunState.OPEN, choices=RunState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=RunState.OPEN, target=RunState.COMPLETED)
    def complete(self, now: Any) -> None:
        """Nothing is left to do."""
        self.closed_at = now

    @transition(field=state, source=RunState.OPEN, target=RunState.CANCELLED)
    def cancel(self, now: Any) -> None:
        """Somebody ended it, with a reason."""
        self.closed_at = now

    @transition(field=state, source=RunState.OPEN, target=RunState.REFUSED)
    def refuse(self, now: Any) -> None:
        """An approver refused it finally."""
        self.closed_at = now

    @transition(field=state, source=RunState.OPEN, target=RunState.EXPIRED)
    def expire(self, now: Any) -> None:
        """A gate of a pending step is blocked for good."""
        self.closed_at = now

    @transition(field=state, source=[RunState.COMPLETED, RunState.EXPIRED], target=RunState.OPEN)
    def reopen(self) -> None:
        """Go on after completion, or after a late entry into an expired run."""
        self.closed_at = None


class StepLifecycle(models.Model):
    """The lifecycle of one round of a step."""

    state = StateField(default=StepState.PENDING, choices=StepState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(
        field=state, source=[StepState.PENDING, StepState.EXPIRED], target=StepState.COMPLETED
    )
    def complete(self, performed_at: Any, now: Any, actor_id: int | None) -> None:
        """Somebody did it."""
        self.performed_at = performed_at
        self.recorded_at = now
        self.actor_id = actor_id

    @transition(field=state, source=StepState.PENDING, target=StepState.SKIPPED)
    def skip(self, now: Any, actor_id: int | None) -> None:
        """Somebody left it out, with a reason."""
        self.performed_at = now
        self.recorded_at = now
        self.actor_id = actor_id

    @transition(field=state, source=StepState.PENDING, target=StepState.EXPIRED)
    def expire(self) -> None:
        """Its time is over."""

    @transition(field=state, source=StepState.EXPIRED, target=StepState.PENDING)
    def revive(self) -> None:
        """The run goes on after a late entry."""
