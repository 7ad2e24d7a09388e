import { lookAt } from '@reprise/server/look-at-postgres'
import { LIMITS } from '../limits.ts'
import { type Finding, fits, lacks, reasonOf } from './finding.ts'

/** The database that the rows are to be in. Nothing is written there. */
export async function lookAtPostgres(url: string): Promise<Finding> {
  const what = 'PostgreSQL'
  try {
    const { version, encoding, mayMake, secondsApart } = await lookAt(url)
    const found = `version ${version}, ${encoding}`
    if (Number.parseInt(version, 10) < LIMITS.postgresVersion)
      return lacks(what, found, `PostgreSQL ${LIMITS.postgresVersion} or newer`)
    if (encoding !== 'UTF8') return lacks(what, found, 'createdb --encoding UTF8 --template template0 reprise')
    if (!mayMake)
      return lacks(what, `${found}; its user may not make tables`, 'GRANT CREATE ON SCHEMA public TO the user')
    if (Math.abs(secondsApart) > LIMITS.clockSeconds) {
      return lacks(
        what,
        `${found}; its clock is ${Math.round(secondsApart)} s from this one`,
        'timedatectl set-ntp true',
        'partly',
      )
    }
    return fits(what, found)
  } catch (error) {
    return lacks(
      what,
      `does not answer: ${reasonOf(error)}`,
      'is it running, and are address, user and password right?',
    )
  }
}
