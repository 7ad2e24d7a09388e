import type { CallCoverage, CodeCoverage, Coverage } from './coverage.ts'

/** One line with the figures of all pages. */
export function totalLine({ pages, codes }: Coverage): string {
  const calls = pages.flatMap(page => page.calls)
  const done = calls.filter(({ isCovered }) => isCovered).length
  const covered = calls.reduce((sum, call) => sum + call.covered.length, 0)
  const names = calls.reduce((sum, call) => sum + call.covered.length + call.missing.length, 0)
  const raised = codes.filter(({ isRaised }) => isRaised).length
  const never = codes.filter(({ isRaised, reason, test }) => !isRaised && !test && reason !== undefined).length
  const absent = calls.filter(({ isCovered, reason }) => isCovered && reason !== undefined).length
  const elsewhere = codes.filter(({ isRaised, test }) => !isRaised && test !== undefined).length
  return (
    `${done} of ${calls.length} calls (${absent} of them answered as to an account that has nothing of the kind), ` +
    `${covered} of ${names} parameters and body keys are covered. Of ${codes.length} error codes ${raised} are raised here, ` +
    `${elsewhere} by tests of the server alone, and ${never} can't arise.`
  )
}

/** The page of docs, in Markdown. */
export function coveragePage(coverage: Coverage): string {
  const { pages, codes } = coverage
  return `# Coverage of the API by the acceptance suite

Written by \`make acceptance\` from what was sent and answered; not by hand. The suite talks HTTP alone, as real clients do.
A call, a parameter (\`?\` before its name) or a key of a body counts when it was sent in a call that succeeded; an error code
when it was answered. The numbers after # are the sections of the reference.

**${totalLine(coverage)}**

${pages.map(({ page, calls }) => callsOf(page, calls)).join('\n')}
${codesOf(codes)}`
}

function callsOf(page: string, calls: CallCoverage[]): string {
  const done = calls.filter(({ isCovered }) => isCovered).length
  const rows = calls.map(({ call, isCovered, covered, missing, reason }) => {
    const cells = [isCovered ? ['yes', reason].filter(Boolean).join(': ') : '**no**', names(covered), names(missing)]
    return `| \`${call.call}\` | #${call.section} | ${cells.join(' | ')} |`
  })
  return `## ${page}: ${done} of ${calls.length} calls

| Call | | Covered | Parameters covered | Not covered |
|---|---|---|---|---|
${rows.join('\n')}
`
}

const names = (list: string[]) => list.map(name => `\`${name}\``).join(' ')

function codesOf(codes: CodeCoverage[]): string {
  const raised = codes.filter(({ isRaised }) => isRaised)
  const elsewhere = codes.filter(({ isRaised, test }) => !isRaised && test !== undefined)
  const never = codes.filter(({ isRaised, reason, test }) => !isRaised && !test && reason !== undefined)
  const open = codes.filter(({ isRaised, reason }) => !isRaised && reason === undefined)
  const table = (rows: CodeCoverage[], last: (row: CodeCoverage) => string) =>
    rows.map(row => `| ${row.code.code} | ${row.code.status} | ${row.code.meaning} | ${last(row)} |`).join('\n')
  return `## status-codes: ${raised.length} of ${codes.length} codes

| Code | HTTP | Meaning | Answered with |
|---|---|---|---|
${table(raised, ({ code, others }) => [...(others.length === 0 ? [code.status] : others)].join(', '))}

### Codes that tests of the server alone raise

| Code | HTTP | Meaning | Why not here | Test |
|---|---|---|---|---|
${table(elsewhere, ({ reason, test }) => `${reason} | \`${test}\``)}

### Codes that can't arise

| Code | HTTP | Meaning | Why not |
|---|---|---|---|
${table(never, ({ reason }) => reason ?? '')}

### Codes that are not covered

| Code | HTTP | Meaning | |
|---|---|---|---|
${table(open, () => '')}
`
}
