import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, newFlow } from '../src/flow/flow.ts'
import { type FlowAction, type FlowEvent, pathOf } from '../src/flow/state.ts'
import { LeftOpen, ProcessLeftOpen, type Values, type Workflow } from '../src/index.ts'
import { FakeHost, run } from './jobs.ts'
import { processOf } from './load.ts'

const TOOL = '{ class: ExpressionTool, inputs: { a: Any, b: "Any?" }, outputs: { out: Any }, expression: "$({})" }'
const NESTED = `
cwlVersion: v1.2
class: Workflow
inputs: { list: "string[]", word: string }
outputs:
  all: { type: Any, outputSource: [inner/out, last/out], linkMerge: merge_nested }
steps:
  first: { run: ${TOOL}, in: { a: word }, out: [out] }
  spread: { run: ${TOOL}, scatter: a, in: { a: list }, out: [out] }
  inner:
    scatter: a
    in: { a: list, b: first/out }
    out: [out]
    run:
      class: Workflow
      inputs: { a: Any, b: Any }
      outputs: { out: { type: Any, outputSource: two/out } }
      steps:
        one: { run: ${TOOL}, scatter: a, in: { a: { default: [1, 2] }, b: a }, out: [out] }
        two: { run: ${TOOL}, in: { a: one/out, b: b }, out: [out] }
  last: { run: ${TOOL}, in: { a: inner/out, b: spread/out }, out: [out] }
  more: { run: ${TOOL}, scatter: a, in: { a: list, b: spread/out }, out: [out] }
`

/** Plays the flow to its end, of which the named jobs are left open; jobs settle in the order that `choose` gives. */
function play(root: Workflow, inputs: Values, isLeft: (path: string) => boolean, choose: (waiting: number) => number) {
  const state = newFlow()
  const ran: string[] = []
  const queue: FlowAction[] = []
  let actions = advance(root, state, { type: 'start', inputs })
  for (;;) {
    for (const action of actions) {
      if (action.type === 'known') continue
      if (action.type !== 'run') return { end: action, ran: ran.toSorted(), state, underWay: queue.length }
      queue.push(action)
    }
    const [next] = queue.splice(choose(queue.length), 1)
    if (next?.type !== 'run') throw new Error('the flow stands still')
    const { job } = next
    const path = pathOf(job)
    const event: FlowEvent = isLeft(path)
      ? { type: 'left', job }
      : job.step === 'inner'
        ? { type: 'entered', job, inputs: next.inputs }
        : { type: 'settled', job, outputs: { out: [path] } }
    if (job.step !== 'inner') ran.push(path)
    actions = advance(root, state, event)
  }
}

const root = (await processOf(NESTED)) as Workflow
const list = (length: number) => ({ list: Array.from({ length }, (_, index) => `${index}`), word: 'w' })

test('what does not need a job that is left open is handed out, in any order, and the rest is said', () => {
  const all = play(
    root,
    list(3),
    () => false,
    () => 0,
  ).ran
  const inputs = list(3)
  fc.assert(
    fc.property(fc.subarray(all), fc.infiniteStream(fc.nat()), (left, stream) => {
      const open = new Set(left)
      const first = play(
        root,
        inputs,
        path => open.has(path),
        () => 0,
      )
      const other = play(
        root,
        inputs,
        path => open.has(path),
        waiting => stream.next().value! % waiting,
      )
      expect(other.ran).toEqual(first.ran)
      expect(other.underWay).toBe(0)
      expect(other.state.frames).toEqual({})
      expect(other.state.held).toEqual({ bytes: 0, values: 0 })
      // outputs of a workflow need not be all that it runs
      expect(other.end.type).toBe(left.length > 0 && first.ran.some(path => open.has(path)) ? 'stay' : 'succeed')
      // whatever was not handed out waits, and is told once
      const waiting = other.end.type === 'stay' ? other.end.waiting : []
      const missing = all.filter(path => !other.ran.includes(path))
      const told = new Set(waiting.map(({ path }) => path.replace(/\[\*\]/g, '')))
      expect(
        missing.every(
          path => told.has(path) || told.has(path.replace(/\[\d+\]$/, '')) || told.has(path.replace(/\[\d+\]/g, '')),
        ),
      ).toBe(true)
    }),
  )
})

test('a job that is left open gives its place in the window, a workflow of which all is left open too', () => {
  const isTool = (path: string) => path.startsWith('spread') || path.includes('/one')
  const { ran, end } = play(root, list(700), isTool, () => 0)
  expect(ran.filter(path => path.startsWith('spread['))).toHaveLength(700)
  expect(ran.filter(path => path.startsWith('inner['))).toHaveLength(1400)
  const waiting = end.type === 'stay' ? end.waiting : []
  expect(waiting.filter(({ path }) => path.endsWith('/two'))).toHaveLength(700)
  expect(waiting.find(({ path }) => path === 'last')).toEqual({
    path: 'last',
    count: 1,
    unsure: false,
    waitsFor: ['inner[*]/one[*]', 'spread[*]'],
  })
  expect(waiting.find(({ path }) => path === 'more[*]')).toMatchObject({ count: 700, unsure: false })
})

const CHAIN = `
cwlVersion: v1.2
class: Workflow
inputs: { word: string }
outputs: { end: { type: File, outputSource: second/file } }
steps:
  first: { in: { word: word }, out: [file], run: &tool { class: CommandLineTool, inputs: { word: Any }, outputs: { file: stdout }, baseCommand: echo, stdout: out.txt } }
  second: { in: { word: first/file }, out: [file], run: *tool }
`

test('a host may leave a job open: what waits for it is in the error', async () => {
  const host = new FakeHost(() => ({ texts: { 'out.txt': '' } }))
  host.run = () => Promise.reject(new LeftOpen())
  const ended = await run(CHAIN, { word: 'x' }, host).catch(error => error)
  expect(ended).toBeInstanceOf(ProcessLeftOpen)
  expect(ended.waiting).toEqual([{ path: 'second', count: 1, unsure: false, waitsFor: ['first'] }])
})

test('so it is for a tool by itself', async () => {
  const host = new FakeHost(() => ({ texts: { 'out.txt': '' } }))
  host.run = () => Promise.reject(new LeftOpen())
  const tool = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: {}\noutputs: {}\nbaseCommand: echo\n'
  await expect(run(tool, {}, host)).rejects.toMatchObject({ name: 'ProcessLeftOpen', waiting: [] })
})
