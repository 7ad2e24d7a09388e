/** True for the address of a PostgreSQL database. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url)
}

/** The address without its password, for messages. */
export function shown(url: string): string {
  return url.replace(/:[^:@/]*@/, '@').replace(/([?&]password=)[^&]*/, '$1…')
}
