/** One line of the table: what was measured, what it has to be, and whether it is. */
export interface Line {
  what: string
  figure: string
  bar: string
  met: boolean
  /** how the figure came about */
  note: string
}

export function rows(lines: Line[]): string[][] {
  return lines.map(({ what, figure, bar, met, note }) => [what, figure, `${met ? 'met' : 'MISSED'} (${bar})  ${note}`])
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
