-- What the migrations end with. Made by `make schema`; a test compares it with what they make.

CREATE TABLE "app_revisions" (
  "app" text not null,
  "revision" bigint not null,
  "label" text not null,
  "raw" text not null,
  "model" text,
  "problems" text not null,
  "cwl_version" text not null,
  "cwl" bigint not null,
  "notes" text,
  "created_by" text not null,
  "created" bigint not null,
  "search" text default '' not null,
  constraint "app_revisions_key" primary key ("app", "revision")
);

CREATE TABLE "apps" (
  "id" text not null,
  "project" text not null,
  "name" text not null,
  "latest" bigint not null,
  "created_by" text not null,
  "created" bigint not null,
  "copy_of" text,
  "original" text,
  "follows" text,
  "synced" bigint,
  constraint "apps_key" primary key ("id")
);

CREATE INDEX "apps_by_project_created_id" on "apps" ("project", "created", "id");

CREATE TABLE "compared_outputs" (
  "task" text not null,
  "other" text not null,
  "version" bigint not null,
  "position" bigint not null,
  "verdict" text not null,
  "row" text not null,
  constraint "compared_outputs_key" primary key ("task", "other", "version", "position")
);

CREATE TABLE "comparisons" (
  "task" text not null,
  "other" text not null,
  "version" bigint not null,
  "state" text not null,
  "message" text not null,
  "done" bigint not null,
  "total" bigint not null,
  "result" text,
  "asked" bigint not null,
  "made" bigint,
  constraint "comparisons_key" primary key ("task", "other", "version")
);

CREATE TABLE "condemned_values" (
  "hash" text not null,
  "since" bigint not null,
  constraint "condemned_values_key" primary key ("hash")
);

CREATE TABLE "content_verdicts" (
  "old" text not null,
  "new" text not null,
  "version" bigint not null,
  "verdict" text not null,
  constraint "content_verdicts_key" primary key ("old", "new", "version")
);

CREATE TABLE "contents" (
  "id" text not null,
  "size" bigint not null,
  "sha256" text,
  "bytes" blob,
  "created" bigint not null,
  "volume" text,
  "location" text,
  "etag" text,
  "condemned" bigint,
  "gone" bigint,
  "executable" bigint default 0 not null,
  constraint "contents_key" primary key ("id")
);

CREATE INDEX "contents_by_condemned" on "contents" ("condemned") where "condemned" is not null;

CREATE INDEX "contents_by_sha256" on "contents" ("sha256");

CREATE INDEX "contents_by_volume" on "contents" ("volume");

CREATE TABLE "division_members" (
  "division" text not null,
  "username" text not null,
  "role" text not null,
  constraint "division_members_key" primary key ("division", "username")
);

CREATE INDEX "division_members_by_username_division" on "division_members" ("username", "division");

CREATE TABLE "divisions" (
  "id" text not null,
  "name" text not null,
  "created" bigint not null,
  constraint "divisions_key" primary key ("id")
);

CREATE TABLE "egress_days" (
  "day" bigint not null,
  "project" text not null,
  "username" text not null,
  "bytes" bigint not null,
  constraint "egress_days_key" primary key ("day", "project", "username")
);

CREATE TABLE "feedback" (
  "id" text not null,
  "username" text not null,
  "type" text not null,
  "text" text not null,
  "referrer" text not null,
  "created" bigint not null,
  constraint "feedback_key" primary key ("id")
);

CREATE VIEW "file_metadata" as select "folder", "key", "value", "file" from "file_metadata_rows"
    where pending is null or pending in (select task from published);

CREATE TABLE "file_metadata_rows" (
  "folder" text not null,
  "key" text not null,
  "value" text not null,
  "file" text not null,
  "pending" text,
  constraint "file_metadata_key" primary key ("file", "key")
);

CREATE INDEX "file_metadata_rows_by_folder_key_value_file_pending" on "file_metadata_rows" ("folder", "key", "value", "file", "pending");

CREATE INDEX "file_metadata_rows_by_pending" on "file_metadata_rows" ("pending") where pending is not null;

CREATE TABLE "file_rows" (
  "id" text not null,
  "project" text not null,
  "parent" text,
  "type" text not null,
  "name" text not null,
  "content" text,
  "size" bigint,
  "origin_task" text,
  "tags" text not null,
  "metadata" text not null,
  "created" bigint not null,
  "modified" bigint not null,
  "pending" text,
  constraint "files_key" primary key ("id")
);

CREATE INDEX "file_rows_by_parent_id_pending" on "file_rows" ("parent", "id", "pending");

CREATE INDEX "file_rows_by_pending" on "file_rows" ("pending") where pending is not null;

CREATE INDEX "files_by_content" on "file_rows" ("content");

CREATE INDEX "files_by_origin_task" on "file_rows" ("origin_task");

CREATE UNIQUE INDEX "files_by_parent_name" on "file_rows" ("parent", "name");

CREATE INDEX "files_by_project_id" on "file_rows" ("project", "id");

CREATE INDEX "files_by_project_parent_id" on "file_rows" ("project", "parent", "id");

CREATE INDEX "folders_by_project" on "file_rows" ("project") where type = 'folder';

CREATE VIEW "files" as select "id", "project", "parent", "type", "name", "content", "size", "origin_task", "tags", "metadata", "created", "modified" from "file_rows"
    where pending is null or pending in (select task from published);

CREATE TABLE "grants" (
  "project" text not null,
  "type" text not null,
  "member" text not null,
  "read" bigint not null,
  "copy" bigint not null,
  "write" bigint not null,
  "execute" bigint not null,
  "admin" bigint not null,
  "created" bigint not null,
  constraint "grants_key" primary key ("project", "type", "member")
);

CREATE INDEX "grants_by_project_created_member" on "grants" ("project", "created", "member");

CREATE INDEX "grants_by_type_member" on "grants" ("type", "member");

CREATE TABLE "holders" (
  "content" text not null,
  "holder" text not null,
  "until" bigint,
  constraint "holders_key" primary key ("content", "holder")
);

CREATE INDEX "holders_by_holder_content" on "holders" ("holder", "content");

CREATE TABLE "idempotency_keys" (
  "username" text not null,
  "name" text not null,
  "fingerprint" text not null,
  "owner" text not null,
  "object" text,
  "status" bigint,
  "body" text,
  "created" bigint not null,
  constraint "idempotency_keys_key" primary key ("username", "name")
);

CREATE INDEX "idempotency_keys_by_created" on "idempotency_keys" ("created");

CREATE TABLE "jobs" (
  "task" text not null,
  "path" text not null,
  "status" text not null,
  "attempt" bigint not null,
  "plan" text,
  "outputs" text,
  "manifest" text,
  "exit_code" bigint,
  "command_line" text not null,
  "message" text not null,
  "stdout" text,
  "stderr" text,
  "cores" double precision not null,
  "ram" double precision not null,
  "cpu" double precision,
  "retried" bigint not null,
  "queued" bigint not null,
  "started" bigint,
  "ended" bigint,
  "cost" double precision default 0 not null,
  "inputs" text,
  "inputs_digest" text,
  "plan_digest" text,
  "outputs_digest" text,
  "circumstances" text,
  "memory" bigint,
  "key" text,
  "parts" text,
  "labelled" text,
  "no_key" text,
  "no_reuse" text,
  "reused_task" text,
  "reused_path" text,
  "distrusted" text,
  "saved" bigint,
  "saved_cost" double precision,
  constraint "jobs_key" primary key ("task", "path")
);

CREATE INDEX "jobs_by_failure" on "jobs" ("task", "path") where status = 'FAILED';

CREATE INDEX "jobs_by_inputs_digest_plan_digest" on "jobs" ("inputs_digest", "plan_digest");

CREATE INDEX "jobs_by_key" on "jobs" ("key", "ended") where key is not null;

CREATE INDEX "jobs_by_parts" on "jobs" ("task", "path") where parts is not null;

CREATE INDEX "jobs_by_reused" on "jobs" ("reused_task", "reused_path") where reused_task is not null;

CREATE TABLE "markers" (
  "id" text not null,
  "file" text not null,
  "name" text not null,
  "chromosome" text not null,
  "start" bigint not null,
  "end" bigint not null,
  "private" bigint not null,
  "created_by" text not null,
  "created" bigint not null,
  constraint "markers_key" primary key ("id")
);

CREATE INDEX "markers_by_file_id" on "markers" ("file", "id");

CREATE TABLE "members" (
  "project" text not null,
  "username" text not null,
  "read" bigint not null,
  "copy" bigint not null,
  "write" bigint not null,
  "execute" bigint not null,
  "admin" bigint not null,
  constraint "members_key" primary key ("project", "username")
);

CREATE INDEX "members_by_username_project" on "members" ("username", "project");

CREATE TABLE "migrations" (
  "number" integer primary key,
  "name" text not null
);

CREATE TABLE "operation_records" (
  "operation" text not null,
  "item" bigint not null,
  "result" text,
  "code" bigint,
  "message" text,
  constraint "operation_records_key" primary key ("operation", "item")
);

CREATE TABLE "operations" (
  "id" text not null,
  "kind" text not null,
  "username" text not null,
  "state" text not null,
  "request" text not null,
  "item" bigint not null,
  "cursor" text,
  "total" bigint not null,
  "completed" bigint not null,
  "failed" bigint not null,
  "created" bigint not null,
  "started" bigint,
  "finished" bigint,
  "owner" text,
  "lease" bigint not null,
  constraint "operations_key" primary key ("id")
);

CREATE INDEX "operations_by_finished_id" on "operations" ("finished", "id");

CREATE INDEX "operations_by_state_created_id" on "operations" ("state", "created", "id");

CREATE INDEX "operations_by_username_kind_created_id" on "operations" ("username", "kind", "created", "id");

CREATE TABLE "plan_basis" (
  "plan" text not null,
  "position" bigint not null,
  "basis" text not null,
  constraint "plan_basis_key" primary key ("plan", "position")
);

CREATE TABLE "plan_rows" (
  "plan" text not null,
  "position" bigint not null,
  "decision" text not null,
  "row" text not null,
  constraint "plan_rows_key" primary key ("plan", "position")
);

CREATE TABLE "plans" (
  "id" text not null,
  "task" text not null,
  "username" text not null,
  "draft" bigint not null,
  "origin" text,
  "record" text not null,
  "fingerprint" text not null,
  "state" text not null,
  "message" text not null,
  "done" bigint not null,
  "total" bigint not null,
  "result" text,
  "asked" bigint not null,
  "made" bigint,
  "owner" bigint not null,
  "lease" bigint not null,
  "tries" bigint not null,
  constraint "plans_key" primary key ("id")
);

CREATE INDEX "plans_by_state" on "plans" ("state");

CREATE INDEX "plans_by_task_username_asked" on "plans" ("task", "username", "asked");

CREATE TABLE "projects" (
  "id" text not null,
  "owner" text not null,
  "name" text not null,
  "description" text not null,
  "tags" text not null,
  "settings" text not null,
  "billing_group" text,
  "root_folder" text not null,
  "created_by" text not null,
  "created" bigint not null,
  "modified" bigint not null,
  "public" bigint default 0 not null,
  constraint "projects_key" primary key ("id")
);

CREATE INDEX "projects_by_created_id" on "projects" ("created", "id");

CREATE INDEX "projects_by_owner" on "projects" ("owner");

CREATE TABLE "published" (
  "task" text not null,
  "created" bigint not null,
  constraint "published_key" primary key ("task")
);

CREATE TABLE "removed_projects" (
  "id" text not null,
  "owner" text not null,
  "removed" bigint not null,
  constraint "removed_projects_key" primary key ("id")
);

CREATE TABLE "settings" (
  "key" text not null,
  "value" text not null,
  constraint "settings_key" primary key ("key")
);

CREATE TABLE "storage_days" (
  "day" bigint not null,
  "project" text not null,
  "bytes" bigint not null,
  constraint "storage_days_key" primary key ("day", "project")
);

CREATE TABLE "stored_values" (
  "hash" text not null,
  "json" text not null,
  constraint "stored_values_key" primary key ("hash")
);

CREATE TABLE "takeovers" (
  "task" text not null,
  "deaths" bigint not null,
  "taken" bigint not null,
  constraint "takeovers_key" primary key ("task")
);

CREATE TABLE "tasks" (
  "id" text not null,
  "project" text not null,
  "name" text not null,
  "description" text,
  "app" text not null,
  "status" text not null,
  "origin" text,
  "parent" text,
  "batch" bigint not null,
  "batch_input" text,
  "batch_by" text,
  "batch_group" text,
  "execution_settings" text not null,
  "use_interruptible_instances" bigint not null,
  "output_location" text,
  "inputs" text not null,
  "outputs" text not null,
  "errors" text not null,
  "warnings" text not null,
  "record" text,
  "claim" bigint not null,
  "message" text not null,
  "steps_total" bigint not null,
  "steps_completed" bigint not null,
  "created_by" text not null,
  "executed_by" text,
  "created" bigint not null,
  "started" bigint,
  "running" bigint,
  "ended" bigint,
  "cost" double precision default 0 not null,
  "seed" text,
  "time" bigint,
  "resources" text,
  "groups" text,
  "result" text,
  "verifies" bigint default 0 not null,
  "model" text,
  constraint "tasks_key" primary key ("id")
);

CREATE INDEX "tasks_by_created_id" on "tasks" ("created", "id");

CREATE INDEX "tasks_by_origin" on "tasks" ("origin");

CREATE INDEX "tasks_by_origin_id" on "tasks" ("origin", "id");

CREATE INDEX "tasks_by_parent_created_id" on "tasks" ("parent", "created", "id");

CREATE INDEX "tasks_by_parent_status" on "tasks" ("parent", "status");

CREATE INDEX "tasks_by_project_created_id" on "tasks" ("project", "created", "id");

CREATE INDEX "tasks_by_project_status_created_id" on "tasks" ("project", "status", "created", "id");

CREATE INDEX "tasks_by_status_id" on "tasks" ("status", "id");

CREATE TABLE "team_members" (
  "team" text not null,
  "username" text not null,
  "role" text not null,
  constraint "team_members_key" primary key ("team", "username")
);

CREATE INDEX "team_members_by_username_team" on "team_members" ("username", "team");

CREATE TABLE "teams" (
  "id" text not null,
  "division" text not null,
  "name" text not null,
  "created" bigint not null,
  constraint "teams_key" primary key ("id")
);

CREATE UNIQUE INDEX "teams_by_division_name" on "teams" ("division", "name");

CREATE TABLE "tokens" (
  "hash" text not null,
  "id" text not null,
  "username" text not null,
  "created" bigint not null,
  "revoked" bigint,
  constraint "tokens_key" primary key ("hash")
);

CREATE UNIQUE INDEX "tokens_by_id" on "tokens" ("id");

CREATE INDEX "tokens_by_username" on "tokens" ("username");

CREATE TABLE "transfers" (
  "id" text not null,
  "kind" text not null,
  "username" text not null,
  "state" text not null,
  "volume" text not null,
  "project" text,
  "request" text not null,
  "progress" text,
  "result" text,
  "code" bigint,
  "message" text,
  "created" bigint not null,
  "started" bigint,
  "finished" bigint,
  constraint "transfers_key" primary key ("id")
);

CREATE INDEX "transfers_by_username_kind_created_id" on "transfers" ("username", "kind", "created", "id");

CREATE INDEX "transfers_by_volume_state" on "transfers" ("volume", "state");

CREATE TABLE "upload_parts" (
  "upload" text not null,
  "number" bigint not null,
  "size" bigint not null,
  "etag" text not null,
  "reported" bigint not null,
  "place" text,
  constraint "upload_parts_key" primary key ("upload", "number")
);

CREATE TABLE "upload_writers" (
  "upload" text not null,
  "number" bigint not null,
  "writer" text not null,
  "slot" bigint not null,
  "current" bigint not null,
  constraint "upload_writers_key" primary key ("upload", "number", "writer")
);

CREATE TABLE "uploads" (
  "id" text not null,
  "username" text not null,
  "project" text not null,
  "parent" text not null,
  "name" text not null,
  "size" bigint,
  "part_size" bigint not null,
  "md5" text,
  "overwrite" bigint not null,
  "initiated" bigint not null,
  "completing" bigint,
  "touched" bigint,
  constraint "uploads_key" primary key ("id")
);

CREATE INDEX "uploads_by_project" on "uploads" ("project");

CREATE INDEX "uploads_by_username_initiated_id" on "uploads" ("username", "initiated", "id");

CREATE TABLE "users" (
  "username" text not null,
  "email" text not null,
  "admin" bigint not null,
  "disabled" bigint not null,
  "created" bigint not null,
  constraint "users_key" primary key ("username")
);

CREATE TABLE "volume_grants" (
  "volume" text not null,
  "type" text not null,
  "member" text not null,
  "read" bigint not null,
  "copy" bigint not null,
  "write" bigint not null,
  "admin" bigint not null,
  "created" bigint not null,
  constraint "volume_grants_key" primary key ("volume", "type", "member")
);

CREATE INDEX "volume_grants_by_type_member" on "volume_grants" ("type", "member");

CREATE INDEX "volume_grants_by_volume_created_member" on "volume_grants" ("volume", "created", "member");

CREATE TABLE "volumes" (
  "id" text not null,
  "owner" text not null,
  "name" text not null,
  "description" text not null,
  "access_mode" text not null,
  "active" bigint not null,
  "service" text not null,
  "secrets" text,
  "created" bigint not null,
  "modified" bigint not null,
  constraint "volumes_key" primary key ("id")
);

CREATE INDEX "volumes_by_created_id" on "volumes" ("created", "id");

CREATE INDEX "volumes_by_owner_created_id" on "volumes" ("owner", "created", "id");

CREATE TABLE "workers" (
  "claim" bigint not null,
  "place" text not null,
  "process" text not null,
  "lease_until" bigint not null,
  "started" bigint not null,
  constraint "workers_key" primary key ("claim")
);
