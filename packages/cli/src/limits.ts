/** How much the command shows, reads at once and finds enough, each with its unit and why it is so. */
export const LIMITS = {
  /** rows of a comparison that are printed for people; --json has all */
  rowsShown: 50,
  /** bytes of disk below which a server has no room to speak of */
  leastRoom: 2 ** 30,
  /** seconds by which two clocks may differ: leases are longer by far */
  clockSeconds: 5,
  /** the oldest version of PostgreSQL that tests run with */
  postgresVersion: 14,
  /** bytes of a file that is read at once; a larger one is streamed */
  smallFile: 1024 * 1024,
  /** bytes of the end of what a job wrote that its error shows */
  stderrShown: 4096,
  /** of the machine’s memory, what a job may use whose tool states nothing */
  memoryShare: 0.95,
  /** attempts that may have a folder beside those that run */
  spareFolders: 16,
} as const
