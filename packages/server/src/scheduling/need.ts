/**
 * Cores and memory as they are counted: in whole thousandths of a core and whole KiB, so that a sum over jobs that came and
 * left is exact, and what is free again is all that there was.
 */
export interface Capacity {
  /** may be fractional */
  cores: number
  /** MiB */
  ram: number
}

/** Thousandths of a core, KiB. */
export interface Need {
  readonly cores: number
  readonly ram: number
}

/** A requirement that this machine can never meet. */
export class CannotFitError extends Error {
  override name = 'CannotFitError'
}

export const NOTHING: Need = { cores: 0, ram: 0 }

export function inUnits({ cores, ram }: Capacity): Need {
  return { cores: Math.round(cores * 1000), ram: Math.round(ram * 1024) }
}

/** Throws CannotFitError for what is more than the whole machine. */
export function checkFits(asked: Capacity, machine: Capacity): void {
  const [need, all] = [inUnits(asked), inUnits(machine)]
  if (need.cores > all.cores)
    throw new CannotFitError(
      `it asks for ${asked.cores} cores and this machine has ${machine.cores} (ResourceRequirement.coresMin)`,
    )
  if (need.ram > all.ram)
    throw new CannotFitError(
      `it asks for ${asked.ram} MiB of memory and this machine has ${Math.floor(machine.ram)} MiB (ResourceRequirement.ramMin)`,
    )
}

export function fits(need: Need, room: Need): boolean {
  return need.cores <= room.cores && need.ram <= room.ram
}

export function plus(one: Need, other: Need): Need {
  return { cores: one.cores + other.cores, ram: one.ram + other.ram }
}

export function minus(one: Need, other: Need): Need {
  return { cores: one.cores - other.cores, ram: one.ram - other.ram }
}

/** Of each the more. */
export function larger(one: Need, other: Need): Need {
  return { cores: Math.max(one.cores, other.cores), ram: Math.max(one.ram, other.ram) }
}

/** The larger of the fractions of cores and memory, 0 to 1. */
export function dominantShare(held: Need, of: Need): number {
  return Math.max(of.cores > 0 ? held.cores / of.cores : 0, of.ram > 0 ? held.ram / of.ram : 0)
}

/** Of each the less. */
export function smaller(one: Need, other: Need): Need {
  return { cores: Math.min(one.cores, other.cores), ram: Math.min(one.ram, other.ram) }
}

export function times(need: Need, count: number): Need {
  return { cores: need.cores * count, ram: need.ram * count }
}

/** How much of the need the room has, 0 to 1: of cores and memory whichever is scarcer. */
export function fractionAvailable(need: Need, room: Need): number {
  const of = (key: keyof Need) => (need[key] > 0 ? room[key] / need[key] : 1)
  return Math.max(0, Math.min(1, of('cores'), of('ram')))
}
