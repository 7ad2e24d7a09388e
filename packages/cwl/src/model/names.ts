/** Last part of an identifier: `file.cwl#main/step/in` → `in`. */
export function shortName(id: string): string {
  return id.slice(Math.max(id.lastIndexOf('#'), id.lastIndexOf('/')) + 1)
}

/** The fragment of an identifier, or all of it: `file.cwl#main/step` → `main/step`. */
export function fragmentOf(id: string): string {
  return id.slice(id.indexOf('#') + 1)
}

/** Characters of a name that may be misspelt, and names that one is compared with: nobody misses a suggestion beyond that. */
const [LONGEST, MOST] = [64, 500]

/**
 * The nearest of `names` to a misspelt one, when it is near enough to be meant.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined
  let best: string | undefined
  let least = Math.ceil(name.length / 3) + 1
  let compared = 0
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    if (++compared > MOST) break
    const cost = distance(name.toLowerCase(), candidate.toLowerCase(), least)
    if (cost < least) [best, least] = [candidate, cost]
  }
  return best
}

/** Levenshtein's distance; of those that are not below `least` only that. */
function distance(a: string, b: string, least: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let lowest = i
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const cost = Math.min(swap, row[j]! + 1, next[j - 1]! + 1)
      next.push(cost)
      lowest = Math.min(lowest, cost)
    }
    if (lowest >= least) return least
    row = next
  }
  return row[b.length]!
}
