import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { ClientError, Interrupted } from './errors.ts'

/**
 * Asks before something that can't be undone: a person on the terminal, who must say yes. Without a terminal `--yes` must
 * have said so already. Rejects when the answer is no, and as an interruption on Ctrl-C.
 */
export async function confirm(question: string, { yes, json }: { yes?: boolean; json?: boolean }): Promise<void> {
  if (yes) return
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ClientError(`${question} Give --yes to do it without being asked.`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    terminal.setPrompt(`${question} [y/N] `)
    terminal.prompt()
    const stopped = Promise.race([once(terminal, 'SIGINT'), once(terminal, 'close')]).then(() => {
      throw new Interrupted('Nothing was done.')
    })
    const [answer] = await Promise.race([once(terminal, 'line'), stopped])
    if (!/^y(es)?$/i.test(String(answer).trim())) throw new ClientError('Nothing was done.')
  } finally {
    terminal.close()
  }
}
