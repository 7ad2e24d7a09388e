import type { Command } from 'commander'

type Group = () => Promise<{ register(program: Command): void }>

const client: Group = () => import('./client/command.ts')
const user: Group = () => import('./user/command.ts')
const completion: Group = () => import('./completion/command.ts')

/** The first word of every command and the group that it belongs to, in the order of the help. */
const GROUPS: { [word: string]: Group } = {
  serve: () => import('./serve/command.ts'),
  worker: () => import('./worker/command.ts'),
  database: () => import('./database/command.ts'),
  storage: () => import('./storage/command.ts'),
  run: () => import('./run/command.ts'),
  check: () => import('./check/command.ts'),
  doctor: () => import('./doctor/command.ts'),
  user,
  division: user,
  token: user,
  upload: client,
  download: client,
  rerun: client,
  plan: client,
  compare: client,
  verify: client,
  jobs: client,
  distrust: client,
  lineage: client,
  task: client,
  logs: client,
  projects: client,
  files: client,
  apps: client,
  tasks: client,
  batch: client,
  completion,
}

/** Adds the commands that a command line may mean: those of one group where its first word says so, else all. */
export async function registerFor(words: readonly string[], program: Command): Promise<void> {
  for (const group of await Promise.all(groupsOf(words).map(load => load()))) group.register(program)
}

function groupsOf([first = '']: readonly string[]): Group[] {
  if (['-V', '--version'].includes(first)) return []
  return Object.hasOwn(GROUPS, first) ? [GROUPS[first]!] : [...new Set(Object.values(GROUPS))]
}
