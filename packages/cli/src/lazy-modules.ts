import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * A module that is needed only where an option is given: options are read without a wait, so it can't be imported then. Start
 * and help of the command do without it.
 */
export const limitsModule = (): typeof import('@reprise/server/limits') => require('@reprise/server/limits')
export const yamlModule = (): typeof import('yaml') => require('yaml')
