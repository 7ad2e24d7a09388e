import { globSync } from 'node:fs'

/**
 * The modules of the routes: every file in the folders beside this one. A build has a list of imports in its place, which
 * scripts/build/routes.ts makes.
 */
const paths = globSync('*/**/*.ts', { cwd: import.meta.dirname })

export const modules: { [exported: string]: unknown }[] = await Promise.all(
  paths.map(path => import(new URL(path, import.meta.url).href)),
)
