import type { InputParameter, SecondaryFile, Workflow } from '../model/process.ts'

/**
 * In draft-2 only tools say what belongs to a file; a workflow's own inputs say nothing, and whoever ran it looked at what
 * the steps want. From v1.0 on a workflow's input has to say it, so what the draft-2 processes that an input goes to say is
 * said by the input. A script that speaks of the inputs of its tool can't be moved.
 */
export function withCompanions(workflow: Workflow): Workflow {
  const inputs = workflow.inputs.map((input): InputParameter => {
    const known = new Set(input.secondaryFiles.map(({ pattern }) => pattern))
    const added = wantedFor(workflow, input.id).filter(({ pattern }) => !known.has(pattern) && !/\$job\b/.test(pattern))
    const byPattern = new Map(added.map(each => [each.pattern, each]))
    return added.length === 0 ? input : { ...input, secondaryFiles: [...input.secondaryFiles, ...byPattern.values()] }
  })
  return { ...workflow, inputs }
}

function wantedFor(workflow: Workflow, id: string): SecondaryFile[] {
  return workflow.steps.flatMap(({ run, in: ports }) => {
    if (run.version !== 'draft-2') return []
    const linked = new Set(ports.filter(port => port.source.includes(id)).map(port => port.id))
    return run.inputs.filter(input => linked.has(input.id)).flatMap(input => input.secondaryFiles)
  })
}
