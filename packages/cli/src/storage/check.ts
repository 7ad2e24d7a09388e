import { existsSync } from 'node:fs'
import { checkStorage, type Finding } from '@reprise/server/check-storage'
import { type DataOptions, withRows } from '../open-rows.ts'

/** A line for each finding, and what they come to. Exit code 1 when something is left that nobody has mended. */
export async function check({ fix = false, ...where }: DataOptions & { fix?: boolean }): Promise<void> {
  if (!existsSync(where.data)) throw new Error(`there is no data folder ${where.data} (--data)`)
  const count = { found: 0, mended: 0, young: 0 }
  await withRows(where, async database => {
    for await (const finding of checkStorage(database, where.data, { fix })) {
      console.log(lineOf(finding))
      count.found++
      if (finding.mended) count.mended++
      else if (finding.type === 'unknown' && finding.young) count.young++
    }
  })
  const left = count.found - count.mended - count.young
  if (count.found === 0) console.log('Rows and files of the store agree.')
  else console.log(`${count.found} found, ${count.mended} mended, ${count.young} may be on their way, ${left} left`)
  if (left > 0 && !fix) console.error('reprise storage check --fix mends what can be mended.')
  process.exitCode = left > 0 ? 1 : 0
}

function lineOf(finding: Finding): string {
  const mended = finding.mended ? ', mended' : ''
  if (finding.type === 'unknown') {
    const young = finding.young ? ', younger than a day' : ''
    return `unknown ${finding.path}: ${finding.size} bytes that no row wants${young}${mended}`
  }
  const { id, size, found, holders } = finding
  const what = found === undefined ? 'the file is not there' : `the file has ${found}`
  const needed = holders.length > 0 ? `, needed by ${holders.join(', ')}` : ''
  return `missing ${id}: ${size} bytes, ${what}${needed}${mended}`
}
