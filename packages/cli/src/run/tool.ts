import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  DocumentError,
  fileFetcher,
  isRecord,
  type Loaded,
  loadProcess,
  loadRequirements,
  type Problem,
  type Process,
  type Value,
} from '@reprise/cwl'
import type { Prefixes } from './job-order.ts'

/** Loads `file.cwl` or `file.cwl#id`, with the prefixes that its document declares. */
export async function loadTool(tool: string, strict = false): Promise<Loaded & { namespaces: Prefixes }> {
  const hash = tool.indexOf('#')
  const path = hash < 0 ? tool : tool.slice(0, hash)
  const uri = path.startsWith('file:') ? path : pathToFileURL(resolve(path)).href
  const fetcher = fileFetcher()
  const loaded = await loadProcess({ uri, fetcher, strict, ...(hash < 0 ? {} : { main: tool.slice(hash + 1) }) })
  const { document } = loaded
  const namespaces = isRecord(document) && isRecord(document.$namespaces) ? document.$namespaces : {}
  return { ...loaded, namespaces }
}

/**
 * Requirements of a job order stand in for the process's own of the same class. CWL v1.2 §3.6
 * @throws DocumentError
 */
export function withRequirements(
  process: Process,
  written: Value,
  file: string,
  warn?: (problem: Problem) => void,
): Process {
  if (written === null) return process
  const { requirements, problems } = loadRequirements(written, process, pathToFileURL(resolve(file)).href)
  const errors = problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new DocumentError(errors)
  for (const problem of problems) warn?.(problem)
  const replaced = new Set(requirements.map(requirement => requirement.class))
  const kept = process.requirements.filter(requirement => !replaced.has(requirement.class))
  return { ...process, requirements: [...kept, ...requirements] }
}
