import type { InputParameter, SecondaryFile, Workflow } from '../model/process.ts'

/**
 * In draft-2 only tools say what belongs to a file; a workflow's own inputs say nothing, and whoever ran it looked at what
 * the steps want. From v1.0 on a workflow's input has to say it, so what the draft-2 processes that an input goes to say is
 * said by the input. A script that speaks of the inputs of its tool can't be moved.
 */
export function withCompanions(workflow: Workflow): Workflow {
  const wanted = wantedBySource(workflow)
  const inputs = workflow.inputs.map((input): InputParameter => {
    const known = new Set(input.secondaryFiles.map(({ pattern }) => pattern))
    const added = (wanted.get(input.id) ?? []).filter(({ pattern }) => !known.has(pattern) && !/\$job\b/.test(pattern))
    const byPattern = new Map(added.map(each => [each.pattern, each]))
    return added.length === 0 ? input : { ...input, secondaryFiles: [...input.secondaryFiles, ...byPattern.values()] }
  })
  return { ...workflow, inputs }
}

/** What the draft-2 tools want beside the files of each source. */
function wantedBySource(workflow: Workflow): Map<string, SecondaryFile[]> {
  const wanted = new Map<string, SecondaryFile[]>()
  for (const { run, in: ports } of workflow.steps) {
    if (run.version !== 'draft-2') continue
    const sources = new Map(ports.map(port => [port.id, port.source]))
    for (const input of run.inputs) {
      if (input.secondaryFiles.length === 0) continue
      for (const source of sources.get(input.id) ?? []) {
        const list = wanted.get(source)
        if (list) list.push(...input.secondaryFiles)
        else wanted.set(source, [...input.secondaryFiles])
      }
    }
  }
  return wanted
}
