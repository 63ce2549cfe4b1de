"""The rows of procedures and runs. Only ``store`` writes runs and what hangs on them.

A foreign key has an index of its own only where no other index begins with it and somebody
looks rows up by it: each index is one more page that completing a step has to write.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from audit.models import StreamHead
from helpdesk.models import Tenant
from procedures.lifecycle import RunLifecycle, StepLifecycle

_USER = settings.AUTH_USER_MODEL


class ProcedureVersion(models.Model):
    """A procedure as it was published: immutable JSON, a number and a digest."""

    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    definition = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="procedure_version_once")
        ]

    def __str__(self) -> str:
        """Show key and number."""
        return f"{self.key} v{self.number}"


class Run(RunLifecycle, StreamHead):
    """One tracked run of one version of a procedure for one tenant.

    ``event_number`` is also the version number that compare-and-set uses. ``current_steps``
    and ``waiting_roles`` are what the lists show; they follow from the steps, not the time.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="runs", db_index=False
    )
    reference = models.CharField(max_length=24)
    procedure = models.CharField(max_length=40)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, db_index=False)
    subject = models.CharField(max_length=200, default="", blank=True)
    requester = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="requested_runs", db_index=False
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    current_steps = models.CharField(max_length=400, default="", blank=True)
    waiting_roles = models.CharField(max_length=200, default="", blank=True)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="linked", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "reference"], name="run_reference_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "-opened_at", "-id"], name="run_by_opening"),
            models.Index(
                fields=["tenant", "procedure", "-opened_at", "-id"], name="run_by_procedure"
            ),
            models.Index(fields=["tenant", "state", "-opened_at", "-id"], name="run_by_state"),
            models.Index(
                fields=["tenant", "requester", "-opened_at", "-id"], name="run_by_requester"
            ),
            models.Index(
                fields=["parent"], condition=models.Q(parent__isnull=False), name="run_by_parent"
            ),
            # Of many companies at once; a step does not touch it, only opening and ending do.
            models.Index(fields=["id"], condition=models.Q(state="open"), name="run_open"),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference

    @cached_property
    def stream(self) -> str:
        """Name the stream of this run's events; it never changes."""
        return f"run:{self.uid}"


class RunStep(StepLifecycle):
    """One round of one step; repeating a step adds a row with the next round.

    ``covered`` holds the values that the step stood for when it was completed.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps", db_index=False)
    key = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    performed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    late = models.BooleanField(default=False)
    note = models.TextField(default="", blank=True)
    covered = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key", "round"], name="run_step_once")
        ]

    def __str__(self) -> str:
        """Show step and round."""
        return f"{self.key}/{self.round}"


class Value(models.Model):
    """A typed value of a field; the newest row holds, the older ones are its history."""

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="stored_values", db_index=False
    )
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run", "field", "-id"], name="value_newest")
        ]

    def __str__(self) -> str:
        """Show the field."""
        return self.field


class Evidence(models.Model):
    """What is kept with a step beside its values: what a run that ended did to the tenant."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="evidence")
    step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        """Show step and kind."""
        return f"{self.step} {self.kind}"


class Decision(models.Model):
    """What a person decided, bound to the digest of the values it was decided on."""

    class Kind(models.TextChoices):
        """What was decided."""

        APPROVE = "approve"
        REJECT = "reject"
        ACKNOWLEDGE = "acknowledge"
        OVERRIDE = "override"
        DECLARE = "declare"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rule = models.CharField(max_length=40, default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    values_digest = models.CharField(max_length=64)
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        """Show kind and step."""
        return f"{self.kind} {self.step}"


class Claim(models.Model):
    """A used-up slot: a unique row while it is in force, kept for ever afterwards."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="claims")
    key = models.CharField(max_length=200)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="claims")
    until = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.TextField(default="", blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    release_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=models.Q(released_at__isnull=True),
                name="claim_once",
            )
        ]

    def __str__(self) -> str:
        """Show the key."""
        return self.key


class Participant(models.Model):
    """Somebody who asked through a run another had opened."""

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="participants", db_index=False
    )
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="participant_once")]

    def __str__(self) -> str:
        """Show who joined."""
        return f"{self.user_id}"


class Lease(models.Model):
    """Columns of work that a worker may hold for a while and must then give back.

    Counted up from zero here and nowhere else, so that no check of the database is needed.
    """

    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    token = models.IntegerField(default=0)
    error = models.TextField(default="", blank=True)

    class Meta:
        abstract = True


class Deadline(Lease):
    """Something that becomes due by itself. Fired once, cancelled when no longer needed."""

    class State(models.TextChoices):
        """Whether it is still to come."""

        PENDING = "pending"
        FIRED = "fired"
        CANCELLED = "cancelled"
        DEAD = "dead"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    step = models.CharField(max_length=40)
    round = models.SmallIntegerField()
    key = models.CharField(max_length=40)
    action = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "step", "round", "key", "due_at"], name="deadline_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="deadline_due"
            ),
            # Alarms are rare: what has none never comes by here.
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="fired", action="alarm"),
                name="deadline_gone_off",
            ),
        ]

    def __str__(self) -> str:
        """Show key and time."""
        return f"{self.key} {self.due_at:%Y-%m-%dT%H:%M:%SZ}"


class Delivery(Lease):
    """The outbox: who is to be told of an event. Written with it, sent by a worker.

    ``channel`` fanout finds the people of an audience; mail goes to one of them.
    ``message_id`` is constant, so that a repeated mail can be recognised.
    """

    class State(models.TextChoices):
        """Where the delivery is."""

        PENDING = "pending"
        SENT = "sent"
        DEAD = "dead"

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    number = models.IntegerField()
    channel = models.CharField(max_length=10)
    audience = models.CharField(max_length=200, default="", blank=True)
    recipient = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    template = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    message_id = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number", "channel", "template", "recipient"],
                name="delivery_once",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="pending"), name="delivery_due"
            )
        ]

    def __str__(self) -> str:
        """Show channel and template."""
        return f"{self.channel} {self.template}"


class Notice(models.Model):
    """A message in the app: exactly one an event, template and recipient."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="notices", db_index=False)
    number = models.PositiveIntegerField()
    recipient = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    template = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number", "template", "recipient"], name="notice_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-at", "-id"], name="notice_newest")
        ]

    def __str__(self) -> str:
        """Show the template."""
        return self.template


class Refusal(models.Model):
    """How often the same refusal came from the same person within a minute."""

    stream = models.CharField(max_length=64)
    actor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["stream", "actor", "digest", "-first_at"], name="refusal_same")
        ]

    def __str__(self) -> str:
        """Show stream and count."""
        return f"{self.stream} {self.count}"


class Counter(models.Model):
    """The last reference number given out; one row a tenant, prefix and year."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "prefix", "year"], name="counter_once")
        ]

    def __str__(self) -> str:
        """Show prefix and year."""
        return f"{self.prefix}-{self.year}"


class Probe(models.Model):
    """One look at the DNS: what was expected, what was found, and what that means."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="probes", db_index=False
    )
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="probes")
    kind = models.CharField(max_length=4)
    domain = models.CharField(max_length=253)
    outcome = models.CharField(max_length=10)
    expected = models.JSONField(default=list)
    found = models.JSONField(default=list)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        _USER, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "kind", "domain", "-at"], name="probe_newest")
        ]

    def __str__(self) -> str:
        """Show domain and outcome."""
        return f"{self.domain} {self.outcome}"


class Look(models.Model):
    """Somebody asked for a look at the DNS: what is counted, whatever comes of it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "-at"], name="look_newest")
        ]

    def __str__(self) -> str:
        """Show when."""
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ}"
