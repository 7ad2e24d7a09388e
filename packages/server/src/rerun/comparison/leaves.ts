import {
  type Directory,
  type Entry,
  type File,
  isDirectory,
  isEntry,
  isFile,
  isRecord,
  nameOf,
  type Value,
} from '@reprise/cwl'

/** A value of the outputs on one side: what it is by content, and as the API shows it. */
export interface Pair {
  value: Value | undefined
  shown: Value | undefined
}

/** One file or value of two tasks' outputs; a side that has none is undefined. */
export interface Leaf {
  output: string
  /** `calls[1]`, `stats.depth`, `dir/sub/x.txt`, `calls^calls.vcf.tbi` */
  place: string
  old: Pair | undefined
  now: Pair | undefined
}

/**
 * Every file and value of one output, in the order of the newer side, with what only the older one has behind it. What is null
 * on both sides is none.
 */
export function* leavesIn(output: string, old: Pair, now: Pair, place = output): Generator<Leaf> {
  const [before, after] = [given(old), given(now)]
  if (!before && !after) return
  const both = [before?.value, after?.value].filter(value => value !== undefined)
  if (both.every(Array.isArray)) {
    const length = Math.max(...both.map(value => value.length))
    for (let index = 0; index < length; index++) {
      yield* leavesIn(output, at(before, index), at(after, index), `${place}[${index}]`)
    }
  } else if (both.every(isFile)) {
    yield { output, place, old: before, now: after }
    yield* named(output, before, after, secondaryFiles, `${place}^`)
  } else if (both.every(isDirectory)) {
    const isEmpty = both.every(value => (value.listing ?? []).length === 0)
    if (isEmpty || !before || !after) yield { output, place, old: before, now: after }
    yield* named(output, before, after, listing, `${place}/`)
  } else if (both.every(value => isRecord(value) && !isEntry(value))) {
    const keys = new Set(both.toReversed().flatMap(value => Object.keys(value as object)))
    for (const key of keys) yield* leavesIn(output, at(before, key), at(after, key), `${place}.${key}`)
  } else yield { output, place, old: before, now: after }
}

function given(pair: Pair): Pair | undefined {
  return pair.value === undefined || pair.value === null ? undefined : pair
}

function at(pair: Pair | undefined, key: string | number): Pair {
  return { value: member(pair?.value, key), shown: member(pair?.shown, key) }
}

function member(value: Value | undefined, key: string | number): Value | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as { [key: string]: Value })[key]
}

/** Entries that belong to two entries, by name. */
function* named(
  output: string,
  old: Pair | undefined,
  now: Pair | undefined,
  inside: (value: Value | undefined) => Entry[],
  place: string,
): Generator<Leaf> {
  const [before, after] = [old, now].map(pair => {
    const shown = inside(pair?.shown)
    const entries = inside(pair?.value).map((value, index): [string, Pair] => [
      nameOf(value),
      { value: value as Value, shown: shown[index] as Value | undefined },
    ])
    return new Map(entries)
  })
  for (const name of new Set([...after!.keys(), ...before!.keys()])) {
    yield* leavesIn(output, before!.get(name) ?? NONE, after!.get(name) ?? NONE, place + name)
  }
}

const NONE: Pair = { value: undefined, shown: undefined }

function secondaryFiles(value: Value | undefined): Entry[] {
  return isFile(value) ? ((value as File).secondaryFiles ?? []) : []
}

function listing(value: Value | undefined): Entry[] {
  return isDirectory(value) ? ((value as Directory).listing ?? []) : []
}
