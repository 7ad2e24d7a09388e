import type { Metadata } from './metadata.ts'

/** Metadata key that holds a file's `format` (CWL, a URI), so that what one task makes another can check. */
const KEY = 'cwl_format'

/** Bytes of a metadata value. */
const LIMIT = 300

export function formatOf(metadata: Metadata): string | undefined {
  return Object.hasOwn(metadata, KEY) ? metadata[KEY] : undefined
}

/** The metadata of a file of this format, whatever they were inherited from. */
export function withFormat(metadata: Metadata, format: string | undefined): Metadata {
  const { [KEY]: _, ...rest } = metadata
  return format === undefined || Buffer.byteLength(format) > LIMIT ? rest : { ...rest, [KEY]: format }
}
