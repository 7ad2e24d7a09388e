/** What the commands read of the API's answers. */

export interface FileEntry {
  id: string
  name: string
  type: 'file' | 'folder'
  size?: number
  project: string
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
  errors: { message: string; input_id?: string }[]
  warnings: { message: string; input_id?: string }[]
  execution_status?: { steps_completed?: number | null; steps_total?: number | null; message?: string | null }
  inputs: Record<string, unknown>
  outputs: Record<string, unknown>
}

export interface App {
  id: string
  name: string
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
