import type { Argument, Command, Option } from 'commander'

/** Where on a line something is being written. */
export interface Point {
  command: Command
  /** what is there of it */
  current: string
  /** the option of which it is the value */
  option?: Option
  /** the argument that it is; undefined where no more is taken */
  argument?: Argument
  /** a command may be named here */
  isFirst: boolean
  /** the values of options so far, by their long names without dashes */
  values: Map<string, string>
}

/** Goes along the words of a line, the last of which is being written: which command they lead to, and what stands there. */
export function pointOf(program: Command, words: readonly string[]): Point {
  let command = program
  let count = 0
  let pending: Option | undefined
  let onlyArguments = false
  const values = new Map<string, string>()
  for (const word of words.slice(0, -1)) {
    const named = pending === undefined && !onlyArguments && word.startsWith('-') ? optionOf(command, word) : undefined
    if (pending) {
      values.set(pending.name(), word)
      pending = undefined
    } else if (word === '--') onlyArguments = true
    else if (named) {
      const [, value] = /^--[^=]+=(.*)$/s.exec(word) ?? []
      if (value !== undefined) values.set(named.name(), value)
      else if (named.required || named.optional) pending = named
    } else if (onlyArguments || !word.startsWith('-')) {
      const below = count === 0 ? command.commands.find(one => one.name() === word) : undefined
      if (below) command = below
      else count++
    }
  }
  const places = command.registeredArguments
  const argument = places[count] ?? (places.at(-1)?.variadic ? places.at(-1) : undefined)
  return {
    command,
    current: words.at(-1) ?? '',
    isFirst: count === 0 && command.commands.length > 0,
    values,
    ...(pending ? { option: pending } : {}),
    ...(argument ? { argument } : {}),
  }
}

function optionOf(command: Command, word: string): Option | undefined {
  const [flag] = word.split('=')
  return command.options.find(({ long, short }) => long === flag || short === flag)
}
