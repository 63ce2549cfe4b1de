"""Publishing: new versions only, rewording refused, a twelfth procedure is a page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from procedures import engine, publish, snapshot
from procedures.catalog import PROCEDURES
from procedures.definition import Field, Procedure, Step
from procedures.models import ProcedureVersion, Run
from procedures.rules import Text
from tests.engine.cast import make_cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, tzinfo=UTC)
FIRST = PROCEDURES[0]


@pytest.fixture(autouse=True)
def forget_versions() -> Iterator[None]:
    """Forget versions read by id: a rollback gives their ids out again."""
    cache = import_module("procedures.store.asking")._procedure
    cache.cache_clear()
    yield
    cache.cache_clear()


def twelfth() -> Procedure:
    return Procedure(
        key="signature_change",
        prefix="SC",
        number=1,
        title=Text("서명 변경", "Change the signature"),
        question="서명을 바꾸고 싶어요.",
        answer=(),
        summary=Text("회사 서명을 바꿉니다.", "Change the company's signature."),
        fields=(Field("signature", "long_text", Text("새 서명", "New signature")),),
        steps=(
            Step(
                "request", "collect", Text("요청", "Ask"), roles=("member",), fields=("signature",)
            ),
            Step("perform", "do", Text("변경", "Change"), roles=("mail_admin",)),
        ),
    )


def test_the_lock_file_has_the_digest_of_every_procedure() -> None:
    lock = publish.read_lock()
    for one in PROCEDURES:
        written = lock.get((one.key, one.number))
        assert written == snapshot.digest(one), f"{one.key}: manage.py publish --lock"


def test_publishing_again_stores_nothing_new() -> None:
    assert publish.publish(NOW) == []


def test_other_words_under_the_same_number_are_refused_and_store_nothing() -> None:
    reworded = replace(FIRST, summary=Text("다른 말", "other words"))
    before = ProcedureVersion.objects.count()
    with pytest.raises(publish.Reworded, match="raise its number to 2"):
        publish.publish(NOW, (twelfth(), reworded))
    assert ProcedureVersion.objects.count() == before


def test_other_words_under_the_next_number_are_a_new_version_and_runs_stay_on_theirs() -> None:
    cast = make_cast()
    run = cast.open("member", FIRST.key, service="email", changes=["kim, 김하나, 신규"])
    publish.publish(NOW, (replace(FIRST, number=2, summary=Text("다른 말", "other")),))
    later = cast.open("member", FIRST.key, service="approval", changes=["kim, 김하나, 신규"])
    assert (run.version.number, later.version.number) == (1, 2)
    cast.done("site", run, "review")
    assert Run.objects.get(pk=run.pk).version.number == 1


def test_the_lock_file_refuses_other_words_under_the_same_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "LOCK", tmp_path / "versions.lock")
    publish.write_lock((FIRST,))
    with pytest.raises(publish.Reworded):
        publish.write_lock((replace(FIRST, subject=""),))


def test_a_twelfth_procedure_is_a_value_and_its_line_in_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "LOCK", tmp_path / "versions.lock")
    procedures = (*PROCEDURES, twelfth())
    publish.write_lock(procedures)
    assert len(publish.read_lock()) == len(procedures)
    assert [str(one) for one in publish.publish(NOW, procedures)] == ["signature_change v1"]
    cast = make_cast()
    run = cast.open("member", "signature_change", signature="새 서명입니다.")
    result = engine.complete_step(
        run, actor_id=cast.people["mail"].pk, now=cast.tick(), step="perform"
    )
    assert result.run is not None
    assert (result.run.reference, str(result.run.state)) == ("SC-2026-0001", "completed")
