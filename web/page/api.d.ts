// Written by web/typescript.py from the models of the API: `python -m web.typescript`.

/** This process answers. */
export interface Alive {
  status: "alive";
}

/** One file of the result. */
export interface Artifact {
  uri: string;
  bytes: number;
  sha256: string;
  content_type: string;
}

/** One attempt, from its claim to whatever ended it. Open while `ended_at` is None. */
export interface Attempt {
  n: number;
  worker: string;
  token: number;
  started_at: string;
  ended_at: string | null;
  event: string | null;
  reason: Reason | null;
  message: string;
}

/** One attribute of a message. A pair, because Firestore takes no map whose keys are like `__this__`. */
export interface Attribute {
  name: string;
  value: string;
}

/** What was done, by whom, to how many, and why. */
export interface AuditEntry {
  id: string;
  /** dlq.replay, claims.pause and the like; a later version may know others. */
  action: string;
  who: string;
  why: string;
  /** The run of replays it belongs to. */
  run: string | null;
  /** By which words they were chosen. */
  filter: string[];
  /** The first hundred of them. */
  ids: string[];
  /** How many there were to do. */
  of: number;
  /** What it came to. */
  counts: Record<string, number>;
  begun_at: string;
  /** Null while it is being done, and for ever when it was cut off. */
  done_at: string | null;
}

/** Entries, newest first. */
export interface AuditPage {
  entries: AuditEntry[];
  /** For the page behind this one; null at the end. */
  next_page_token: string | null;
}

/** A batch, and how far it is. */
export interface BatchAnswer {
  id: string;
  name: string;
  /** As many jobs as were asked for. */
  total: number;
  /** So many of its jobs run at a time; null: as many as can. */
  inflight_max: number | null;
  created_at: string;
  links: BatchLinks;
  request_counts: RequestCounts;
  /** Whether none of its jobs waits or runs. */
  done: boolean;
}

/** Where to go on from a batch. */
export interface BatchLinks {
  self: string;
  jobs: string;
  cancel: string;
}

/** Batches, newest first. */
export interface BatchPage {
  batches: BatchRow[];
  /** For the page behind this one; null at the end. */
  next_page_token: string | null;
}

/** Many requests under one name. The same name and requests lead to the same jobs, however often they are sent. */
export interface BatchRequest {
  /** Of the batch, among its owner's. */
  name: string;
  /** So many of its jobs run at a time, whoever submitted them. Jobs that are made now keep to it. Left out: as it was said before, and otherwise as many as can. */
  inflight_max?: number | null;
  /** As for single jobs, but of low priority unless they say otherwise. A custom_id is kept, and leads to its job whenever it is sent again. */
  requests: JobRequest[];
}

/** A batch as it is on record. */
export interface BatchRow {
  id: string;
  name: string;
  /** As many jobs as were asked for. */
  total: number;
  /** So many of its jobs run at a time; null: as many as can. */
  inflight_max: number | null;
  created_at: string;
  links: BatchLinks;
}

/** The corners of the object's box. Two fields: a document has no lists of lists. */
export interface Bounds {
  low: [number, number, number];
  high: [number, number, number];
}

/** Where a finished stage's output lies on the shelf; the next attempt starts after it. */
export interface Checkpoint {
  key: string;
  seconds: number;
  hit: boolean;
}

/** All that is known of a dead letter. One of `job`, `garbage` and `document` is there. */
export interface DeadAnswer {
  id: string;
  kind: "job" | "garbage" | "unreadable";
  /** When it came among the dead letters; null when nobody can tell. */
  died_at: string | null;
  /** When its letter was published; null: sweep has yet to do it. */
  letter_at: string | null;
  /** Of the one table; a later version of this program may know others. */
  reason: string | null;
  message: string | null;
  stage: string | null;
  route: string | null;
  /** How many were made; only of a job. */
  attempt: number | null;
  attempts_left: number | null;
  /** The words of the job, or how the message begins. */
  what: string;
  means: Means | null;
  job: Job | null;
  /** With its payload, the first 64 KiB, in base64. */
  garbage: Garbage | null;
  /** As it lies there, where no job can be read. */
  document: Record<string, unknown> | null;
  /** The traceback of the last attempt, where there was one. */
  debug: Record<string, unknown> | null;
}

/** The outbox entry of a failed job: pending until `published_at` is set. */
export interface DeadLetter {
  published_at: string | null;
}

/** Dead letters, the last to die first. */
export interface DeadPage {
  dead_letters: DeadRow[];
  /** For the page behind this one; null at the end. */
  next_page_token: string | null;
}

/** A dead letter, whatever it is, in a line. */
export interface DeadRow {
  id: string;
  kind: "job" | "garbage" | "unreadable";
  /** When it came among the dead letters; null when nobody can tell. */
  died_at: string | null;
  /** When its letter was published; null: sweep has yet to do it. */
  letter_at: string | null;
  /** Of the one table; a later version of this program may know others. */
  reason: string | null;
  message: string | null;
  stage: string | null;
  route: string | null;
  /** How many were made; only of a job. */
  attempt: number | null;
  attempts_left: number | null;
  /** The words of the job, or how the message begins. */
  what: string;
}

/** What an owner may be told. */
export type EventType = "job.succeeded" | "job.failed" | "job.canceled" | "batch.completed";

/** Why something ended badly, in words a client may read; tracebacks are kept elsewhere. */
export interface Failure {
  reason: Reason;
  message: string;
  retryable: boolean;
  stage: string | null;
  route: string | null;
  attempt: number;
  refusals: string[];
  at: string;
}

/** How many failed for one reason at one route. */
export interface FailureStats {
  reason: string;
  /** Null when the job had come to no route. */
  route: string | null;
  count: number;
}

/** How a page gets at Firebase. */
export interface Firebase {
  app: FirebaseApp;
  /** Firestore's, which the jobs are in; null: they are kept elsewhere. */
  database: string | null;
  /** Host and port of Firestore's emulator; it takes everybody's word. */
  emulator: string | null;
}

/** A web app of a Firebase project, in Firebase's words. All of it is public: who may do what, rules say. */
export interface FirebaseApp {
  apiKey: string;
  authDomain: string;
  projectId: string;
  appId: string;
}

/** A message in which no job was found, as it is kept: bounded, so that every backend takes it. */
export interface Garbage {
  id: string;
  reason: Reason;
  message: string;
  original: string;
  original_bytes: number;
  attributes: Attribute[];
  source_message_id: string;
  filed_at: string | null;
}

/** What shall be made: a concept in words, or an image. Equal inputs give equal objects. */
export interface GivenJobInput {
  /** The concept in words, 1 to 200 characters, any script. */
  prompt?: string | null;
  /** The id of an upload. */
  image?: string | null;
  /** What it is doing, 0 to 40 characters: flying, sitting. */
  verb?: string;
  quality?: Quality;
  /** None: as many as the template has. */
  num_parts?: number | null;
  seed?: number;
  points?: number;
}

export interface GoOn {
  /** Why, for the record. */
  reason?: string;
}

/** A job document. `claims` is the fencing token's source and only grows; `attempts_left` is a budget: spent at claim, given back by `hand_back`, renewed by `replay`. Two numbers for two questions. */
export interface Job {
  schema_version: number;
  id: string;
  owner_uid: string;
  source: string;
  request_id: string;
  status: JobStatus;
  done: boolean;
  cancel_requested: boolean;
  progress: number;
  stage: Stage | null;
  stages: StageDone[];
  eta_at: string | null;
  input: JobInput;
  priority: Priority;
  turn: number;
  tags: string[];
  batch_id: string | null;
  batch_inflight_max: number | null;
  custom_id: string | null;
  idempotency_key: string | null;
  request_fingerprint: string;
  trace: string;
  attempt: number;
  reseed: number;
  attempts_left: number;
  claims: number;
  attempts: Attempt[];
  lease: Lease | null;
  checkpoints: Record<string, Checkpoint>;
  error: Failure | null;
  output: Output | null;
  metrics: Metrics | null;
  dead_letter: DeadLetter | null;
  replay: Replay | null;
  created_at: string;
  started_at: string | null;
  updated_at: string;
  completed_at: string | null;
  not_before: string;
  start_by: string | null;
  expires_at: string;
  last_write: LastWrite | null;
}

/** A job document as it is stored, its place in the queue, and where to go on. */
export interface JobAnswer {
  schema_version: number;
  id: string;
  owner_uid: string;
  source: string;
  request_id: string;
  status: JobStatus;
  done: boolean;
  cancel_requested: boolean;
  progress: number;
  stage: Stage | null;
  stages: StageDone[];
  eta_at: string | null;
  input: JobInput;
  priority: Priority;
  turn: number;
  tags: string[];
  batch_id: string | null;
  batch_inflight_max: number | null;
  custom_id: string | null;
  idempotency_key: string | null;
  request_fingerprint: string;
  trace: string;
  attempt: number;
  reseed: number;
  attempts_left: number;
  claims: number;
  attempts: Attempt[];
  lease: Lease | null;
  checkpoints: Record<string, Checkpoint>;
  error: Failure | null;
  output: Output | null;
  metrics: Metrics | null;
  dead_letter: DeadLetter | null;
  replay: Replay | null;
  created_at: string;
  started_at: string | null;
  updated_at: string;
  completed_at: string | null;
  not_before: string;
  start_by: string | null;
  expires_at: string;
  last_write: LastWrite | null;
  /** How many go before it; null when it is not waiting. */
  queue_position: number | null;
  links: Links;
}

/** What shall be made: a concept in words, or an image. Equal inputs give equal objects. */
export interface JobInput {
  /** The concept in words, 1 to 200 characters, any script. */
  prompt: string | null;
  /** The id of an upload. */
  image: string | null;
  /** What it is doing, 0 to 40 characters: flying, sitting. */
  verb: string;
  quality: Quality;
  /** None: as many as the template has. */
  num_parts: number | null;
  seed: number;
  points: number;
}

/** Jobs, newest first. */
export interface JobPage {
  jobs: JobAnswer[];
  /** For the page behind this one; null at the end. */
  next_page_token: string | null;
}

/** An input, and how the client wants it handled. */
export interface JobRequest {
  input: GivenJobInput;
  priority?: "high" | "normal" | "low" | 0 | 1 | 2;
  tags?: string[];
  batch_id?: string | null;
  custom_id?: string | null;
  /** Earliest start; None: at once. */
  not_before?: string | null;
  /** Give up if not started by then; None: never. */
  start_by?: string | null;
}

/** Where a job is. The comment says who moves it on. */
export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "canceled";

/** Who wrote last, and which of its writes it was: a lost answer is recognised by it. */
export interface LastWrite {
  holder: string;
  n: number;
}

/** The right to work on a job. `token` counts every claim ever made and never goes back, so a worker that slept through its own lease cannot pass for the worker that came after it. */
export interface Lease {
  holder: string;
  token: number;
  expires_at: string;
}

/** Where to go on from a job. */
export interface Links {
  self: string;
  events: string;
  cancel: string;
  retry: string;
  /** File name to address, once there are files. */
  artifacts: Record<string, string>;
}

/** What became of each request, by its index in the body. */
export interface MadeBatch {
  id: string;
  name: string;
  /** As many jobs as were asked for. */
  total: number;
  /** So many of its jobs run at a time; null: as many as can. */
  inflight_max: number | null;
  created_at: string;
  links: BatchLinks;
  request_counts: RequestCounts;
  /** Whether none of its jobs waits or runs. */
  done: boolean;
  jobs: TakenRequest[];
  duplicates: TwinRequest[];
  /** They have no job; the others have theirs all the same. */
  refused: RefusedRequest[];
}

/** Somebody, and what they may do. */
export interface Me {
  /** Whose jobs these are. */
  owner: string;
  scopes: Scope[];
  /** Of the key they came with; null for who came without one. */
  key_id: string | null;
}

/** What a reason means to whoever meets it. */
export interface Means {
  sentence: string;
  /** Whether trying again can help. */
  retryable: boolean;
  runbook: string;
}

/** Seconds, measured by the worker's monotonic clock (`wait_seconds`: by the store's). */
export interface Metrics {
  wait_seconds: number;
  run_seconds: number;
  stage_seconds: Record<string, number>;
}

/** The result: files by name, and what is in them. */
export interface Output {
  files: Record<string, Artifact>;
  template: string;
  route: string;
  parts: PartInfo[];
  refusals: string[];
  remedies: string[];
  models: string[];
  licences: string[];
  bounds: Bounds | null;
  watertight: boolean;
}

/** What this server's page can do beyond the API. */
export interface PageOptions {
  /** Sign-in and listening with Firebase; null: neither is set up. */
  firebase: Firebase | null;
}

/** One named part of the object; `id` is its row in the palette and its value in the point cloud. */
export interface PartInfo {
  id: number;
  name: string;
  color: string;
  faces: number;
  vertices: number;
  points: number;
}

/** Whether claims are paused, and what was said when that was last decided. */
export interface Pause {
  paused: boolean;
  by: string;
  reason: string;
  paused_at: string | null;
}

/** Of measured seconds. Each is one that was measured: the smallest that so many percent do not exceed. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  /** How many were measured. */
  of: number;
}

/** What a run would do. Nothing was done. */
export interface PlanAnswer {
  /** How many jobs it would try again. */
  total: number;
  /** Whether there are more than one run takes. */
  more: boolean;
  /** About how long it would take. */
  seconds: number;
  by_reason: Record<string, number>;
  /** For how many of them trying again changes nothing. */
  hopeless: number;
  /** The first 100 of them. */
  job_ids: string[];
}

/** Who goes first. Stored as a number because the index sorts by it; people write the word. */
export type Priority = 0 | 1 | 2;

/** Why a request was refused. */
export interface Problem {
  /** Where a person reads on. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The address that was asked. */
  instance: string;
  reason: Reason;
  domain: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
  errors: Wrong[];
  request_id: string;
}

export type Quality = "draft" | "standard" | "high";

/** The queue as it is now, or was a second ago. */
export interface QueueAnswer {
  /** Jobs that wait, scheduled ones too. */
  queued: number;
  running: number;
  /** How long one has been due already; null when none is. */
  oldest_queued_seconds: number | null;
  /** Of the last jobs that succeeded; null when none has. */
  median_run_seconds: number | null;
  /** Whether no worker takes another job until somebody says go on. */
  paused: boolean;
  /** About how long a job submitted now takes to its end, all jobs being alike; null when nothing was measured yet, and during a pause. */
  eta_seconds: number | null;
}

/** This process can serve: the store answers. */
export interface Ready {
  status: "ready";
  /** No worker takes another job now; jobs are taken on all the same. */
  paused: boolean;
}

/** Why a job or a request failed: one vocabulary for document, HTTP, terminal and alerts. */
export type Reason =
  | "INVALID_INPUT"
  | "BAD_MESSAGE"
  | "MODEL_LOAD_FAILED"
  | "GPU_OUT_OF_MEMORY"
  | "GENERATION_FAILED"
  | "MESH_INVALID"
  | "LABELS_FAILED"
  | "STAGE_TIMEOUT"
  | "JOB_TIMEOUT"
  | "STORAGE_UNAVAILABLE"
  | "WORKER_LOST"
  | "MAX_ATTEMPTS_EXCEEDED"
  | "CANCELED_BY_USER"
  | "START_DEADLINE_PASSED"
  | "PROMPT_REJECTED"
  | "QUOTA_EXCEEDED"
  | "RATE_LIMITED"
  | "OVERLOADED"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA"
  | "IDEMPOTENCY_CONFLICT"
  | "JOB_ALREADY_DONE"
  | "JOB_NOT_DONE"
  | "INTERNAL";

/** A body or a query that says why. */
export interface Reasoned {
  /** Why, for the record. */
  reason: string;
}

export interface RefusedRequest {
  index: number;
  custom_id: string | null;
  reason: Reason;
  /** Its dotted path, where one field is to blame. */
  field: string | null;
  message: string;
}

/** The last time ops tried it again. */
export interface Replay {
  count: number;
  by: string;
  reason: string;
  at: string;
  run: string | null;
}

/** Which failed jobs to try again, and how fast. */
export interface ReplayRequest {
  /** KEY=VALUE: reason, stage, route, owner, batch, tag or priority. Several must all hold. */
  filter?: string[];
  /** Died then or later: an age, or an ISO time. */
  since?: string | null;
  /** Died then or before. */
  until?: string | null;
  /** No more than these, the last to fail first. */
  limit?: number | null;
  /** How many a second. */
  rps?: number;
  /** Say what would be done, and do nothing. */
  dry_run?: boolean;
  /** Why, for the record. */
  reason: string;
}

/** Jobs of a batch by their status. */
export interface RequestCounts {
  /** Jobs that are there: fewer than the batch's total when it was cut off, and when some are gone. */
  total: number;
  queued: number;
  running: number;
  succeeded: number;
  failed: number;
  canceled: number;
}

/** How to try again. */
export interface Retry {
  /** Why, for the record. */
  reason?: string;
  /** Another seed makes another job. */
  seed?: number | null;
}

/** How one route did. */
export interface RouteStats {
  succeeded: number;
  failed: number;
  run_seconds: Percentiles | null;
}

/** A run as it is on record. */
export interface RunAnswer {
  id: string;
  filter: string[];
  reason: string;
  who: string;
  rps: number;
  total: number;
  /** So far; noted every few seconds. */
  replayed: number;
  /** Not the run's to try any more: somebody else did, or removed them. */
  left: number;
  begun_at: string;
  /** Null while it goes on, and when the process that did it ended: then POST .../resume goes on. */
  done_at: string | null;
}

/** What a key allows. */
export type Scope = "submit" | "read" | "ops";

/** What is being done right now. `progress` counts within the stage, 0 to 100. */
export interface Stage {
  name: string;
  label: string;
  index: number;
  total: number;
  progress: number;
  message: string;
  started_at: string;
}

/** One finished stage of this attempt. `hit`: it was found on the shelf, not made. */
export interface StageDone {
  name: string;
  started_at: string;
  ended_at: string;
  seconds: number;
  hit: boolean;
}

/** What became of the newest jobs. */
export interface Stats {
  /** Only jobs made then or later are counted. */
  since: string | null;
  /** How many jobs were looked at, the newest. */
  of: number;
  /** Whether there are older ones since then, which are not counted. */
  more: boolean;
  /** Documents among them that are no job. */
  unreadable: number;
  by_status: Record<string, number>;
  /** Of those that failed. */
  by_reason: Record<string, number>;
  by_route: Record<string, RouteStats>;
  /** By reason and route, the most frequent first. */
  failures: FailureStats[];
  /** In the queue; of those that succeeded, as all seconds are. */
  wait_seconds: Percentiles | null;
  run_seconds: Percentiles | null;
  stage_seconds: Record<string, Percentiles>;
}

/** What one sweep did. */
export interface SweepAnswer {
  /** Running jobs whose worker went silent. */
  lapsed: number;
  /** Queued jobs that were to start before now. */
  late: number;
  /** Running documents that cannot be read as jobs. */
  condemned: number;
  /** Due jobs that nobody had claimed for a minute. */
  woken: number;
  /** Queued jobs that were to be canceled. */
  canceled: number;
  /** Dead letters sent. */
  announced: number;
  /** Dead letters taken off their topic. */
  drained: number;
  /** Jobs that were kept as long as was promised. */
  removed: number;
  /** Steps that the next sweep has to do. */
  left: number;
  /** What was done about webhooks. */
  webhooks: Record<string, number>;
}

export interface TakenRequest {
  index: number;
  custom_id: string | null;
  job_id: string;
  /** False: it was there before. */
  new: boolean;
}

export interface TwinRequest {
  index: number;
  /** The request that asks for the same, and has the job. */
  first: number;
}

/** A picture that is kept for a job to come. */
export interface UploadAnswer {
  /** What a request names it by: `input.image`. */
  id: string;
  bytes: number;
  /** What the picture is, whatever it was sent as. */
  content_type: string;
  /** By then a job must have been made from it. */
  expires_at: string;
}

/** What runs here. */
export interface Version {
  version: string;
  python: string;
  /** local or gcp. */
  backend: string;
  /** How things are made, the first is tried first. */
  routes: string[];
  /** Of job documents. */
  schema_version: number;
}

/** A webhook and how the telling goes. Its secret is not shown again. */
export interface WebhookAnswer {
  id: string;
  url: string;
  events: EventType[];
  created_at: string;
  /** When it answered 410, and so asked for no more. */
  disabled_at: string | null;
  /** Runs of deliveries that failed since the last that did not. */
  failures: number;
  /** Why the last one failed; empty when it did not. */
  last_error: string;
}

/** The caller's webhooks, the oldest first: there are never more than fit into one answer. */
export interface WebhookList {
  webhooks: WebhookAnswer[];
}

/** A new webhook. */
export interface WebhookMade {
  id: string;
  url: string;
  events: EventType[];
  created_at: string;
  /** When it answered 410, and so asked for no more. */
  disabled_at: string | null;
  /** Runs of deliveries that failed since the last that did not. */
  failures: number;
  /** Why the last one failed; empty when it did not. */
  last_error: string;
  /** What its messages are signed with. Keep it: it is shown this once. */
  secret: string;
}

/** Whom to tell, and what. */
export interface WebhookRequest {
  /** A public address under https. */
  url: string;
  /** Which ends of jobs and batches. */
  events?: EventType[];
}

/** One field of the request, and what is wrong with it. */
export interface Wrong {
  /** Its dotted path. */
  field: string;
  message: string;
}
