"""Send mails about accounts: plain text, through the tasks of Django."""

from django.core.mail import EmailMessage
from django.tasks import task


@task
def send_text(to: str, subject: str, text: str) -> None:
    """Send one mail; a failure is logged and does not reach the page that asked for it."""
    EmailMessage(subject, text, to=[to]).send()
