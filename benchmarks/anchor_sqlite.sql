-- The anchor's tables for SQLite: columns, foreign keys and indexes as the product has them.
CREATE TABLE anchor_user (id integer PRIMARY KEY AUTOINCREMENT, name varchar(120) NOT NULL);
CREATE TABLE anchor_tenant (id integer PRIMARY KEY AUTOINCREMENT);
CREATE TABLE anchor_version (id integer PRIMARY KEY AUTOINCREMENT);

CREATE TABLE anchor_run (
    id integer PRIMARY KEY AUTOINCREMENT,
    event_number integer NOT NULL CHECK (event_number >= 0),
    event_mac varchar(64) NOT NULL,
    event_at datetime NULL,
    state varchar(50) NOT NULL,
    uid char(32) NOT NULL UNIQUE,
    reference varchar(24) NOT NULL,
    procedure varchar(40) NOT NULL,
    subject varchar(200) NOT NULL,
    opened_at datetime NOT NULL,
    closed_at datetime NULL,
    current_steps varchar(400) NOT NULL,
    waiting_roles varchar(200) NOT NULL,
    parent_id bigint NULL REFERENCES anchor_run DEFERRABLE INITIALLY DEFERRED,
    requester_id bigint NOT NULL REFERENCES anchor_user DEFERRABLE INITIALLY DEFERRED,
    tenant_id bigint NOT NULL REFERENCES anchor_tenant DEFERRABLE INITIALLY DEFERRED,
    version_id bigint NOT NULL REFERENCES anchor_version DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (tenant_id, reference)
);
CREATE INDEX anchor_opening ON anchor_run (tenant_id, opened_at DESC, id DESC);
CREATE INDEX anchor_procedure ON anchor_run (tenant_id, procedure, opened_at DESC, id DESC);
CREATE INDEX anchor_state ON anchor_run (tenant_id, state, opened_at DESC, id DESC);
CREATE INDEX anchor_requester ON anchor_run (tenant_id, requester_id, opened_at DESC, id DESC);
CREATE INDEX anchor_run_parent ON anchor_run (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE anchor_runstep (
    id integer PRIMARY KEY AUTOINCREMENT,
    state varchar(50) NOT NULL,
    key varchar(40) NOT NULL,
    round smallint NOT NULL CHECK (round >= 0),
    performed_at datetime NULL,
    recorded_at datetime NULL,
    late bool NOT NULL,
    note text NOT NULL,
    actor_id bigint NULL REFERENCES anchor_user DEFERRABLE INITIALLY DEFERRED,
    run_id bigint NOT NULL REFERENCES anchor_run DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (run_id, key, round)
);

CREATE TABLE anchor_event (
    id integer PRIMARY KEY AUTOINCREMENT,
    stream varchar(64) NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    kind varchar(40) NOT NULL,
    actor_kind varchar(10) NOT NULL,
    actor_id bigint NULL,
    cause varchar(80) NOT NULL,
    at datetime NOT NULL,
    performed_at datetime NULL,
    body_digest varchar(64) NOT NULL,
    previous_mac varchar(64) NOT NULL,
    mac varchar(64) NOT NULL,
    key_id varchar(16) NOT NULL,
    command_id char(32) NULL,
    command_digest varchar(64) NOT NULL,
    body text NOT NULL,
    UNIQUE (stream, number),
    UNIQUE (stream, command_id, number)
);

INSERT INTO anchor_user VALUES (1, 'Person 1');
INSERT INTO anchor_tenant VALUES (1);
INSERT INTO anchor_version VALUES (1);
