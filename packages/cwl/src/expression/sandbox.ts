import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { moreThan } from '../budget.ts'
import { LIMITS } from '../limits.ts'
import { measureJson } from './measure.ts'
import { shorten } from './scan.ts'
import { Snapshot } from './snapshot.ts'

/** One evaluation: JavaScript for the sandbox with all that it may know. Plain data, it travels to a thread. */
export interface Evaluation {
  /** libraries, run before in the same context */
  library: string[]
  /** an expression whose value is the result */
  code: string
  /** global variables as JSON texts */
  globals: { [name: string]: string }
  /** milliseconds since the epoch: where the clock of `Date` starts */
  time: number
  /** of Math.random */
  seed: number
  /** the code is no strict JavaScript */
  sloppy?: boolean
}

export interface Limits {
  /** bytes */
  memory: number
  /** bytes */
  stack: number
  /** milliseconds for one evaluation */
  time: number
  /** characters of the result as JSON */
  result: number
  /** values in the result */
  values: number
}

/** JSON text of the value, or what went wrong, and whether plain JavaScript may know no such error. */
export type Outcome = { value: string } | { error: string; isStrict?: boolean }

/** What strict JavaScript throws where plain JavaScript goes on. */
const STRICT_ERRORS = ['ReferenceError', 'SyntaxError', 'TypeError']

/** A context that no code has run in, and what takes QuickJS back to that. */
interface Fresh {
  context: QuickJSContext
  parse: QuickJSHandle
  stringify: QuickJSHandle
  snapshot: Snapshot
}

/**
 * QuickJS, with a fresh context for every evaluation: nothing that one leaves behind is seen by the next. It is not made anew, which
 * takes longer than most expressions: all memory of QuickJS is brought back to where it was when the context was made. A context
 * has the language and nothing else: no modules, no timers, no input or output.
 */
export class Sandbox {
  readonly #module: QuickJSWASMModule
  readonly #limits: Limits
  readonly #fresh: Fresh
  #deadline = Number.POSITIVE_INFINITY

  constructor(module: QuickJSWASMModule, limits: Limits) {
    this.#module = module
    this.#limits = limits
    this.#fresh = this.#start()
  }

  static async create(limits: Limits): Promise<Sandbox> {
    return new Sandbox(await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync')), limits)
  }

  evaluate(evaluation: Evaluation): Outcome {
    this.#deadline = performance.now() + this.#limits.time
    try {
      return this.#run(this.#fresh, evaluation)
    } finally {
      this.#fresh.snapshot.restore()
    }
  }

  #start(): Fresh {
    const runtime = this.#module.newRuntime()
    runtime.setMemoryLimit(this.#limits.memory)
    runtime.setMaxStackSize(this.#limits.stack)
    runtime.setInterruptHandler(() => performance.now() > this.#deadline)
    const context = runtime.newContext()
    const parse = context.unwrapResult(context.evalCode('JSON.parse'))
    const stringify = context.unwrapResult(context.evalCode('JSON.stringify'))
    // handles that the context makes when they are first asked for, and keeps, lie in that memory too
    for (const kept of [context.global, context.undefined, context.null, context.true, context.false]) {
      if (!kept.alive) throw new Error('a context without its globals')
    }
    return { context, parse, stringify, snapshot: new Snapshot(this.#module.getWasmMemory()) }
  }

  #run({ context, parse, stringify }: Fresh, evaluation: Evaluation): Outcome {
    for (const [name, json] of Object.entries(evaluation.globals)) {
      using text = context.newString(json)
      using value = context.unwrapResult(context.callFunction(parse, context.undefined, text))
      context.setProp(context.global, name, value)
    }
    for (const source of [prelude(evaluation), ...evaluation.library]) {
      const failure = this.#execute(context, source)
      if (failure !== undefined) return failure
    }
    return this.#result(context, stringify, evaluation)
  }

  #execute(context: QuickJSContext, source: string): Outcome | undefined {
    if (source === '') return undefined
    const result = context.evalCode(source, 'library', { strict: false })
    if (result.error) return { error: this.#describe(context, result.error).error }
    result.value.dispose()
    return undefined
  }

  #result(context: QuickJSContext, stringify: QuickJSHandle, { code, sloppy }: Evaluation): Outcome {
    const result = context.evalCode(code, 'expression', { strict: !sloppy })
    if (result.error) {
      const failed = this.#describe(context, result.error)
      return sloppy ? { error: failed.error } : failed
    }
    using value = result.value
    const json = context.callFunction(stringify, context.undefined, value)
    if (json.error) return { error: this.#describe(context, json.error).error }
    using text = json.value
    if (context.typeof(text) !== 'string') return { value: 'null' }
    using length = context.getProp(text, 'length')
    const { result: most, values } = this.#limits
    if (context.getNumber(length) > most) {
      return { error: `the result has ${moreThan('expressionBytes', most)}` }
    }
    const found = context.getString(text)
    if (measureJson(found, { values, depth: Number.POSITIVE_INFINITY }) === 'values') {
      return { error: `the result has ${moreThan('jobValues', values)}` }
    }
    return { value: found }
  }

  #describe(context: QuickJSContext, handle: QuickJSHandle): { error: string; isStrict?: boolean } {
    using error = handle
    if (performance.now() > this.#deadline) return { error: `took longer than ${this.#limits.time} ms` }
    const thrown: unknown = context.dump(error)
    if (typeof thrown !== 'object' || thrown === null || !('message' in thrown))
      return { error: shorten(`threw ${JSON.stringify(thrown)}`, LIMITS.thrownShown) }
    const name = 'name' in thrown ? String(thrown.name) : ''
    if (String(thrown.message) === 'out of memory') {
      return { error: `needs more than ${this.#limits.memory} bytes of memory` }
    }
    const told = shorten(`${name && `${name}: `}${thrown.message}`, LIMITS.thrownShown)
    return STRICT_ERRORS.includes(name) ? { error: told, isStrict: true } : { error: told }
  }
}

/** `Date` and `Math.random` that give the same on every run, and a `console` that is silent, for code that names them. */
function prelude({ library, code, time, seed }: Evaluation): string {
  const text = [...library, code].join('\n')
  const parts: string[] = []
  if (/console/.test(text))
    parts.push('globalThis.console = { log() {}, info() {}, warn() {}, error() {}, debug() {} };')
  if (/Date|random|globalThis|\bthis\b|eval|Function|constructor/.test(text)) parts.push(fixed(time, seed))
  return parts.join('\n')
}

/** A clock that starts at the task's time and goes on by a millisecond with every look, so that waiting loops end. */
function fixed(time: number, seed: number): string {
  return `(() => {
    const Original = Date
    let clock = ${time}
    globalThis.Date = function Date(...given) {
      if (!new.target) return new Original(clock++).toString()
      return Reflect.construct(Original, given.length > 0 ? given : [clock++], new.target)
    }
    Date.prototype = Original.prototype
    Date.prototype.constructor = Date
    Object.assign(Date, { parse: Original.parse, UTC: Original.UTC, now: () => clock++ })
    let state = ${seed >>> 0}
    Math.random = () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    }
  })()`
}
