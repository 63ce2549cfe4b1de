"""What sign-in remembers: codes that were used, and how often it was tried."""

from django.db import models


class UsedCode(models.Model):
    """A code of an authenticator app that was accepted: a unique row, so it is accepted once.

    ``digest`` is of the app's secret and the 30-second counter, so it says nothing by itself.
    """

    user = models.ForeignKey("helpdesk.User", on_delete=models.CASCADE, related_name="used_codes")
    counter = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="used_code_once")]

    def __str__(self) -> str:
        """Show whose it was, never the code."""
        return f"code of {self.user_id}"


class SignInCount(models.Model):
    """A row of Django's database cache, where failed attempts are counted for all processes.

    The columns are those of ``createcachetable``; only the cache reads and writes them.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "helpdesk_signin_count"

    def __str__(self) -> str:
        """Show the key, which holds digests only."""
        return self.cache_key
