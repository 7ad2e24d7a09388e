const PAGE = 64 * 1024
const ZEROS = Buffer.alloc(PAGE)
/** Pages of zeros in a row that nothing but the stack of C has so soon after a start. */
const STACK = 16

/** `WebAssembly.Memory`, as far as it is used; it has another buffer after it has grown. */
interface Memory {
  readonly buffer: ArrayBuffer
}

interface Run {
  from: number
  bytes: Buffer
}

/**
 * The memory of a WebAssembly program between two of its calls, to be brought back: then it knows nothing of what it did in
 * between. What it keeps is all of its memory up to the last byte in use, but for the stack, which is empty between two calls.
 * Memory that the program had grown by since is left to it; what it believes to have is as before.
 */
export class Snapshot {
  readonly #memory: Memory
  readonly #runs: Run[]

  constructor(memory: Memory) {
    this.#memory = memory
    const bytes = Buffer.from(memory.buffer)
    this.#runs = runsIn(bytes).map(([from, to]) => ({ from, bytes: Buffer.from(bytes.subarray(from, to)) }))
  }

  restore(): void {
    const bytes = Buffer.from(this.#memory.buffer)
    for (const run of this.#runs) run.bytes.copy(bytes, run.from)
  }
}

/** From where to where there is something: short runs of zeros count, since they may be memory in use. */
function runsIn(bytes: Buffer): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (let at = 0; at < bytes.length; at += PAGE) {
    if (bytes.compare(ZEROS, 0, PAGE, at, at + PAGE) === 0) continue
    const last = runs.at(-1)
    if (last && at - last[1] < STACK * PAGE) last[1] = at + PAGE
    else runs.push([at, at + PAGE])
  }
  return runs
}
