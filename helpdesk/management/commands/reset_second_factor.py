"""Take a person's second factor away when the phone and the recovery codes are lost."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from audit.chain import Entry
from helpdesk import account_mail, history, sessions
from helpdesk.models import Tenant, User, VendorMembership


class Command(BaseCommand):
    """Remove app and codes, end every session, record it, and tell the person."""

    help = (
        "Remove a person's authenticator app and recovery codes. They sign in with their password "
        "and set up a new app. Make sure by another way that it is really them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do everything or nothing."""
        email = options["email"].strip().lower()
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"nobody signs in with {email}")
        with transaction.atomic():
            _record(user, now=timezone.now())
            removed, _rows = Authenticator.objects.filter(user=user).delete()
            sessions.end_sessions(user)
        _tell(user)
        what = "second factor removed" if removed else "there was no second factor"
        self.stdout.write(f"{email}: {what}; every session ended.")


def _record(user: User, *, now: datetime) -> None:
    body = {"user": user.pk}
    entry = Entry("person.second_factor_reset", "system", None, body, cause="reset_second_factor")
    if VendorMembership.objects.filter(user=user).exists():
        history.append(history.lock_vendor(), [entry], now=now)
    mine = Tenant.objects.filter(memberships__user=user).distinct().order_by("pk")
    for pk in list(mine.values_list("pk", flat=True)):
        history.append(history.lock_tenant(pk), [entry], now=now)


def _tell(user: User) -> None:
    with translation.override(user.language):
        if translation.get_language() == "ko":
            subject = "2단계 인증이 초기화되었습니다"
            text = (
                "운영자가 인증 앱과 복구 코드를 지우고 모든 로그인을 끝냈습니다. "
                "다시 로그인하면 새로 등록합니다.\n"
                "요청하지 않았다면 곧바로 사이트 관리자에게 알려 주세요.\n"
            )
        else:
            subject = "Your second factor was reset"
            text = (
                "The operator removed your authenticator app and recovery codes and ended every "
                "session. Sign in to set up a new app.\n"
                "If you did not ask for it, tell your site admin at once.\n"
            )
    account_mail.send_text.enqueue(user.email, subject, text)
