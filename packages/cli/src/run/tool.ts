import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileFetcher, type Loaded, loadProcess, type Requirement } from '@reprise/cwl'

/** Loads `file.cwl` or `file.cwl#id`; requirements of the job order stand in for the document's own of the same class. */
export async function loadTool(tool: string, requirements: Requirement[]): Promise<Loaded> {
  const hash = tool.indexOf('#')
  const path = hash < 0 ? tool : tool.slice(0, hash)
  const uri = path.startsWith('file:') ? path : pathToFileURL(resolve(path)).href
  const fetcher = fileFetcher()
  const loaded = await loadProcess({ uri, fetcher, ...(hash < 0 ? {} : { main: tool.slice(hash + 1) }) })
  if (!loaded.process || requirements.length === 0) return loaded
  const replaced = new Set(requirements.map(requirement => requirement.class))
  const kept = loaded.process.requirements.filter(requirement => !replaced.has(requirement.class))
  return { ...loaded, process: { ...loaded.process, requirements: [...kept, ...requirements] } }
}
