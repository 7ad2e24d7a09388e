import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Values } from '../../src/index.ts'
import { type Case, closeEvaluator, differing, oneKey } from './keys.ts'

/**
 * The parts in which two keys differ are the reason that a person is given: random parts of random tools and inputs are changed, and the
 * parts must be those that were changed, with what follows from them, and no others.
 */
afterAll(closeEvaluator)

/** A tool with a text, a number and a file as inputs, and where it runs. */
interface Job {
  words: string[]
  text: string
  /** whether it stands on the command line */
  textBound: boolean
  number: number
  numberBound: boolean
  fileBound: boolean
  basename: string
  bytes: string
  sample: string
  /** a variable: none, this text, or that of the input */
  variable: string | null | { input: true }
  /** a file in the work folder: none, this text, or that of the input */
  staged: string | null | { input: true }
  /** what an output is made of */
  output: string
  stdout: string
  cores: number
  ram: number
  asks: boolean
  granted: boolean
  programs: string
  label: string
  seed: string
  time: number
  reuse: boolean
}

const word = fc.constantFrom('a', 'b', 'c d', '', '$x', "it's", '1')
const written = fc.oneof(word, fc.constant(null), fc.constant({ input: true as const }))
const jobs: fc.Arbitrary<Job> = fc.record({
  words: fc.array(word, { maxLength: 2 }),
  text: word,
  textBound: fc.boolean(),
  number: fc.integer({ min: -2, max: 2 }),
  numberBound: fc.boolean(),
  fileBound: fc.boolean(),
  basename: fc.constantFrom('x', 'y', 'x y'),
  bytes: word,
  sample: word,
  variable: written,
  staged: written,
  output: fc.constantFrom(
    '$(1)',
    '$(inputs.text)',
    '$(inputs.file.path)',
    '$(inputs.file.metadata.sample)',
    '$(JSON.stringify(inputs))',
    '$(runtime.cores)',
    '$(runtime.ram + runtime.cores)',
    '$(Math.random())',
    '$(Date.now())',
    '${ return eval("1") }',
  ),
  stdout: fc.constantFrom('out', 'other'),
  cores: fc.integer({ min: 1, max: 3 }),
  ram: fc.integer({ min: 1, max: 3 }),
  asks: fc.boolean(),
  granted: fc.boolean(),
  programs: fc.constantFrom('p', 'q'),
  label: word,
  seed: fc.constantFrom('s', 't'),
  time: fc.integer({ min: 0, max: 2 }),
  reuse: fc.boolean(),
})

const bound = (isBound: boolean, position: number) => (isBound ? { inputBinding: { position } } : {})

function caseOf(job: Job): Case {
  // only what would begin an expression is escaped: `\$x` is written as it stands
  const plain = (text: string) => text.replaceAll(/\$(?=[({])/g, '\\$')
  const written = (given: Job['staged']) => (typeof given === 'string' ? plain(given) : '$(inputs.text)')
  return {
    tool: {
      label: job.label,
      doc: job.label,
      arguments: job.words.map(plain),
      inputs: {
        text: { type: 'string', label: job.label, ...bound(job.textBound, 1) },
        number: { type: 'int', ...bound(job.numberBound, 2) },
        file: { type: 'File', ...bound(job.fileBound, 3) },
      },
      outputs: { made: { type: 'Any', outputBinding: { outputEval: job.output } } },
      stdout: job.stdout,
      requirements: {
        InlineJavascriptRequirement: {},
        ResourceRequirement: { coresMin: job.cores, ramMin: job.ram },
        WorkReuse: { enableReuse: job.reuse },
        ...(job.variable === null ? {} : { EnvVarRequirement: { envDef: { VARIABLE: written(job.variable) } } }),
        ...(job.staged === null
          ? {}
          : { InitialWorkDirRequirement: { listing: [{ entryname: 'staged', entry: written(job.staged) }] } }),
        ...(job.asks ? { NetworkAccess: { networkAccess: true } } : {}),
      },
    },
    inputs: {
      text: job.text,
      number: job.number,
      file: { class: 'File', location: 'mem:f', basename: job.basename, metadata: { sample: job.sample } },
    } as unknown as Values,
    texts: { 'mem:f': job.bytes },
    around: { platform: job.programs, network: job.granted },
    seed: job.seed,
    time: job.time,
  }
}

/** What each part of the key is made of, as the documentation says it. */
function madeOf(job: Job): { [part: string]: unknown } {
  const { output } = job
  const isAll = output.includes('eval(')
  const names = (code: string) => isAll || output.includes(code)
  const said = (given: Job['staged']) => (given !== null && typeof given === 'object' ? job.text : given)
  const file = [job.basename, job.bytes, names('metadata') || names('(inputs)') ? job.sample : undefined]
  const command = [
    job.words,
    job.textBound ? [job.text] : [],
    job.numberBound ? [job.number] : [],
    job.fileBound ? [job.basename] : [],
  ]
  return {
    tool: [job.words, job.textBound, job.numberBound, job.fileBound, output, job.stdout],
    command: [command.flat(2), job.stdout],
    environment: said(job.variable),
    staging: [job.basename, said(job.staged)],
    'inputs/text': job.text,
    'inputs/number': job.number,
    'inputs/file': file,
    platform: job.programs,
    network: job.asks && job.granted,
    ...(names('runtime.cores') ? { 'runtime/cores': job.cores } : {}),
    ...(names('runtime.ram') ? { 'runtime/ram': job.ram } : {}),
    ...(names('random') ? { seed: job.seed } : {}),
    ...(names('Date') ? { time: job.time } : {}),
  }
}

function expected(old: Job, now: Job): string[] {
  const [before, after] = [madeOf(old), madeOf(now)]
  const parts = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...parts].filter(part => JSON.stringify(before[part]) !== JSON.stringify(after[part]))
}

/** A job, and the same with some of it as in another one. */
const changes = fc.tuple(jobs, jobs).chain(([old, other]) =>
  fc.subarray(Object.keys(old) as (keyof Job)[]).map(changed => {
    const taken = Object.fromEntries(changed.map(key => [key, other[key]]))
    return [old, { ...old, ...taken } as Job] as const
  }),
)

test('the parts that differ are those that were changed, and what follows from them', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(changes, async ([old, now]) => {
      const parts = differing(await oneKey(caseOf(old)), await oneKey(caseOf(now)))
      // `eval` names the sizes of folders too, which are the same here
      expect(parts.filter(part => !/^runtime\/(tmpdir|outdir)Size$/.test(part)).toSorted()).toEqual(
        expected(old, now).toSorted(),
      )
    }),
    { numRuns: 300 },
  )
})
