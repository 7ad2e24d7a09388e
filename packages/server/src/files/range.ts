/** Bytes from `start` to `end`, both counted. */
export interface Range {
  start: number
  end: number
}

/**
 * The one range of a Range header (RFC 9110 §14.2) in bytes of a file of this size, its end clamped to the file's.
 * Undefined: send everything (no range, several ones, or another unit); 'beyond': it begins behind the file's end.
 */
export function parseRange(header: string | undefined, size: number): Range | 'beyond' | undefined {
  const parts = /^bytes=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i.exec(header ?? '')
  if (size === 0 || !parts || (parts[1] === '' && parts[2] === '')) return undefined
  if (parts[1] === '') {
    const last = Number(parts[2])
    return last === 0 ? 'beyond' : { start: Math.max(0, size - last), end: size - 1 }
  }
  const start = Number(parts[1])
  const end = parts[2] === '' ? size - 1 : Math.min(Number(parts[2]), size - 1)
  if (start >= size) return 'beyond'
  return end < start ? undefined : { start, end }
}

/** `attachment` with the name for old clients and, in RFC 8187's form, as it is. */
export function contentDisposition(given: string): string {
  const name = given.toWellFormed()
  const plain = name.replace(/[^ -~]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
