import type { TaskRow } from '../../src/database/schema.ts'
import { newUuid } from '../../src/ids.ts'

/** A task's row with nothing in it but what is given. */
export function taskRow(fields: Partial<TaskRow> = {}): TaskRow {
  const now = Date.now()
  return {
    id: newUuid(),
    project: 'kim/rna',
    name: 'task',
    description: null,
    app: 'kim/rna/app/0',
    status: 'DRAFT',
    origin: null,
    parent: null,
    batch: 0,
    batch_input: null,
    batch_by: null,
    batch_group: null,
    execution_settings: '{"use_memoization":false}',
    seed: null,
    time: null,
    resources: null,
    groups: null,
    verifies: 0,
    result: null,
    use_interruptible_instances: 0,
    output_location: null,
    inputs: '',
    outputs: '',
    errors: '[]',
    warnings: '[]',
    record: null,
    model: null,
    claim: 0,
    message: '',
    steps_total: 0,
    steps_completed: 0,
    cost: 0,
    created_by: 'kim',
    executed_by: 'kim',
    created: now,
    started: now,
    running: null,
    ended: null,
    ...fields,
  }
}
