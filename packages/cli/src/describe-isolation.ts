import { hasOwnNetwork, type JobIsolation, limitedBy } from '@reprise/runner'

/** What jobs run in, for the operator. */
export function describeIsolation({ base, engine }: JobIsolation): string {
  const others = base === 'none' ? 'no isolation at all' : 'the sandbox'
  return engine ? `containers of ${engine} where their tool names an image, else in ${others}` : others
}

/** What the operator should know of that is not kept from jobs here, a line each. */
export function isolationGaps({ base }: JobIsolation, allowNetwork = false): string[] {
  if (base === 'none') return ['Not limited: what jobs read, change and use: they have all rights of this user']
  const missing = limitedBy().missing
  return [
    ...(missing.length > 0
      ? [
          `Not limited by control groups: ${missing.join(', ')} of jobs in the sandbox (docs/security.md, Control groups)`,
        ]
      : []),
    ...(allowNetwork && !hasOwnNetwork()
      ? ["Not kept from jobs that may use the network: this machine's own loopback (install slirp4netns)"]
      : []),
  ]
}
