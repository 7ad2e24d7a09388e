import type { Command } from 'commander'
import type { Candidate } from './candidate.ts'
import { type Kind, namesOf } from './names.ts'
import { type Point, pointOf } from './point.ts'

/** What an argument or the value of an option names; what is not here is nothing that the server knows. */
const KINDS: Record<string, Kind> = {
  project: 'project',
  parent: 'task',
  task: 'task',
  app: 'app',
  path: 'path',
  folder: 'path',
  id: 'path or task',
}

/** Arguments and options that name files of this machine. */
const LOCAL = ['file', 'inputs', 'outdir', 'data', 'document', 'job', 'image-map', 'registry-auth']

/**
 * What the scripts for shells ask. The first line is `words`, or `files` for those of this machine, which the shell knows.
 * Then comes a line for each candidate, with a tab before what it is; one that ends in a slash is not finished. Nothing
 * that goes wrong is ever shown.
 */
export async function complete(program: Command, words: readonly string[]): Promise<string> {
  const point = pointOf(program, words)
  const name = point.option?.name() ?? (point.current.startsWith('-') ? undefined : point.argument?.name())
  const isLocal = name !== undefined && LOCAL.includes(name)
  if (isLocal && !point.isFirst) return 'files\n'
  const candidates = await candidatesAt(point, name)
  const lines = candidates
    .filter(({ text }) => text.startsWith(point.current))
    .map(({ text, about }) => `${text}\t${(about ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ')}`)
  return ['words', ...lines, ''].join('\n')
}

async function candidatesAt(point: Point, name: string | undefined): Promise<Candidate[]> {
  const { command, option, argument, current } = point
  if (option?.argChoices) return option.argChoices.map(text => ({ text }))
  if (!option && current.startsWith('-')) return optionsOf(command)
  if (!option && point.isFirst) {
    const shown = command.createHelp().visibleCommands(command)
    return shown.map(one => ({ text: one.name(), about: one.description() }))
  }
  if (!option && argument?.argChoices) return argument.argChoices.map(text => ({ text }))
  const kind = name === undefined ? undefined : KINDS[name]
  return kind === undefined ? [] : namesOf(kind, point)
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ text: long, about: description }] : []))
}
