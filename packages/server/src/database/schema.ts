import type { ColumnType, Generated } from 'kysely'
import type { TaskStatus } from '../domain/task-states.ts'

/**
 * Longer than 400 lines: the tables are read as a whole, in the order of schema.sqlite.sql, and have no code.
 *
 * The tables, as types. The same on every dialect: ids made by the program, times in integer milliseconds since the
 * epoch, booleans as 0 and 1, JSON as text that is read whole (what is filtered on has a column of its own).
 */
export interface Schema {
  users: UserRow
  tokens: TokenRow
  projects: ProjectRow
  removed_projects: RemovedProjectRow
  members: MemberRow
  grants: GrantRow
  divisions: DivisionRow
  division_members: DivisionMemberRow
  teams: TeamRow
  team_members: TeamMemberRow
  storage_days: StorageDayRow
  egress_days: EgressDayRow
  /** what is to be seen: views, to be read only */
  files: Seen<FileRow>
  file_metadata: Seen<FileMetadataRow>
  /** with what is not to be seen yet: to be written, and read by pending.ts alone */
  file_rows: Hidable<FileRow>
  file_metadata_rows: Hidable<FileMetadataRow>
  published: PublishedRow
  contents: ContentRow
  holders: HolderRow
  volumes: VolumeRow
  volume_grants: VolumeGrantRow
  transfers: TransferRow
  uploads: UploadRow
  upload_parts: UploadPartRow
  upload_writers: UploadWriterRow
  apps: AppRow
  app_revisions: AppRevisionRow
  stored_values: StoredValueRow
  condemned_values: CondemnedValueRow
  tasks: TaskRow
  jobs: JobRow
  operations: OperationRow
  operation_records: OperationRecordRow
  markers: MarkerRow
  feedback: FeedbackRow
  settings: SettingRow
  workers: WorkerRow
  idempotency_keys: IdempotencyKeyRow
  takeovers: TakeoverRow
  comparisons: ComparisonRow
  compared_outputs: ComparedOutputRow
  content_verdicts: ContentVerdictRow
  plans: PlanRow
  plan_rows: PlannedRow
  plan_basis: PlanBasisRow
}

export interface UserRow {
  /** the username, also what other tables refer to */
  username: string
  email: string
  admin: number
  disabled: number
  created: number
}

/** Only the SHA-256 of a token is kept. */
export interface TokenRow {
  hash: string
  id: string
  username: string
  created: number
  revoked: number | null
}

export interface ProjectRow {
  /** `owner/short` */
  id: string
  owner: string
  name: string
  description: string
  /** JSON list of strings */
  tags: string
  /** JSON object, complete */
  settings: string
  billing_group: string | null
  root_folder: string
  /** 1: everybody may read and copy its files and apps */
  public: number
  created_by: string
  created: number
  modified: number
}

/** What a user may do in a project, from all grants together: made anew whenever one of them changes. */
export interface MemberRow {
  project: string
  username: string
  read: number
  copy: number
  write: number
  execute: number
  admin: number
}

export type MemberType = 'USER' | 'TEAM' | 'DIVISION'

/** What a project grants to a user, a team or a division. */
export interface GrantRow {
  project: string
  type: MemberType
  /** username, or id of the team or division */
  member: string
  read: number
  copy: number
  write: number
  execute: number
  admin: number
  created: number
}

/** An organisation of users. */
export interface DivisionRow {
  /** a slug */
  id: string
  name: string
  created: number
}

export interface DivisionMemberRow {
  division: string
  username: string
  role: 'ADMIN' | 'MEMBER' | 'EXTERNAL_COLLABORATOR'
}

export interface TeamRow {
  id: string
  division: string
  name: string
  created: number
}

export interface TeamMemberRow {
  team: string
  username: string
  role: 'ADMIN' | 'MEMBER'
}

/** The most bytes that the files of a project had on a day; `day` is its beginning (UTC). */
export interface StorageDayRow {
  day: number
  project: string
  bytes: number
}

/** Bytes of a project that a user fetched on a day. */
export interface EgressDayRow {
  day: number
  project: string
  username: string
  bytes: number
}

/** Columns of a view. */
type Seen<Row> = { [column in keyof Row]: ColumnType<Row[column], never, never> }

/** `pending`: the task whose outputs come in several transactions; null: to be seen. */
type Hidable<Row> = Row & { pending: Generated<string | null> }

/** A task whose pending rows are to be seen (pending.ts). */
export interface PublishedRow {
  task: string
  created: number
}

/** A file or a folder of a project. */
export interface FileRow {
  /** 24 hex characters, ascending with creation */
  id: string
  project: string
  /** null only for a project's root folder */
  parent: string | null
  type: 'file' | 'folder'
  name: string
  content: string | null
  size: number | null
  /** the task that made it */
  origin_task: string | null
  /** JSON */
  tags: string
  metadata: string
  created: number
  modified: number
}

/** One row a key, to find files by metadata. */
export interface FileMetadataRow {
  folder: string
  key: string
  value: string
  file: string
}

/**
 * Bytes, once. `sha256` comes when they have been read once. Up to 4 KiB lie in `bytes`, the rest in the store; or they lie
 * on a volume, as the object at `location` that had this `etag` when it was registered.
 */
export interface ContentRow {
  id: string
  size: number
  sha256: string | null
  bytes: Uint8Array | null
  volume: string | null
  /** without the volume's own prefix */
  location: string | null
  etag: string | null
  /** whoever made it could execute it */
  executable: number
  /** since when nobody holds it; null while somebody does. It stays when the bytes have gone */
  condemned: number | null
  /** when its bytes were let go: from then on only the row is there, with its hash */
  gone: number | null
  created: number
}

/** A project whose rows are being removed (project-removal.ts); its id is not given to another one until they are. */
export interface RemovedProjectRow {
  id: string
  owner: string
  removed: number
}

/** A bucket, or a folder of the server's machine, that files may lie in. */
export interface VolumeRow {
  /** `owner/name` */
  id: string
  owner: string
  name: string
  description: string
  access_mode: 'RO' | 'RW'
  active: number
  /** JSON: the service without its secrets */
  service: string
  /** the secrets, as JSON, encrypted by a key outside the database; null when there are none */
  secrets: string | null
  created: number
  modified: number
}

/** What a volume grants to a user, a team or a division. */
export interface VolumeGrantRow {
  volume: string
  type: MemberType
  /** username, or id of the team or division */
  member: string
  read: number
  copy: number
  write: number
  admin: number
  created: number
}

/** An import from a volume, or an export to one: what its caller sees of it. An operation does it (operations/). */
export interface TransferRow {
  /** 32 characters */
  id: string
  kind: 'import' | 'export'
  username: string
  state: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED'
  volume: string
  /** of an import: where it goes */
  project: string | null
  /** JSON, as it was accepted */
  request: string
  /** what a store noted to go on from */
  progress: string | null
  /** the id of the file or folder that came of it */
  result: string | null
  /** of the error it ended with */
  code: number | null
  message: string | null
  created: number
  started: number | null
  finished: number | null
}

/** Who needs a content. No holder: it may be removed. The words are those of domain/holders.ts. */
export interface HolderRow {
  content: string
  holder: string
  until: number | null
}

export interface UploadRow {
  id: string
  username: string
  project: string
  parent: string
  name: string
  size: number | null
  part_size: number
  md5: string | null
  overwrite: number
  initiated: number
  /** when its completion began: from then on its parts are settled. The number says whose completion it is */
  completing: number | null
  /** when its last part came; null when none has */
  touched: number | null
}

export interface UploadPartRow {
  upload: string
  number: number
  size: number
  etag: string
  /** the client has reported it with the right ETag */
  reported: number
  /** the file that it lies in, of the upload's folder; null: in its slot */
  place: string | null
}

/** Somebody writes a part (upload-writers.ts). */
export interface UploadWriterRow {
  upload: string
  number: number
  writer: string
  slot: number
  current: number
}

export interface AppRow {
  /** `owner/project/name` */
  id: string
  project: string
  name: string
  latest: number
  /** id, with revision, of the app that it was copied from */
  copy_of: string | null
  /** ids without revision: the app at the beginning of a row of copies, and the one whose new revisions it gets */
  original: string | null
  follows: string | null
  /** the revision of `follows` that it has got last */
  synced: number | null
  created_by: string
  created: number
}

export interface AppRevisionRow {
  app: string
  revision: number
  label: string
  /** the document as it was posted, parsed, as JSON text: hash of a stored value */
  raw: string
  /** the normalised process (`Process` of @reprise/cwl): hash of a stored value; null when the document is not valid */
  model: string | null
  /** JSON list of strings, each with its position */
  problems: string
  /** `cwlVersion` as written */
  cwl_version: string
  /** 1 when it is CWL at all */
  cwl: number
  notes: string | null
  /** what it is found by, in lower case */
  search: string
  created_by: string
  created: number
}

/** JSON text by its SHA-256: inputs, outputs, documents and records are stored once. */
export interface StoredValueRow {
  hash: string
  json: string
}

/** A stored value that nothing referred to when it was last looked (stored-values.ts). */
export interface CondemnedValueRow {
  hash: string
  since: number
}

export interface TaskRow {
  id: string
  project: string
  name: string
  description: string | null
  /** with revision */
  app: string
  status: TaskStatus
  /** the task that this one is a rerun of */
  origin: string | null
  parent: string | null
  batch: number
  batch_input: string | null
  /** JSON or null */
  batch_by: string | null
  batch_group: string | null
  /** JSON, complete */
  execution_settings: string
  use_interruptible_instances: number
  output_location: string | null
  /** hashes of stored values */
  inputs: string
  outputs: string
  /** JSON lists of validation entries */
  errors: string
  warnings: string
  /** what its expressions draw from and see as the date, from its origin; null without one */
  seed: string | null
  time: number | null
  /** JSON: resources by step, in place of what the tools state; or null */
  resources: string | null
  /** JSON: the groups of a batch draft that are those of its origin's record, in place of what its input would be split into; or null */
  groups: string | null
  /** 1: it is compared with its origin when it ends */
  verifies: number
  /** hash of the outputs by content, set when it is COMPLETED: files may be deleted, and what they were is still known */
  result: string | null
  /** hash of the resolved record, set when the task leaves DRAFT */
  record: string | null
  /** hash of the process that the record names, so that it is known to be needed */
  model: string | null
  /** of the worker that runs it: only ever grows; a write under an older one is refused */
  claim: number
  /** why it failed, or what it waits for */
  message: string
  steps_total: number
  steps_completed: number
  /** of its jobs, in the currency of the price list */
  cost: number
  created_by: string
  executed_by: string | null
  created: number
  started: number | null
  /** when a job of it first ran */
  running: number | null
  ended: number | null
}

export interface JobRow {
  task: string
  path: string
  status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'ABORTED' | 'SKIPPED'
  attempt: number
  /** the job plan: hash of a stored value; null for a job without a process */
  plan: string | null
  /** hash of the inputs of a job without a process; those of others stand in the plan */
  inputs: string | null
  /** hashes of stored values, set when DONE */
  outputs: string | null
  manifest: string | null
  /** SHA-256 of its inputs by content, of the rest of its plan, of its outputs (rerun/digest.ts); null until all bytes are hashed and they are asked for */
  inputs_digest: string | null
  plan_digest: string | null
  outputs_digest: string | null
  /** what it is: SHA-256 in hex of the tree of its key, which is a stored value and names others; null until all bytes are hashed */
  key: string | null
  /** hash of the parts of its key while bytes of them have no hash: a stored value */
  parts: string | null
  /** hash of the outputs with the metadata that they were given out of its inputs; null where they got none */
  labelled: string | null
  /** why it has no key */
  no_key: string | null
  /** why its result is for no other job */
  no_reuse: string | null
  /** the job that ran itself, whose result it took */
  reused_task: string | null
  reused_path: string | null
  /** JSON: by whom, when and why its result is never to be taken again; null when it may be */
  distrusted: string | null
  /** milliseconds, and cost, of the job whose result it took */
  saved: number | null
  saved_cost: number | null
  /** where it ran: hash of a stored value */
  circumstances: string | null
  exit_code: number | null
  command_line: string
  message: string
  /** file ids of the logs, null when empty or not there yet */
  stdout: string | null
  stderr: string | null
  cores: number
  ram: number
  cpu: number | null
  /** bytes that it used at most */
  memory: number | null
  cost: number
  retried: number
  queued: number
  started: number | null
  ended: number | null
}

export type OperationState = 'SUBMITTED' | 'RESOLVING' | 'RUNNING' | 'FINISHED'

/** What goes on behind the answer of the call that accepted it; an item after the other (operations/). */
export interface OperationRow {
  id: string
  /** which room does it: `files.copy` */
  kind: string
  username: string
  state: OperationState
  /** JSON, as its kind wants it */
  request: string
  /** the item that is next or under way, from 0 */
  item: number
  /** JSON: how far that item has come; null at its beginning */
  cursor: string | null
  total: number
  completed: number
  failed: number
  created: number
  started: number | null
  finished: number | null
  /** the process that runs it, until `lease`; a write of any other one is refused */
  owner: string | null
  lease: number
}

/** How an item ended: with a result (JSON, its kind's) or the code and message of an error. */
export interface OperationRecordRow {
  operation: string
  item: number
  result: string | null
  code: number | null
  message: string | null
}

/** A named place on a genome, kept with a file. */
export interface MarkerRow {
  id: string
  file: string
  name: string
  chromosome: string
  start: number
  end: number
  /** 1: only its maker sees it */
  private: number
  created_by: string
  created: number
}

export interface FeedbackRow {
  id: string
  username: string
  type: string
  text: string
  referrer: string
  created: number
}

export interface SettingRow {
  key: string
  value: string
}

/** A worker that shares the tasks with others (PostgreSQL). */
export interface WorkerRow {
  /** the number in whose name it writes */
  claim: number
  /** the start of the machine that it runs on, by the kernel's id */
  place: string
  /** its process and when that began, among those that see one another */
  process: string
  /** on the database's clock */
  lease_until: number
  started: number
}

/** A key that a user gave to a call. */
export interface IdempotencyKeyRow {
  username: string
  name: string
  /** of method, path and body */
  fingerprint: string
  /** the one call that was carried out under it */
  owner: string
  /** the id of what it made, when that is known */
  object: string | null
  /** of its answer; null until that is there */
  status: number | null
  body: string | null
  created: number
}

/** A task that a worker took up after another had died with it, and that has not come further since. */
export interface TakeoverRow {
  task: string
  /** workers that died as they took it up, and the one that takes it up now */
  deaths: number
  /** times that it was taken up */
  taken: number
}

/** Two tasks side by side, by a version of the comparers; it is made once and kept. */
export interface ComparisonRow {
  task: string
  /** the task that it is compared with, the older one */
  other: string
  version: number
  state: 'MAKING' | 'READY' | 'FAILED'
  message: string
  done: number
  total: number
  /** JSON, as rerun/comparison.ts makes it */
  result: string | null
  asked: number
  made: number | null
}

/** One file or value of the outputs that a comparison compared, in the order of the output object. */
export interface ComparedOutputRow {
  task: string
  other: string
  version: number
  position: number
  verdict: 'identical' | 'equivalent' | 'different' | 'missing'
  /** JSON */
  row: string
}

/** What a comparer found of two contents, by their SHA-256; a pair is compared once. */
export interface ContentVerdictRow {
  old: string
  new: string
  version: number
  /** JSON */
  verdict: string
}

/** What a run would do, as a user asked for it. */
export interface PlanRow {
  /** `sha256:` and 64 hex digits: of no other plan */
  id: string
  /** the draft, or the task that a rerun is planned of */
  task: string
  /** in whose name it would run */
  username: string
  /** 1: of the draft itself, 0: of a rerun that is not made */
  draft: number
  /** of what would run: the task that it is a rerun of */
  origin: string | null
  /** JSON: the record that would be frozen; empty once it is wanted no more */
  record: string
  /** of all in the record that decides what is run: two that are the same plan the same */
  fingerprint: string
  /** ENDED: a newer one has taken its place */
  state: 'MAKING' | 'READY' | 'FAILED' | 'ENDED'
  message: string
  /** jobs planned, and known */
  done: number
  total: number
  /** JSON: counts, what is saved and expected */
  result: string | null
  asked: number
  made: number | null
  /** the claim of the worker that makes it, until `lease` */
  owner: number
  lease: number
  /** how often a worker began it */
  tries: number
}

/** One job of a plan, or those of a scatter with the same answer, in the order of the graph. */
export interface PlannedRow {
  plan: string
  position: number
  decision: 'reuse' | 'run' | 'unknown' | 'skip'
  /** JSON, as it is shown */
  row: string
}

/** What a part of a plan rests on: it is stale when this is so no more. */
export interface PlanBasisRow {
  plan: string
  position: number
  /** JSON: donors, and keys without one */
  basis: string
}
