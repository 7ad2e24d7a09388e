/** One part of an upload as it was received. */
export interface Part {
  /** from 1 */
  number: number
  /** bytes */
  size: number
  /** the file that it lies in, of the upload's folder; null: in its slot */
  place: string | null
}

/** What keeps an upload from being complete; undefined when nothing does. `declared` is the size given at its start. */
export function gapIn(parts: (Part & { reported: number })[], declared: number | null): string | undefined {
  const numbers = new Set(parts.map(part => part.number))
  for (let number = 1; number <= parts.length; number++) {
    if (!numbers.has(number)) return `part ${number} is missing`
  }
  const silent = parts.find(part => !part.reported)
  if (silent) return `part ${silent.number} was not reported`
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (declared === null || size === declared) return undefined
  return `the parts have ${size} bytes, the upload was begun with a size of ${declared}`
}

/**
 * True when the parts, each written at its slot of one file (number - 1 times the part size), lie there without a hole or an
 * overlap: every part but the last one that is not empty fills its slot. Then the file is the upload as it is.
 */
export function isContiguous(parts: Part[], partSize: number): boolean {
  let end = 0
  for (const { number, size, place } of parts) {
    if (size === 0) continue
    if (place !== null || (number - 1) * partSize !== end) return false
    end += size
  }
  return true
}

/** The part size to work with: the wanted one where it is allowed and enough, else one that is. */
export function choosePartSize(
  wanted: number | undefined,
  size: number | undefined,
  limits: { smallestPart: number; largestPart: number; defaultPart: number; parts: number },
): number {
  const fits = (part: number) => part * limits.parts >= (size ?? 0)
  if (wanted !== undefined && wanted >= limits.smallestPart && wanted <= limits.largestPart && fits(wanted))
    return wanted
  if (fits(limits.defaultPart)) return limits.defaultPart
  const mebibyte = 2 ** 20
  return Math.ceil((size ?? 0) / limits.parts / mebibyte) * mebibyte
}
