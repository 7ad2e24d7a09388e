import { answers, teams } from '@reprise/contract'
import {
  addTeamMember as add,
  listTeamMembers as list,
  removeTeamMember as remove,
  renderTeamMember,
} from '../../../teams/teams.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /teams/{id}/members */
export const listTeamMembers = route({
  call: 'teams.members.list',
  query: teams.page,
  answer: answers.listOf(teams.teamMember),
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await list(context, caller, path.team, query, base), query),
})

/** POST /teams/{id}/members */
export const addTeamMember = route({
  call: 'teams.members.add',
  body: teams.addTeamMember,
  answer: teams.teamMember,
  handle: async ({ context, caller, path, body, base }) =>
    renderTeamMember(await add(context, caller, path.team, body.id), base),
})

/** DELETE /teams/{id}/members/{username} */
export const removeTeamMember = route({
  call: 'teams.members.remove',
  handle: ({ context, caller, path }) => remove(context, caller, path.team, path.username),
})
