import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { names } from './attempt.ts'
import { quote } from './quote.ts'
import { jobUser } from './user.ts'

/** Descriptors by which bubblewrap tells the number of its first process, and waits until that has its network. */
const INFO = 5
const GO = 4
const USER = 3

let found: boolean | undefined

/**
 * True where jobs in the sandbox that may use the network get one of their own, with a way out that does not lead to this
 * machine's loopback. Without slirp4netns they share the machine's.
 */
export function hasOwnNetwork(): boolean {
  found ??= (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, 'slirp4netns')))
  return found
}

/** Options for bubblewrap. In a user namespace it waits for who it is there, too. */
export function networkOptions(): string[] {
  const waits = ['--block-fd', String(GO), ...(hasUserNamespace() ? ['--userns-block-fd', String(USER)] : [])]
  return ['--unshare-net', '--info-fd', String(INFO), ...waits]
}

function hasUserNamespace(): boolean {
  return jobUser() === undefined
}

/** The line that starts bubblewrap, `words` with its redirections, as one that gives it its network meanwhile. */
export function withNetwork(attempt: string, words: string): string {
  const [info, go, user] = [names.info, names.go, names.user].map(name => quote(join(attempt, name)))
  const isUser = hasUserNamespace()
  const helper = quote(fileURLToPath(new URL('./network.sh', import.meta.url)))
  return [
    `mkfifo ${info} ${go}${isUser ? ` ${user}` : ''} || exit 70`,
    `. ${helper}`,
    `{ network ${info} ${go} ${user} & }`,
    `exec ${words} ${INFO}<>${info} ${GO}<>${go}${isUser ? ` ${USER}<>${user}` : ''}`,
  ].join('\n')
}
