"""Comments for tests: said by the engine, or sent as a browser sends them."""

import io
import zipfile
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from helpdesk.models import User
from procedures.models import Run
from tickets.conversation import vault
from tickets.conversation.commenting import Said, add_comment
from tickets.conversation.models import Comment

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MAIL = b"From: a@x.example\r\nTo: b@x.example\r\nSubject: hello\r\n\r\nHello\r\n"


def office(folder: str, *parts: tuple[str, bytes]) -> bytes:
    """Make an office file with the parts that make it one, and these besides."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/main.xml", "<x/>")
        for name, content in parts:
            archive.writestr(name, content)
    return held.getvalue()


def say(
    run: Run, who: User, text: str = "안녕하세요", *, internal: bool = False, **more: Any
) -> Comment:
    """Add a comment directly."""
    now: datetime = more.pop("now", None) or timezone.now()
    files = [
        vault.keep(io.BytesIO(content), name, name.rpartition(".")[2])
        for name, content in more.pop("files", {}).items()
    ]
    said = Said(text, internal, frozenset(more.pop("people", ())), tuple(files))
    submission = more.pop("submission", None) or uuid4()
    comment, _repeated = add_comment(run, said, author=who, submission=submission, now=now)
    return comment


def talk_url(run: Run) -> str:
    """Return the address of a run's conversation."""
    return f"/t/{run.tenant.slug}/runs/{run.reference}/conversation/"


def post(client: Client, run: Run, text: str = "", **fields: Any) -> HttpResponse:
    """Send the form of a comment; ``files`` maps names to contents."""
    files = fields.pop("files", {})
    data = {"submission": str(uuid4()), "text": text, **fields}
    if files:
        data["attachments"] = [SimpleUploadedFile(name, body) for name, body in files.items()]
    return client.post(talk_url(run), data)
