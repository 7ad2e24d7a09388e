/**
 * Strings of a process that was written in draft-2 (upgrade/script.ts makes them): a text, or one script and nothing else,
 * so nothing is put into texts and no bracket is looked for. A script is sloppy JavaScript that may change what it is given;
 * it knows `$job` (inputs and, under `allocatedResources`, cores and MiB) and `$self`. Plain draft-2 had the inputs
 * directly in `$job`, so they are there too.
 */
export type Draft2Text = { text: string } | { code: string; reference?: string }

export function readDraft2(written: string): Draft2Text {
  if (/^\\+\$[({]/.test(written)) return { text: written.slice(1) }
  if (!/^\$[({]/.test(written)) return { text: written }
  const script = written.slice(2, -1)
  if (written[1] === '{') return { code: `(function () {${script}\n})()` }
  const plain = script.trim().replace(/;$/, '')
  const [, symbol = '', way = ''] = /^(\$job\.inputs|\$job\.allocatedResources|\$job|\$self)\b(.*)$/.exec(plain) ?? []
  const reference = referenceTo(symbol, way)
  return reference === undefined ? { code: script } : { code: script, reference }
}

/** What a plain reference is called since v1.0: it needs no JavaScript. */
function referenceTo(symbol: string, way: string): string | undefined {
  if (symbol === '$job.inputs' || symbol === '$job') return `inputs${way}`
  if (symbol === '$self') return `self${way}`
  if (symbol === '') return undefined
  return way === '.cpu' ? 'runtime.cores' : way === '.mem' ? 'runtime.ram' : undefined
}

/** What is to run before code, and the names of the context that it uses beside those in the code itself. */
export function draft2Globals(code: string[]): { prelude: string; named: string } {
  const text = code.join('\n')
  const parts: string[] = []
  const named: string[] = []
  if (/\$job\b/.test(text)) {
    named.push('runtime')
    if (/\$job\b(?!\s*\.\s*(?:inputs|allocatedResources)\b)/.test(text)) named.push('inputs')
    parts.push(JOB)
  }
  if (/\$self\b/.test(text)) parts.push(`var $self = self;`)
  return { prelude: parts.join('\n'), named: named.join(' ') }
}

const JOB = `var $job = {
  inputs: typeof inputs === 'undefined' ? {} : inputs,
  allocatedResources: typeof runtime === 'undefined' || !runtime ? {} : { cpu: runtime.cores, mem: runtime.ram }
};
(function () {
  for (var id in $job.inputs) if (!Object.prototype.hasOwnProperty.call($job, id)) $job[id] = $job.inputs[id];
})();`
