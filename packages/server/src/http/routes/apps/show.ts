import { renderApp, renderRaw } from '../../../apps/render.ts'
import type { FoundRevision } from '../../../database/apps.ts'
import { wants } from '../../fields.ts'
import type { Request } from '../../route.ts'

/** The answer of every call that gives one app. */
export async function showApp(
  { context, fields, base, room }: Pick<Request, 'context' | 'caller' | 'fields' | 'base' | 'room'>,
  found: FoundRevision,
) {
  const raw = wants(fields, 'raw') ? { raw: await renderRaw(context.database.read, found, room) } : {}
  return { ...renderApp(found, base), ...raw }
}
