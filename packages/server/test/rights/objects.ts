/** Of one call: everything is new, so that no call sees what another one did. */
export interface Objects {
  project: string
  root: string
  file: string
  folder: string
  app: string
  task: string
  upload: string
  volume: string
  /** a folder that volumes may be made of */
  path: string
  marker: string
  division: string
  team: string
  /** a user of the division and the team, a member of project and volume */
  username: string
  /** a project that everybody may write to, its root, and a file in it */
  scratch: string
  scratchRoot: string
  scratchFile: string
  /** in whose name addresses are signed */
  caller: string
  secret: Buffer
}
