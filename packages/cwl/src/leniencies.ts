/**
 * What the standard refuses and the platform runs, in one table: published apps rely on it. Each rule takes only what would
 * fail without it, so that no valid app means anything else, and is told as a warning wherever it is used. Read strictly
 * (`reprise run --strict`), an app gets none of them.
 */
export interface Leniency {
  /** what is taken */
  rule: string
  /** why it has to be */
  reason: string
}

export const LENIENCIES = {
  looseLinks: {
    rule: 'in draft-2 the two ends of a link may differ in type: a list may go to an output declared as one File, and several lists to a list port are merged',
    reason: 'draft-2 on the platform had no static types, and its own editor wrote such workflows',
  },
  javascript: {
    rule: 'JavaScript is evaluated where InlineJavascriptRequirement is missing',
    reason: 'the platform evaluates it, so nobody noticed that the requirement was forgotten',
  },
  plainJavascript: {
    rule: 'JavaScript that fails because it is read as strict is run as plain JavaScript, such as an assignment to a variable that is not declared',
    reason: 'the platform runs plain JavaScript; what runs as strict JavaScript is never run in another way',
  },
  wideInt: {
    rule: 'an int may be any whole number up to 2^53',
    reason: 'the platform has no limit of 32 bits, and sizes in bytes are written as int',
  },
  enumText: {
    rule: 'a number or truth value given for an enum stands for the symbol of the same text',
    reason: 'in YAML a symbol of digits is easily written without quotes',
  },
  numberText: {
    rule: 'a text of digits that an expression gives for a numeric output is that number',
    reason: 'what an expression cuts out of a text file is text',
  },
  skipNull: {
    rule: 'a step with `when` that scatters over null, or whose valueFrom fails because self is null, is skipped where `when` says so',
    reason: 'the platform asks `when` first',
  },
  hintSpelling: {
    rule: 'names of the platform’s hints may differ in upper and lower case',
    reason: 'the platform reads `sbg:saveLogs` and `sbg:SaveLogs` alike',
  },
} satisfies { [name: string]: Leniency }

export type LeniencyName = keyof typeof LENIENCIES

/** Is told where a leniency is used. */
export type Lenient = (name: LeniencyName, detail: string) => void

/** The warning that its user gets. */
export function leniencyWarning(name: LeniencyName, detail: string): string {
  return `${detail}; it runs here as on the platform, elsewhere it may not (${name})`
}
