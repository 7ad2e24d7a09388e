import { route } from '../../route.ts'
import { refuse } from '../absent.ts'

// The server has no datasets: lists are empty, and whatever is named is not there.

const noDataset = refuse(90003, 'There is no such dataset.')

/** GET /datasets/{owner}/{dataset}/members */
export const listDatasetsMembers = route({ call: 'datasets.members.list', answer: 'refusal', handle: noDataset })

/** POST /datasets/{owner}/{dataset}/members */
export const addDatasetsMembers = route({ call: 'datasets.members.add', answer: 'refusal', handle: noDataset })

/** GET /datasets/{owner}/{dataset}/members/{username} */
export const getDatasetsMembers = route({ call: 'datasets.members.get', answer: 'refusal', handle: noDataset })

/** DELETE /datasets/{owner}/{dataset}/members/{username} */
export const removeDatasetsMembers = route({ call: 'datasets.members.remove', handle: noDataset })

/** GET /datasets/{owner}/{dataset}/members/{username}/permissions */
export const getPermissionsDatasetsMembers = route({
  call: 'datasets.members.getPermissions',
  answer: 'refusal',
  handle: noDataset,
})

/** PATCH /datasets/{owner}/{dataset}/members/{username}/permissions */
export const editPermissionsDatasetsMembers = route({
  call: 'datasets.members.editPermissions',
  answer: 'refusal',
  handle: noDataset,
})

/** PUT /datasets/{owner}/{dataset}/members/{username}/permissions */
export const replacePermissionsDatasetsMembers = route({
  call: 'datasets.members.replacePermissions',
  answer: 'refusal',
  handle: noDataset,
})
