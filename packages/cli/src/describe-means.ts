import type { Means } from '@reprise/runner'

/** What jobs run in, for the operator. */
export function describe({ base, engine }: Means): string {
  const others = base === 'none' ? 'no isolation at all' : 'the sandbox'
  return engine ? `containers of ${engine} where their tool names an image, else in ${others}` : others
}
