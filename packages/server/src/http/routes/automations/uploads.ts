import { route } from '../../route.ts'
import { refuse } from '../absent.ts'

// The server has no automations: lists are empty, and whatever is named is not there.

const noAutomation = refuse(90003, 'There is no such automation.')

/** POST /automation/upload */
export const beginAutomationsUploads = route({
  call: 'automations.uploads.begin',
  answer: 'refusal',
  handle: noAutomation,
})

/** GET /automation/upload/{upload} */
export const getAutomationsUploads = route({ call: 'automations.uploads.get', answer: 'refusal', handle: refuse(8003) })

/** POST /automation/upload/{upload} */
export const reportPartsAutomationsUploads = route({
  call: 'automations.uploads.reportParts',
  answer: 'refusal',
  handle: refuse(8003),
})

/** DELETE /automation/upload/{upload} */
export const abortAutomationsUploads = route({ call: 'automations.uploads.abort', handle: refuse(8003) })

/** GET /automation/upload/{upload}/part/{part} */
export const getPartAutomationsUploads = route({
  call: 'automations.uploads.getPart',
  answer: 'refusal',
  handle: refuse(8003),
})

/** POST /automation/upload/{upload}/part */
export const reportPartAutomationsUploads = route({
  call: 'automations.uploads.reportPart',
  answer: 'refusal',
  handle: refuse(8003),
})

/** POST /automation/upload/{upload}/complete */
export const completeAutomationsUploads = route({
  call: 'automations.uploads.complete',
  answer: 'refusal',
  handle: refuse(8003),
})
