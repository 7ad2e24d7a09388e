import { parseJson } from '@reprise/cwl/json'
import { type FoundRevision, listRevisions } from '../database/apps.ts'
import type { Queries } from '../database/index.ts'
import { projectName } from '../database/projects.ts'
import { loadJson, sizesOf } from '../database/values.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import type { RawDocument } from './document.ts'

/** Of an item of a list, when no fields are selected. */
export const APP_SUMMARY = ['href', 'id', 'name', 'project', 'revision']

/** An app without its document. The id always ends in the revision: clients cut it off. */
export function renderApp(found: FoundRevision, base: string) {
  const id = `${found.app}/${found.revision}`
  return {
    href: `${base}/apps/${id}`,
    id,
    project: found.project,
    name: found.label || found.name,
    revision: found.revision,
  }
}

/** The document as its author posted it, with what the platform adds. */
export async function renderRaw(db: Queries, found: FoundRevision, room?: AnswerBudget): Promise<RawDocument> {
  await room?.reserve((await sizesOf(db, [found.raw])).get(found.raw) ?? 0)
  return { ...parseJson(await loadJson(db, found.raw)), ...(await platformKeys(db, found)) }
}

/** The same as text: the document, which may be large, is not parsed. It has no key that the platform sets (document.ts). */
export async function renderRawText(db: Queries, found: FoundRevision, room: AnswerBudget): Promise<string> {
  await room.reserve((await sizesOf(db, [found.raw])).get(found.raw) ?? 0)
  const [json, keys] = await Promise.all([loadJson(db, found.raw), platformKeys(db, found)])
  const added = JSON.stringify(keys)
  return json === '{}' ? added : `${json.slice(0, -1)},${added.slice(1)}`
}

async function platformKeys(db: Queries, found: FoundRevision): Promise<RawDocument> {
  const [revisions, name] = await Promise.all([
    listRevisions(db, found.app, found.revision),
    projectName(db, found.project),
  ])
  const id = `${found.app}/${found.revision}`
  return {
    id,
    'sbg:id': id,
    'sbg:revision': found.revision,
    'sbg:latestRevision': found.latest,
    'sbg:revisionNotes': found.notes,
    'sbg:revisionsInfo': revisions.map(({ revision, created_by, created, notes }) => ({
      'sbg:revision': revision,
      'sbg:modifiedBy': created_by,
      'sbg:modifiedOn': seconds(created),
      'sbg:revisionNotes': notes,
    })),
    'sbg:createdBy': revisions[0]?.created_by ?? found.created_by,
    'sbg:createdOn': seconds(revisions[0]?.created ?? found.created),
    'sbg:modifiedBy': found.created_by,
    'sbg:modifiedOn': seconds(found.created),
    'sbg:project': found.project,
    'sbg:projectName': name,
    'sbg:contributors': [...new Set(revisions.map(revision => revision.created_by))],
    'sbg:validationErrors': JSON.parse(found.problems),
    'sbg:sbgMaintained': false,
    'sbg:publisher': 'sbg',
    'sbg:content_hash': `a${found.raw}`,
    'sbg:workflowLanguage': 'CWL',
    'sbg:appVersion': found.cwl_version === '' ? [] : [found.cwl_version],
    'sbg:image_url': null,
    ...(found.copy_of === null ? {} : { 'sbg:copyOf': found.copy_of }),
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
