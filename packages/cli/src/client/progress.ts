import { type Options, SingleBar } from 'cli-progress'

export interface Progress {
  update(value: number, total?: number): void
  stop(): void
}

export type ProgressUnit = 'bytes' | 'steps' | 'files' | 'outputs' | 'jobs'

/** A bar on stderr while a person looks on: nothing when stdout or stderr is no terminal, or when `silent`. */
export function createProgress(label: string, unit: ProgressUnit, total: number, silent = false): Progress {
  if (silent || !process.stdout.isTTY || !process.stderr.isTTY) return { update() {}, stop() {} }
  const options: Options = {
    format: `${label} [{bar}] {percentage}%  {value} of {total}${unit === 'bytes' ? '' : ` ${unit}`}`,
    barsize: 30,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    // the bar would take Ctrl-C's default away
    gracefulExit: false,
    emptyOnZero: true,
    stream: process.stderr,
  }
  if (unit === 'bytes') {
    options.formatValue = (value, _, type) =>
      type === 'value' || type === 'total' ? formatBytes(value) : String(value)
  }
  const bar = new SingleBar(options)
  bar.start(total, 0)
  return {
    update(value, newTotal) {
      if (newTotal !== undefined) bar.setTotal(newTotal)
      bar.update(value)
    },
    stop: () => bar.stop(),
  }
}

/** Bytes for people, as in `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}
