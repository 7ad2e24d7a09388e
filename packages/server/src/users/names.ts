/** `division/username`, as accounts of a division are written elsewhere, is the user of that name here. */
export function plainName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
