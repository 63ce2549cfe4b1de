"""A verification sees one moment, and keeps nobody from writing."""

from threading import Thread

from django.db import connection

from audit.reading import read_rows, snapshot
from tests.audit.chains import make_links, write
from tests.conftest import FreshDatabase


def test_what_others_write_meanwhile_is_neither_seen_nor_held_up(fresh_db: FreshDatabase) -> None:
    write(make_links("run:a", 2))

    def grow() -> None:
        write(make_links("run:b", 2))
        connection.close()

    with snapshot():
        assert len(list(read_rows())) == 2
        writer = Thread(target=grow)
        writer.start()
        writer.join(timeout=10)
        assert not writer.is_alive()
        assert len(list(read_rows())) == 2
    assert len(list(read_rows())) == 4
