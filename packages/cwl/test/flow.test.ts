import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newFlow, advance as step } from '../src/flow/flow.ts'
import { gather } from '../src/flow/links.ts'
import { elementInputs, scatter, shaped } from '../src/flow/scatter.ts'
import { type FlowAction, type FlowEvent, type FlowState, pathOf } from '../src/flow/state.ts'
import type { Sink, Step, Value, Values, Workflow } from '../src/index.ts'
import { processOf } from './load.ts'

const TOOL = '{ class: ExpressionTool, inputs: { a: Any, b: "Any?" }, outputs: { out: Any }, expression: "$({})" }'
const NESTED = `
cwlVersion: v1.2
class: Workflow
inputs: { list: "string[]", word: string }
outputs:
  all: { type: Any, outputSource: [spread/out, inner/out, last/out], linkMerge: merge_nested }
steps:
  first: { run: ${TOOL}, in: { a: word }, out: [out] }
  spread: { run: ${TOOL}, scatter: [a, b], scatterMethod: nested_crossproduct, in: { a: list, b: list }, out: [out] }
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
`

/** What has to be done; what is told to who looks on is counted by `known`. */
function advance(root: Workflow, state: FlowState, event: FlowEvent, known = { steps: 0, jobs: 0 }): FlowAction[] {
  return step(root, state, event).filter(action => {
    if (action.type !== 'known') return true
    known.steps += action.steps
    known.jobs += action.jobs
    return false
  })
}

/** Runs a flow with jobs that settle in the order that `choose` gives; a job's output is what it was given. */
function play(root: Workflow, inputs: Values, choose: (waiting: number) => number, fails?: string) {
  const state = newFlow()
  const known = { steps: 0, jobs: 0 }
  const ran: string[] = []
  let waiting: FlowAction[] = advance(root, state, { type: 'start', inputs }, known)
  const ended = () => waiting.find(action => action.type !== 'run')
  while (!ended()) {
    if (waiting.length === 0) throw new Error('the flow stands still')
    const index = choose(waiting.length)
    const [action] = waiting.splice(index, 1)
    if (action?.type !== 'run') throw new Error('it had ended')
    const { job } = action
    const path = pathOf(job)
    const isInner = job.step === 'inner'
    if (!isInner) ran.push(path)
    const event: FlowEvent =
      path === fails
        ? { type: 'failed', job, message: `${path} failed` }
        : isInner
          ? { type: 'entered', job, inputs: action.inputs }
          : { type: 'settled', job, outputs: { out: [path, ...Object.values(action.inputs)] } }
    waiting = [...waiting, ...advance(root, state, event, known)]
  }
  return { end: ended()!, ran, state, known }
}

describe('a workflow', async () => {
  const root = (await processOf(NESTED)) as Workflow
  const inputs = { list: ['x', 'y', 'z'], word: 'w' }
  const expected = play(root, inputs, () => 0)

  test('any order of settlement gives the same outputs, and runs every job once', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), stream => {
        const { end, ran } = play(root, inputs, waiting => stream.next().value! % waiting)
        expect(end).toEqual(expected.end)
        expect(ran.toSorted()).toEqual(expected.ran.toSorted())
        expect(new Set(ran).size).toBe(ran.length)
      }),
    )
  })

  test('paths tell step, element and the workflow around', () => {
    expect(expected.ran).toContain('first')
    expect(expected.ran).toContain('spread[8]')
    expect(expected.ran).toContain('inner[2]/one[1]')
  })

  test('steps and jobs are told before they run', () => {
    expect(expected.known).toEqual({ steps: 4 + 3 * 2, jobs: expected.ran.length })
  })

  test('after a failure nothing new starts, and the flow fails when what runs has ended', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.nat()),
        fc.constantFrom('first', 'spread[4]', 'inner[1]/one[0]'),
        (stream, fails) => {
          const state = newFlow()
          const open = new Set<string>()
          let failed = false
          let actions = advance(root, state, { type: 'start', inputs })
          const queue: FlowAction[] = []
          for (;;) {
            for (const action of actions) {
              if (action.type !== 'run') {
                expect(action).toEqual({ type: 'fail', message: `${fails} failed` })
                expect(open.size).toBe(0)
                return
              }
              expect(failed).toBe(false)
              open.add(pathOf(action.job))
              queue.push(action)
            }
            const [next] = queue.splice(stream.next().value! % queue.length, 1)
            if (next?.type !== 'run') throw new Error('the flow stands still')
            const { job } = next
            const path = pathOf(job)
            open.delete(path)
            if (path === fails) {
              failed = true
              actions = advance(root, state, { type: 'failed', job, message: `${path} failed` })
            } else if (job.step === 'inner') {
              actions = advance(root, state, { type: 'entered', job, inputs: next.inputs })
            } else {
              actions = advance(root, state, { type: 'settled', job, outputs: { out: path } })
            }
          }
        },
      ),
    )
  })

  test('what is finished leaves nothing but its values', () => {
    expect(expected.state.frames).toEqual({})
    expect(expected.state.open).toBe(0)
    expect(JSON.parse(JSON.stringify(expected.state))).toEqual(expected.state)
  })

  test('a scatter over nothing is finished at once', () => {
    const { end, ran } = play(root, { list: [], word: 'w' }, () => 0)
    expect(ran).toEqual(['first', 'last'])
    expect(end).toMatchObject({ outputs: { all: [[], [], ['last', [], []]] } })
  })
})

describe('scatter', () => {
  const step = (scatterMethod: Step['scatterMethod']) => ({ scatter: ['a', 'b'], scatterMethod }) as Step
  const inputs = { a: [1, 2], b: ['x', 'y', 'z'], c: true }

  test.each([
    [
      'nested_crossproduct',
      [
        [['1x'], ['1y'], ['1z']],
        [['2x'], ['2y'], ['2z']],
      ],
    ],
    ['flat_crossproduct', [['1x'], ['1y'], ['1z'], ['2x'], ['2y'], ['2z']]],
  ] as const)('%s', (method, expected) => {
    const { shape, total } = scatter(step(method), inputs)
    const results = Array.from({ length: total }, (_, index) => {
      const { a, b, c } = elementInputs(step(method), inputs, index)
      expect(c).toBe(true)
      return [`${a}${b}`]
    })
    expect(shaped(step(method), shape, results)).toEqual(expected)
  })

  test('dotproduct wants lists of one length', () => {
    expect(() => scatter(step('dotproduct'), inputs)).toThrow('2, 3')
    expect(elementInputs(step('dotproduct'), { a: [1, 2], b: [3, 4] }, 1)).toEqual({ a: 2, b: 4 })
  })

  test.each([
    [[], ['x'], []],
    [[1, 2], [], [[], []]],
  ])('nested_crossproduct of %j and %j', (a, b, expected) => {
    const { shape, total } = scatter(step('nested_crossproduct'), { a, b })
    expect(total).toBe(0)
    expect(shaped(step('nested_crossproduct'), shape, [])).toEqual(expected)
  })
})

describe('links', () => {
  const sink = (given: Partial<Sink>): Sink => ({ source: ['a', 'b'], single: false, ...given })
  const values = { a: [1, null], b: null, c: 2, d: [[3]] }

  test.each<[Partial<Sink>, Value]>([
    [{ source: ['a'], single: true }, [1, null]],
    [{ source: ['a'] }, [1, null]],
    [{ source: ['a'], linkMerge: 'merge_nested' }, [[1, null]]],
    [{ source: ['a', 'c'] }, [[1, null], 2]],
    [{ source: ['a', 'c'], linkMerge: 'merge_flattened' }, [1, null, 2]],
    [{ source: ['a', 'd'], linkMerge: 'merge_flattened' }, [1, null, [3]]],
    [{ source: ['b', 'c'], pickValue: 'first_non_null' }, 2],
    [{ source: ['b', 'c'], pickValue: 'the_only_non_null' }, 2],
    [{ source: ['b', 'c', 'b'], pickValue: 'all_non_null' }, [2]],
    [{ source: ['b'], pickValue: 'all_non_null' }, []],
    [{ source: ['a'], single: true, pickValue: 'all_non_null' }, [1]],
  ])('%j', (given, expected) => {
    expect(gather(sink(given), values)).toEqual(expected)
  })

  test('pickValue fails when there is nothing to pick, or too much', () => {
    expect(() => gather(sink({ source: ['b', 'b'], pickValue: 'first_non_null' }), values)).toThrow('b, b')
    expect(() => gather(sink({ source: ['b', 'b'], pickValue: 'the_only_non_null' }), values)).toThrow('null')
    expect(() => gather(sink({ source: ['c', 'd'], pickValue: 'the_only_non_null' }), values)).toThrow('more than one')
  })
})
