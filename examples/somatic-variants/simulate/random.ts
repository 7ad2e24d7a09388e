/** A stream of reproducible random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** uniform in [0, 1) */
  uniform(): number
  /** uniform integer in [0, below) */
  integer(below: number): number
  /** one element of the list, each as likely */
  pick<T>(list: readonly T[]): T
  normal(mean: number, deviation: number): number
}

/** Marsaglia's xorshift on 32 bits, seeded through a multiplicative mix so that near seeds give far streams. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1
  const uniform = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
  const integer = (below: number) => Math.floor(uniform() * below)
  return {
    uniform,
    integer,
    pick: list => list[integer(list.length)]!,
    // the sum of twelve uniform numbers has variance 1
    normal: (mean, deviation) => mean + deviation * (Array.from({ length: 12 }, uniform).reduce((a, b) => a + b) - 6),
  }
}
