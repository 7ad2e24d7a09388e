-- What the migrations end with. Made by `make schema`; a test compares it with what they make.

create table app_revisions (
  app text collate "C" not null,
  revision bigint not null,
  label text collate "C" not null,
  raw text collate "C" not null,
  model text collate "C",
  problems text collate "C" not null,
  cwl_version text collate "C" not null,
  cwl bigint not null,
  notes text collate "C",
  created_by text collate "C" not null,
  created bigint not null,
  search text collate "C" default ''::text not null,
  constraint app_revisions_key PRIMARY KEY (app, revision)
);

create table apps (
  id text collate "C" not null,
  project text collate "C" not null,
  name text collate "C" not null,
  latest bigint not null,
  created_by text collate "C" not null,
  created bigint not null,
  copy_of text collate "C",
  original text collate "C",
  follows text collate "C",
  synced bigint,
  constraint apps_key PRIMARY KEY (id)
);

CREATE INDEX apps_by_project_created_id ON apps USING btree (project, created, id);

create table compared_outputs (
  task text collate "C" not null,
  other text collate "C" not null,
  version bigint not null,
  position bigint not null,
  verdict text collate "C" not null,
  row text collate "C" not null,
  constraint compared_outputs_key PRIMARY KEY (task, other, version, "position")
);

create table comparisons (
  task text collate "C" not null,
  other text collate "C" not null,
  version bigint not null,
  state text collate "C" not null,
  message text collate "C" not null,
  done bigint not null,
  total bigint not null,
  result text collate "C",
  asked bigint not null,
  made bigint,
  constraint comparisons_key PRIMARY KEY (task, other, version)
);

create table condemned_values (
  hash text collate "C" not null,
  since bigint not null,
  constraint condemned_values_key PRIMARY KEY (hash)
);

create table content_verdicts (
  old text collate "C" not null,
  new text collate "C" not null,
  version bigint not null,
  verdict text collate "C" not null,
  constraint content_verdicts_key PRIMARY KEY (old, new, version)
);

create table contents (
  id text collate "C" not null,
  size bigint not null,
  sha256 text collate "C",
  bytes bytea,
  created bigint not null,
  volume text collate "C",
  location text collate "C",
  etag text collate "C",
  condemned bigint,
  gone bigint,
  executable bigint default 0 not null,
  constraint contents_key PRIMARY KEY (id)
);

CREATE INDEX contents_by_condemned ON contents USING btree (condemned) WHERE (condemned IS NOT NULL);

CREATE INDEX contents_by_sha256 ON contents USING btree (sha256);

CREATE INDEX contents_by_volume ON contents USING btree (volume);

create table division_members (
  division text collate "C" not null,
  username text collate "C" not null,
  role text collate "C" not null,
  constraint division_members_key PRIMARY KEY (division, username)
);

CREATE INDEX division_members_by_username_division ON division_members USING btree (username, division);

create table divisions (
  id text collate "C" not null,
  name text collate "C" not null,
  created bigint not null,
  constraint divisions_key PRIMARY KEY (id)
);

create table egress_days (
  day bigint not null,
  project text collate "C" not null,
  username text collate "C" not null,
  bytes bigint not null,
  constraint egress_days_key PRIMARY KEY (day, project, username)
);

create table feedback (
  id text collate "C" not null,
  username text collate "C" not null,
  type text collate "C" not null,
  text text collate "C" not null,
  referrer text collate "C" not null,
  created bigint not null,
  constraint feedback_key PRIMARY KEY (id)
);

create view file_metadata as
 SELECT file_metadata_rows.folder,
    file_metadata_rows.key,
    file_metadata_rows.value,
    file_metadata_rows.file
   FROM file_metadata_rows
  WHERE ((file_metadata_rows.pending IS NULL) OR (file_metadata_rows.pending IN ( SELECT published.task
           FROM published)));

create table file_metadata_rows (
  folder text collate "C" not null,
  key text collate "C" not null,
  value text collate "C" not null,
  file text collate "C" not null,
  pending text collate "C",
  constraint file_metadata_key PRIMARY KEY (file, key)
);

CREATE INDEX file_metadata_rows_by_folder_key_value_file_pending ON file_metadata_rows USING btree (folder, key, value, file, pending);

CREATE INDEX file_metadata_rows_by_pending ON file_metadata_rows USING btree (pending) WHERE (pending IS NOT NULL);

create table file_rows (
  id text collate "C" not null,
  project text collate "C" not null,
  parent text collate "C",
  type text collate "C" not null,
  name text collate "C" not null,
  content text collate "C",
  size bigint,
  origin_task text collate "C",
  tags text collate "C" not null,
  metadata text collate "C" not null,
  created bigint not null,
  modified bigint not null,
  pending text collate "C",
  constraint files_key PRIMARY KEY (id)
);

CREATE INDEX file_rows_by_parent_id_pending ON file_rows USING btree (parent, id, pending);

CREATE INDEX file_rows_by_pending ON file_rows USING btree (pending) WHERE (pending IS NOT NULL);

CREATE INDEX files_by_content ON file_rows USING btree (content);

CREATE INDEX files_by_origin_task ON file_rows USING btree (origin_task);

CREATE UNIQUE INDEX files_by_parent_name ON file_rows USING btree (parent, name);

CREATE INDEX files_by_project_id ON file_rows USING btree (project, id);

CREATE INDEX files_by_project_parent_id ON file_rows USING btree (project, parent, id);

CREATE INDEX folders_by_project ON file_rows USING btree (project) WHERE (type = 'folder'::text);

create view files as
 SELECT file_rows.id,
    file_rows.project,
    file_rows.parent,
    file_rows.type,
    file_rows.name,
    file_rows.content,
    file_rows.size,
    file_rows.origin_task,
    file_rows.tags,
    file_rows.metadata,
    file_rows.created,
    file_rows.modified
   FROM file_rows
  WHERE ((file_rows.pending IS NULL) OR (file_rows.pending IN ( SELECT published.task
           FROM published)));

create table grants (
  project text collate "C" not null,
  type text collate "C" not null,
  member text collate "C" not null,
  read bigint not null,
  copy bigint not null,
  write bigint not null,
  execute bigint not null,
  admin bigint not null,
  created bigint not null,
  constraint grants_key PRIMARY KEY (project, type, member)
);

CREATE INDEX grants_by_project_created_member ON grants USING btree (project, created, member);

CREATE INDEX grants_by_type_member ON grants USING btree (type, member);

create table holders (
  content text collate "C" not null,
  holder text collate "C" not null,
  until bigint,
  constraint holders_key PRIMARY KEY (content, holder)
);

CREATE INDEX holders_by_holder_content ON holders USING btree (holder, content);

create table idempotency_keys (
  username text collate "C" not null,
  name text collate "C" not null,
  fingerprint text collate "C" not null,
  owner text collate "C" not null,
  object text collate "C",
  status bigint,
  body text collate "C",
  created bigint not null,
  constraint idempotency_keys_key PRIMARY KEY (username, name)
);

CREATE INDEX idempotency_keys_by_created ON idempotency_keys USING btree (created);

create table jobs (
  task text collate "C" not null,
  path text collate "C" not null,
  status text collate "C" not null,
  attempt bigint not null,
  plan text collate "C",
  outputs text collate "C",
  manifest text collate "C",
  exit_code bigint,
  command_line text collate "C" not null,
  message text collate "C" not null,
  stdout text collate "C",
  stderr text collate "C",
  cores double precision not null,
  ram double precision not null,
  cpu double precision,
  retried bigint not null,
  queued bigint not null,
  started bigint,
  ended bigint,
  cost double precision default 0 not null,
  inputs text collate "C",
  inputs_digest text collate "C",
  plan_digest text collate "C",
  outputs_digest text collate "C",
  circumstances text collate "C",
  memory bigint,
  key text collate "C",
  parts text collate "C",
  labelled text collate "C",
  no_key text collate "C",
  no_reuse text collate "C",
  reused_task text collate "C",
  reused_path text collate "C",
  distrusted text collate "C",
  saved bigint,
  saved_cost double precision,
  constraint jobs_key PRIMARY KEY (task, path)
);

CREATE INDEX jobs_by_failure ON jobs USING btree (task, path) WHERE (status = 'FAILED'::text);

CREATE INDEX jobs_by_inputs_digest_plan_digest ON jobs USING btree (inputs_digest, plan_digest);

CREATE INDEX jobs_by_key ON jobs USING btree (key, ended) WHERE (key IS NOT NULL);

CREATE INDEX jobs_by_parts ON jobs USING btree (task, path) WHERE (parts IS NOT NULL);

CREATE INDEX jobs_by_reused ON jobs USING btree (reused_task, reused_path) WHERE (reused_task IS NOT NULL);

create table markers (
  id text collate "C" not null,
  file text collate "C" not null,
  name text collate "C" not null,
  chromosome text collate "C" not null,
  start bigint not null,
  end bigint not null,
  private bigint not null,
  created_by text collate "C" not null,
  created bigint not null,
  constraint markers_key PRIMARY KEY (id)
);

CREATE INDEX markers_by_file_id ON markers USING btree (file, id);

create table members (
  project text collate "C" not null,
  username text collate "C" not null,
  read bigint not null,
  copy bigint not null,
  write bigint not null,
  execute bigint not null,
  admin bigint not null,
  constraint members_key PRIMARY KEY (project, username)
);

CREATE INDEX members_by_username_project ON members USING btree (username, project);

create table migrations (
  number bigint not null,
  name text collate "C" not null,
  constraint migrations_pkey PRIMARY KEY (number)
);

create table operation_records (
  operation text collate "C" not null,
  item bigint not null,
  result text collate "C",
  code bigint,
  message text collate "C",
  constraint operation_records_key PRIMARY KEY (operation, item)
);

create table operations (
  id text collate "C" not null,
  kind text collate "C" not null,
  username text collate "C" not null,
  state text collate "C" not null,
  request text collate "C" not null,
  item bigint not null,
  cursor text collate "C",
  total bigint not null,
  completed bigint not null,
  failed bigint not null,
  created bigint not null,
  started bigint,
  finished bigint,
  owner text collate "C",
  lease bigint not null,
  constraint operations_key PRIMARY KEY (id)
);

CREATE INDEX operations_by_finished_id ON operations USING btree (finished, id);

CREATE INDEX operations_by_state_created_id ON operations USING btree (state, created, id);

CREATE INDEX operations_by_username_kind_created_id ON operations USING btree (username, kind, created, id);

create table plan_basis (
  plan text collate "C" not null,
  position bigint not null,
  basis text collate "C" not null,
  constraint plan_basis_key PRIMARY KEY (plan, "position")
);

create table plan_rows (
  plan text collate "C" not null,
  position bigint not null,
  decision text collate "C" not null,
  row text collate "C" not null,
  constraint plan_rows_key PRIMARY KEY (plan, "position")
);

create table plans (
  id text collate "C" not null,
  task text collate "C" not null,
  username text collate "C" not null,
  draft bigint not null,
  origin text collate "C",
  record text collate "C" not null,
  fingerprint text collate "C" not null,
  state text collate "C" not null,
  message text collate "C" not null,
  done bigint not null,
  total bigint not null,
  result text collate "C",
  asked bigint not null,
  made bigint,
  owner bigint not null,
  lease bigint not null,
  tries bigint not null,
  constraint plans_key PRIMARY KEY (id)
);

CREATE INDEX plans_by_state ON plans USING btree (state);

CREATE INDEX plans_by_task_username_asked ON plans USING btree (task, username, asked);

create table projects (
  id text collate "C" not null,
  owner text collate "C" not null,
  name text collate "C" not null,
  description text collate "C" not null,
  tags text collate "C" not null,
  settings text collate "C" not null,
  billing_group text collate "C",
  root_folder text collate "C" not null,
  created_by text collate "C" not null,
  created bigint not null,
  modified bigint not null,
  public bigint default 0 not null,
  constraint projects_key PRIMARY KEY (id)
);

CREATE INDEX projects_by_created_id ON projects USING btree (created, id);

CREATE INDEX projects_by_owner ON projects USING btree (owner);

create table published (
  task text collate "C" not null,
  created bigint not null,
  constraint published_key PRIMARY KEY (task)
);

create table removed_projects (
  id text collate "C" not null,
  owner text collate "C" not null,
  removed bigint not null,
  constraint removed_projects_key PRIMARY KEY (id)
);

create table settings (
  key text collate "C" not null,
  value text collate "C" not null,
  constraint settings_key PRIMARY KEY (key)
);

create table storage_days (
  day bigint not null,
  project text collate "C" not null,
  bytes bigint not null,
  constraint storage_days_key PRIMARY KEY (day, project)
);

create table stored_values (
  hash text collate "C" not null,
  json text collate "C" not null,
  constraint stored_values_key PRIMARY KEY (hash)
);

create table takeovers (
  task text collate "C" not null,
  deaths bigint not null,
  taken bigint not null,
  constraint takeovers_key PRIMARY KEY (task)
);

create table tasks (
  id text collate "C" not null,
  project text collate "C" not null,
  name text collate "C" not null,
  description text collate "C",
  app text collate "C" not null,
  status text collate "C" not null,
  origin text collate "C",
  parent text collate "C",
  batch bigint not null,
  batch_input text collate "C",
  batch_by text collate "C",
  batch_group text collate "C",
  execution_settings text collate "C" not null,
  use_interruptible_instances bigint not null,
  output_location text collate "C",
  inputs text collate "C" not null,
  outputs text collate "C" not null,
  errors text collate "C" not null,
  warnings text collate "C" not null,
  record text collate "C",
  claim bigint not null,
  message text collate "C" not null,
  steps_total bigint not null,
  steps_completed bigint not null,
  created_by text collate "C" not null,
  executed_by text collate "C",
  created bigint not null,
  started bigint,
  running bigint,
  ended bigint,
  cost double precision default 0 not null,
  seed text collate "C",
  time bigint,
  resources text collate "C",
  groups text collate "C",
  result text collate "C",
  verifies bigint default 0 not null,
  model text collate "C",
  constraint tasks_key PRIMARY KEY (id)
);

CREATE INDEX tasks_by_created_id ON tasks USING btree (created, id);

CREATE INDEX tasks_by_origin ON tasks USING btree (origin);

CREATE INDEX tasks_by_origin_id ON tasks USING btree (origin, id);

CREATE INDEX tasks_by_parent_created_id ON tasks USING btree (parent, created, id);

CREATE INDEX tasks_by_parent_status ON tasks USING btree (parent, status);

CREATE INDEX tasks_by_project_created_id ON tasks USING btree (project, created, id);

CREATE INDEX tasks_by_project_status_created_id ON tasks USING btree (project, status, created, id);

CREATE INDEX tasks_by_status_id ON tasks USING btree (status, id);

create table team_members (
  team text collate "C" not null,
  username text collate "C" not null,
  role text collate "C" not null,
  constraint team_members_key PRIMARY KEY (team, username)
);

CREATE INDEX team_members_by_username_team ON team_members USING btree (username, team);

create table teams (
  id text collate "C" not null,
  division text collate "C" not null,
  name text collate "C" not null,
  created bigint not null,
  constraint teams_key PRIMARY KEY (id)
);

CREATE UNIQUE INDEX teams_by_division_name ON teams USING btree (division, name);

create table tokens (
  hash text collate "C" not null,
  id text collate "C" not null,
  username text collate "C" not null,
  created bigint not null,
  revoked bigint,
  constraint tokens_key PRIMARY KEY (hash)
);

CREATE UNIQUE INDEX tokens_by_id ON tokens USING btree (id);

CREATE INDEX tokens_by_username ON tokens USING btree (username);

create table transfers (
  id text collate "C" not null,
  kind text collate "C" not null,
  username text collate "C" not null,
  state text collate "C" not null,
  volume text collate "C" not null,
  project text collate "C",
  request text collate "C" not null,
  progress text collate "C",
  result text collate "C",
  code bigint,
  message text collate "C",
  created bigint not null,
  started bigint,
  finished bigint,
  constraint transfers_key PRIMARY KEY (id)
);

CREATE INDEX transfers_by_username_kind_created_id ON transfers USING btree (username, kind, created, id);

CREATE INDEX transfers_by_volume_state ON transfers USING btree (volume, state);

create table upload_parts (
  upload text collate "C" not null,
  number bigint not null,
  size bigint not null,
  etag text collate "C" not null,
  reported bigint not null,
  place text collate "C",
  constraint upload_parts_key PRIMARY KEY (upload, number)
);

create table upload_writers (
  upload text collate "C" not null,
  number bigint not null,
  writer text collate "C" not null,
  slot bigint not null,
  current bigint not null,
  constraint upload_writers_key PRIMARY KEY (upload, number, writer)
);

create table uploads (
  id text collate "C" not null,
  username text collate "C" not null,
  project text collate "C" not null,
  parent text collate "C" not null,
  name text collate "C" not null,
  size bigint,
  part_size bigint not null,
  md5 text collate "C",
  overwrite bigint not null,
  initiated bigint not null,
  completing bigint,
  touched bigint,
  constraint uploads_key PRIMARY KEY (id)
);

CREATE INDEX uploads_by_project ON uploads USING btree (project);

CREATE INDEX uploads_by_username_initiated_id ON uploads USING btree (username, initiated, id);

create table users (
  username text collate "C" not null,
  email text collate "C" not null,
  admin bigint not null,
  disabled bigint not null,
  created bigint not null,
  constraint users_key PRIMARY KEY (username)
);

create table volume_grants (
  volume text collate "C" not null,
  type text collate "C" not null,
  member text collate "C" not null,
  read bigint not null,
  copy bigint not null,
  write bigint not null,
  admin bigint not null,
  created bigint not null,
  constraint volume_grants_key PRIMARY KEY (volume, type, member)
);

CREATE INDEX volume_grants_by_type_member ON volume_grants USING btree (type, member);

CREATE INDEX volume_grants_by_volume_created_member ON volume_grants USING btree (volume, created, member);

create table volumes (
  id text collate "C" not null,
  owner text collate "C" not null,
  name text collate "C" not null,
  description text collate "C" not null,
  access_mode text collate "C" not null,
  active bigint not null,
  service text collate "C" not null,
  secrets text collate "C",
  created bigint not null,
  modified bigint not null,
  constraint volumes_key PRIMARY KEY (id)
);

CREATE INDEX volumes_by_created_id ON volumes USING btree (created, id);

CREATE INDEX volumes_by_owner_created_id ON volumes USING btree (owner, created, id);

create table workers (
  claim bigint not null,
  place text collate "C" not null,
  process text collate "C" not null,
  lease_until bigint not null,
  started bigint not null,
  constraint workers_key PRIMARY KEY (claim)
);
