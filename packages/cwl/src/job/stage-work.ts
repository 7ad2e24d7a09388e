import { mapEntries, nameOf, valueAt, withPath } from '../files.ts'
import type { CommandLineTool } from '../model/process.ts'
import type { Values } from '../values.ts'
import type { StageEntry } from './plan.ts'
import { stageEntry } from './stage.ts'

/**
 * Puts the inputs whose port says `sbg:stageInput` into the work folder: `link` to be read there, `copy` to be changed. Gives
 * the inputs with their new paths.
 */
export async function stageInWork(
  tool: CommandLineTool,
  inputs: Values,
  work: string,
): Promise<{ inputs: Values; stage: StageEntry[] }> {
  const moved: Values = { ...inputs }
  const stage: StageEntry[] = []
  for (const { id, extensions } of tool.inputs) {
    const way = extensions['sbg:stageInput']
    if (way !== 'link' && way !== 'copy') continue
    moved[id] = await mapEntries(valueAt(inputs, id), async entry => {
      const placed = withPath(entry, `${work}/${nameOf(entry)}`)
      for (const item of stageEntry(placed, way === 'copy')) stage.push(item)
      return placed
    })
  }
  return { inputs: moved, stage }
}
