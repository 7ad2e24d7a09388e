/**
 * Where a task's outputs go: `output_location` as folders below the project's root. `main_location` holds for every output;
 * with `nodes_override`, `nodes_location` names places of single outputs, and one that is not named there falls back to the
 * main one. Tokens in angle brackets are replaced when the task is submitted, so that `<task_id>` of a rerun or of a batch
 * child is its own.
 */
export interface OutputFolders {
  /** folders from the root, by output id; '' is for all other outputs */
  [output: string]: string[]
}

export interface LocationTokens {
  task_id: string
  task_name: string
  project_id: string
  app_name: string
  username: string
  /** of the submission */
  date: string
}

/** One thing that is wrong with an `output_location`. */
export interface OutputLocationProblem {
  /** the key that has it */
  field: string
  message: string
  /** nothing can be run so; else it is only said */
  fatal: boolean
}

interface Location {
  main_location?: string
  nodes_override?: boolean
  nodes_location?: { [output: string]: unknown }
}

/** @param location JSON as the task has it, or null */
export function outputFolders(location: string | null, tokens: LocationTokens): OutputFolders {
  return Object.fromEntries(paths(location).map(([output, path]) => [output, segments(path, tokens)]))
}

/** Everything that is wrong with the paths, before anything runs. */
export function outputLocationProblems(location: string | null, outputs: string[]): OutputLocationProblem[] {
  return paths(location).flatMap(([output, path]) => {
    const field = output === '' ? 'output_location.main_location' : `output_location.nodes_location.${output}`
    const say = (message: string, fatal = true) => [{ field, message: `${field}: ${message}`, fatal }]
    if (output !== '' && !outputs.includes(output)) return say(`the app has no output ${output}.`, false)
    if (/^volumes?:\/\//.test(path))
      return say('outputs go to folders of the project; export them to a volume afterwards.')
    const names = segments(path, {})
    const wrong = names.find(name => name === '.' || name === '..' || name.startsWith('__') || [...name].length > 255)
    if (wrong !== undefined) return say(`a folder can't be called ${wrong.slice(0, 300)}.`)
    const unknown = [...path.matchAll(TOKEN)].find(([, name]) => !KNOWN.has(name ?? ''))
    return unknown ? say(`${unknown[0]} is no token and stays as it is.`, false) : []
  })
}

const TOKEN = /<([a-z_]+)>/gi
const KNOWN = new Set<string>(['task_id', 'task_name', 'project_id', 'app_name', 'username', 'date'])

/** Output id → path; '' is the main one. */
function paths(location: string | null): [output: string, path: string][] {
  if (location === null) return []
  const { main_location, nodes_override, nodes_location }: Location = JSON.parse(location)
  const main = main_location?.trim() ? [['', main_location] as [string, string]] : []
  if (!nodes_override) return main
  const nodes = Object.entries(nodes_location ?? {}).flatMap(([output, node]): [string, string][] => {
    const path = typeof node === 'object' && node !== null && 'output_location' in node ? node.output_location : node
    return typeof path === 'string' && path.trim() !== '' ? [[output, path]] : []
  })
  return [...main, ...nodes]
}

function segments(path: string, tokens: Partial<LocationTokens>): string[] {
  const known = new Map<string, string | undefined>(Object.entries(tokens))
  return path
    .split('/')
    .map(name => name.trim())
    .filter(name => name !== '')
    .map(name => name.replace(TOKEN, (token, key: string) => known.get(key)?.replaceAll('/', '_') ?? token))
    .map(name => [...name].slice(0, 255).join(''))
}

/** Names of apps are the third part of their ids. */
export function locationTokens(
  task: { id: string; name: string; project: string; app: string },
  username: string,
  submitted: number,
): LocationTokens {
  return {
    task_id: task.id,
    task_name: task.name,
    project_id: task.project,
    app_name: task.app.split('/')[2] ?? '',
    username,
    date: new Date(submitted).toISOString().slice(0, 10),
  }
}
