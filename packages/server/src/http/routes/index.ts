import { ROUTES } from '@reprise/contract'
import type { RegisteredRoute } from '../route.ts'
import { modules } from './modules.ts'

const found = new Map(
  modules
    .flatMap(module => Object.values(module))
    .filter(isRoute)
    .map(route => [route.route.call, route]),
)

/** Every route, one of each call of the contract, in its order. Throws Error with the name of a call that has none. */
export const routes: RegisteredRoute[] = ROUTES.map(({ call }) => {
  const route = found.get(call)
  if (!route) throw new Error(`No file in http/routes exports a route of the call ${call}.`)
  return route
})

function isRoute(value: unknown): value is RegisteredRoute {
  return typeof value === 'object' && value !== null && 'route' in value && 'handler' in value
}
