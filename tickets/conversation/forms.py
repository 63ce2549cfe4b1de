"""The form of a comment: words, who may read them, whom to tell, files."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.conversation import vault
from tickets.conversation.commenting import LONGEST_TEXT
from tickets.conversation.kinds import KINDS, NotTaken, kind_of
from tickets.conversation.models import Draft
from tickets.conversation.names import safe_name
from tickets.conversation.readers import Reader, named_in

PUBLIC, INTERNAL = "public", "internal"


class FilesInput(forms.FileInput):
    """A field for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return all of them."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files, each looked at by name, size and content; an error names its file."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[UploadedFile, str, str]]:
        """Return each file with its safe name and its kind."""
        files = [one for one in data or () if one]
        if len(files) > vault.MOST:
            most = _("At most %(count)s files at once.") % {"count": vault.MOST}
            raise forms.ValidationError(most)
        found, problems = [], []
        for one in files:
            name = safe_name(one.name or "")
            try:
                if not name:
                    raise NotTaken("kind")
                kind = kind_of(name, one, one.size or 0, vault.LARGEST)
                found.append((one, name, kind))
            except NotTaken as error:
                problems.append(f"{name or '?'}: {_why(error.code)}")
        if problems:
            raise forms.ValidationError(problems)
        return found


def _why(code: str) -> str:
    return {
        "kind": _("this kind of file is not taken; possible are %(kinds)s"),
        "mismatch": _("its content is not what its name says"),
        "large": _("it is larger than %(most)s MiB"),
        "empty": _("it is empty"),
        "bomb": _("it would unpack to far more than it may hold"),
    }[code] % {"kinds": ", ".join(KINDS), "most": vault.LARGEST // 1024 // 1024}


class WordsField(forms.CharField):
    """Words that are wanted, unless a file says it; the form asks for one of the two."""

    def validate(self, value: Any) -> None:
        """Take nothing for an answer here."""


class CommentForm(forms.Form):
    """A comment; whoever may write internal ones says each time who may read it."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read this?"),
        widget=forms.RadioSelect,
        choices=[
            (INTERNAL, gettext_lazy("Internal: only the vendor's people")),
            (PUBLIC, gettext_lazy("The company reads it, too")),
        ],
        error_messages={"required": gettext_lazy("Choose who may read this comment.")},
    )
    text = WordsField(
        label=gettext_lazy("Comment"),
        widget=forms.Textarea(attrs={"rows": 4, "data-mentions": ""}),
    )
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell these people"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They get a notice here. Or write @ and a name in the text."),
    )
    attachments = FilesField(
        label=gettext_lazy("Files"), required=False, widget=FilesInput(attrs={"multiple": True})
    )

    def __init__(
        self, readers: Sequence[Reader], *, internal: bool, draft: Draft | None = None, **kw: Any
    ) -> None:
        """Make it for somebody who may write internal comments, or not; begin with a draft."""
        super().__init__(auto_id="comment-%s", initial=_initial(draft), **kw)
        self.readers = readers
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (one.id, one.name + (f" · {_('vendor')}" if one.vendor else "")) for one in readers
        ]
        endings = ", ".join(f".{ending}" for ending in KINDS)
        self.fields["attachments"].widget.attrs["accept"] = endings
        self.fields["attachments"].help_text = _(
            "At most %(count)s files of %(most)s MiB: %(kinds)s."
        ) % {
            "count": vault.MOST,
            "most": vault.LARGEST // 1024 // 1024,
            "kinds": ", ".join(KINDS),
        }
        if not internal:
            del self.fields["visibility"]

    @property
    def is_internal(self) -> bool:
        """Say whether only the vendor's people may read it. Call after ``is_valid``."""
        return self.cleaned_data.get("visibility") == INTERNAL

    def clean_text(self) -> str:
        """Take line breaks as they are meant; say how much too long it is."""
        text = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                _("At most %(most)s characters; these are %(count)s.")
                % {"most": f"{LONGEST_TEXT:,}", "count": f"{len(text):,}"}
            )
        return str(text)

    def clean(self) -> dict[str, Any]:
        """Ask for words or a file, and that everybody who is told may read it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = cleaned.get("text") or cleaned.get("attachments")
        if not said and not {"text", "attachments"} & set(self.errors):
            self.add_error("text", _("Write something, or add a file."))
        if self.is_internal:
            self.refuse(cleaned.get("people") or ())
        return cleaned

    def refuse(self, people: Sequence[int]) -> None:
        """Say who of these may not read an internal comment."""
        names = [one.name for one in self.readers if one.id in people and not one.vendor]
        if names:
            words = _("%(names)s may not read an internal comment and cannot be told of it.")
            self.add_error("people", words % {"names": ", ".join(names)})

    def told(self) -> frozenset[int]:
        """Return whom to tell: who is ticked, and who is named in the text and may read it."""
        able = [one for one in self.readers if one.vendor or not self.is_internal]
        named = named_in(self.cleaned_data["text"], able)
        return frozenset(self.cleaned_data["people"]) | named

    def renew(self) -> None:
        """Give a form that came back a new submission id; what was typed stays."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["submission"] = str(uuid4())
        self.data = data


def _initial(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    visibility = {True: INTERNAL, False: PUBLIC, None: None}[draft.internal]
    return {"text": draft.text, "people": draft.people, "visibility": visibility}
