import { parseJson } from '@reprise/cwl/json'

/** Keys of a raw document that the platform sets: in a posted document, often a downloaded one, they are not looked at. */
const PLATFORM_KEYS = new Set([
  'id',
  'sbg:id',
  'sbg:revision',
  'sbg:latestRevision',
  'sbg:revisionNotes',
  'sbg:revisionsInfo',
  'sbg:createdBy',
  'sbg:modifiedBy',
  'sbg:createdOn',
  'sbg:modifiedOn',
  'sbg:project',
  'sbg:projectName',
  'sbg:contributors',
  'sbg:validationErrors',
  'sbg:sbgMaintained',
  'sbg:publisher',
  'sbg:content_hash',
  'sbg:workflowLanguage',
  'sbg:appVersion',
  'sbg:image_url',
  'sbg:copyOf',
])

const CLASSES = new Set(['CommandLineTool', 'Workflow', 'ExpressionTool', 'Operation'])

export type RawDocument = { [key: string]: unknown }

/** A document without what the platform sets. */
export function authored(document: RawDocument): RawDocument {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !PLATFORM_KEYS.has(key)))
}

/** True for a document that says it is CWL, valid or not. */
export function claimsCwl(document: RawDocument): boolean {
  return CLASSES.has(String(document.class)) || Array.isArray(document.$graph)
}

/**
 * The text of a posted body: a JSON string stands for the text in it, because clients wrap a document that their user gave
 * as text; anything else is the document itself, JSON or YAML.
 */
export function unwrapped(body: string): string {
  if (!/^\s*"/.test(body)) return body
  try {
    const value: unknown = parseJson(body)
    return typeof value === 'string' ? value : body
  } catch {
    return body
  }
}

/** Characters of what an app is found by, so that a description without end costs no more. */
const SEARCHED = 20_000

/** What words of a search are looked for in: name, label, toolkit, version, categories, tagline, description; lower case. */
export function searchText(name: string, document: RawDocument): string {
  const { label, doc, description } = document
  const parts = [
    name,
    label,
    document['sbg:toolkit'],
    document['sbg:toolkitVersion'],
    document['sbg:categories'],
    document['sbg:tagline'],
    doc,
    description,
  ]
  const texts = parts.flat().filter(part => typeof part === 'string' || typeof part === 'number')
  return texts.join('\n').toLowerCase().slice(0, SEARCHED)
}
