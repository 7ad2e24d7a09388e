/** What the commands read of the API's answers. */

export interface FileEntry {
  id: string
  name: string
  type: 'file' | 'folder'
  size?: number
  project: string
  parent?: string
  created_on?: string
  modified_on?: string
  tags?: string[]
  metadata?: Record<string, string>
  origin?: { task?: string }
}

export interface Project {
  id: string
  name: string
  description?: string
  tags?: string[]
  settings?: Record<string, unknown>
  permissions?: Permissions
  root_folder?: string
  billing_group?: string
  created_by?: string
  created_on?: string
}

export const PERMISSIONS = ['read', 'copy', 'write', 'execute', 'admin'] as const
export type Permissions = Record<(typeof PERMISSIONS)[number], boolean>

export interface Member {
  username: string
  email?: string
  type?: string
  permissions: Permissions
}

/** A job of the server on many files. */
export interface FileOperation {
  id: string
  type: 'COPY' | 'MOVE' | 'DELETE'
  state: 'SUBMITTED' | 'RESOLVING' | 'RUNNING' | 'FINISHED'
  total_files?: number | null
  completed_files?: number | null
  failed_files?: number | null
  result?: { resource?: FileEntry; error?: { code: number; message: string } }[] | null
}

/** A File or Directory in a task's inputs and outputs; `path` is an id. */
export interface FileValue {
  class: 'File' | 'Directory'
  path: string
  name?: string
  secondaryFiles?: FileValue[]
}

export interface Task {
  id: string
  name: string
  status: 'DRAFT' | 'CREATING' | 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'ABORTING' | 'ABORTED' | 'FAILED'
  project: string
  app: string
  created_time: string
  start_time?: string
  end_time?: string
  created_by?: string
  description?: string | null
  batch?: boolean
  batch_input?: string
  batch_by?: { type: string; criteria?: string[] }
  batch_group?: { value: string; fields: Record<string, string> }
  parent?: string
  errors: { message: string; input_id?: string }[]
  warnings: { message: string; input_id?: string }[]
  execution_status?: {
    steps_completed?: number | null
    steps_total?: number | null
    message?: string | null
    [children: string]: unknown
  }
  inputs: Record<string, unknown>
  outputs: Record<string, unknown>
}

export interface App {
  id: string
  name: string
  project: string
  revision: number
  raw: Record<string, unknown>
}

export interface ExecutionDetails {
  status: string
  message?: string
  jobs: { name: string; status: string; command_line?: string; logs?: Record<string, string> }[]
}

export function isFileValue(value: unknown): value is FileValue {
  if (typeof value !== 'object' || value === null) return false
  const { class: kind, path } = value as Partial<FileValue>
  return (kind === 'File' || kind === 'Directory') && typeof path === 'string'
}

/** All files and folders in a value, at every depth, secondary files with their primary. */
export function filesIn(value: unknown): FileValue[] {
  if (isFileValue(value)) return [value, ...(value.secondaryFiles ?? []).flatMap(filesIn)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(filesIn)
}

export const isTaskId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
export const isFileId = (text: string) => /^[0-9a-f]{24}$/.test(text)
