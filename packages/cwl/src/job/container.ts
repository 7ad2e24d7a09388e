import { shown } from '../expression/text.ts'
import type { Process, Requirement } from '../model/process.ts'
import { UnsupportedError } from '../problem.ts'
import { Requirements } from './effective-requirements.ts'

/** The container that a tool asks for. */
export interface ContainerRequest {
  /** the image's name as the document gives it */
  image: string
  /** under requirements; a hint may be left out where there are no containers */
  required: boolean
  /** where the work folder is to be */
  outdir?: string
}

/**
 * What DockerRequirement asks for. The name is `dockerPull`, or `dockerImageId` of an image that the machine has; images that
 * would have to be built, loaded or imported are not. CWL v1.2 §DockerRequirement
 * @throws UnsupportedError for a required container that can't be named, Error for a folder that is no absolute path
 */
export function containerOf(requirements: Requirements, id: string): ContainerRequest | undefined {
  const required = requirements.required('DockerRequirement')
  const found = required ?? requirements.get('DockerRequirement')
  if (!found) return undefined
  const image = imageOf(found)
  if (image === undefined) {
    if (!required) return undefined
    throw new UnsupportedError(
      `${id}: DockerRequirement needs dockerPull or dockerImageId: images are not built, loaded or imported here`,
    )
  }
  const outdir = found.dockerOutputDirectory
  if (outdir === undefined || outdir === null) return { image, required: required !== undefined }
  if (typeof outdir !== 'string' || !/^\/[^/]/.test(outdir) || outdir.split('/').includes('..')) {
    throw new Error(`dockerOutputDirectory must be an absolute path of a folder, not ${shown(outdir)}`)
  }
  return { image, required: required !== undefined, outdir: outdir.replace(/\/+$/, '') }
}

function imageOf({ dockerPull, dockerImageId }: Requirement): string | undefined {
  for (const name of [dockerPull, dockerImageId]) if (typeof name === 'string' && name !== '') return name
  return undefined
}

/** All containers that a process and what its steps run ask for. */
export function containersOf(process: Process, around = new Requirements()): ContainerRequest[] {
  const requirements = around.within(process)
  if (process.class === 'Workflow') {
    return process.steps.flatMap(step => containersOf(step.run, requirements.within(step)))
  }
  const found = process.class === 'CommandLineTool' ? containerOf(requirements, process.id) : undefined
  return found ? [found] : []
}

/** Refuses a process that requires a container. @throws UnsupportedError */
export function refuseContainers(process: Process, around = new Requirements()): void {
  const requirements = around.within(process)
  if (process.class === 'Workflow') {
    for (const step of process.steps) refuseContainers(step.run, requirements.within(step))
    return
  }
  if (process.class !== 'CommandLineTool' || !requirements.required('DockerRequirement')) return
  throw new UnsupportedError(
    `${process.id}: it requires a container (DockerRequirement), and there is no container engine: install podman or docker`,
  )
}
