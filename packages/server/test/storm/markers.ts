import * as fs from 'node:fs/promises'

/** A job that came to its end runs again only where its wrapper was killed before it could write that down. */
export async function wrongMarkers(marker: string, wrappers: number): Promise<string[]> {
  const lines = (await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)
  const count = (what: string) =>
    Map.groupBy(
      lines.filter(line => line.endsWith(what)),
      line => line,
    )
  const extra = (what: string) => [...count(what).values()].reduce((sum, same) => sum + same.length - 1, 0)
  const told = (what: string) =>
    [...count(what)].filter(([, same]) => same.length > 1).map(([line, same]) => `${line} ${same.length} times`)
  return ['start', 'end'].flatMap(what =>
    extra(what) > wrappers
      ? [`${extra(what)} jobs ran again, ${wrappers} wrappers were killed: ${told(what).join(', ')}`]
      : [],
  )
}
