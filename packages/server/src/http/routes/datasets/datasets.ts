import { absent } from '@reprise/contract'
import { route } from '../../route.ts'
import { none, refuse } from '../absent.ts'

// The server has no datasets: lists are empty, and whatever is named is not there.

const noDataset = refuse(90003, 'There is no such dataset.')

/** GET /datasets */
export const listDatasets = route({
  call: 'datasets.list',
  query: absent.listNothing,
  answer: absent.datasetList,
  handle: none,
})

/** GET /datasets/{owner} */
export const listByOwnerDatasets = route({
  call: 'datasets.listByOwner',
  query: absent.listNothing,
  answer: absent.datasetList,
  handle: none,
})

/** GET /datasets/{owner}/{dataset} */
export const getDatasets = route({ call: 'datasets.get', answer: 'refusal', handle: noDataset })

/** PATCH /datasets/{owner}/{dataset} */
export const editDatasets = route({ call: 'datasets.edit', answer: 'refusal', handle: noDataset })

/** DELETE /datasets/{owner}/{dataset} */
export const deleteDatasets = route({ call: 'datasets.delete', handle: noDataset })
