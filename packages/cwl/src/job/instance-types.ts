/**
 * Machines of the two clouds that apps name in `sbg:AWSInstanceType` and `sbg:GoogleInstanceType`: cores, GiB of memory and,
 * where the machine has disks of its own, GiB of them. Families grow evenly, so most are told by their size.
 */
export interface InstanceType {
  cores: number
  /** MiB */
  ram: number
  /** GiB; none for a machine whose disks are chosen apart from it */
  disk?: number
}

/** Cores of the sizes that all families share. */
const SIZES: { [size: string]: number } = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '9xlarge': 36,
}
const LARGER: { [size: string]: number } = {
  '12xlarge': 48,
  '16xlarge': 64,
  '18xlarge': 72,
  '24xlarge': 96,
  '32xlarge': 128,
}
for (const [size, cores] of Object.entries({ '3xlarge': 12, '6xlarge': 24, ...LARGER })) SIZES[size] = cores

/** GiB of memory for each core, and of disk. */
const AWS: { [family: string]: { ram: number; disk?: number } } = {
  c3: { ram: 1.875, disk: 20 },
  c4: { ram: 1.875 },
  c5: { ram: 2 },
  c5a: { ram: 2 },
  c5d: { ram: 2, disk: 25 },
  c5n: { ram: 2.625 },
  c6i: { ram: 2 },
  c7i: { ram: 2 },
  d2: { ram: 7.625, disk: 1500 },
  g4dn: { ram: 4, disk: 28 },
  g5: { ram: 4, disk: 56 },
  i2: { ram: 7.625, disk: 200 },
  i3: { ram: 7.625, disk: 237 },
  m3: { ram: 3.75, disk: 20 },
  m4: { ram: 4 },
  m5: { ram: 4 },
  m5a: { ram: 4 },
  m5d: { ram: 4, disk: 37 },
  m6i: { ram: 4 },
  m7i: { ram: 4 },
  p2: { ram: 15.25 },
  p3: { ram: 7.625 },
  r3: { ram: 7.625, disk: 20 },
  r4: { ram: 7.625 },
  r5: { ram: 8 },
  r5a: { ram: 8 },
  r5d: { ram: 8, disk: 37 },
  r6i: { ram: 8 },
  r7i: { ram: 8 },
  x1: { ram: 15.25, disk: 30 },
  x1e: { ram: 30.5, disk: 30 },
  z1d: { ram: 8, disk: 37 },
}

/** Those that don't follow their family. */
const ODD: { [name: string]: { cores: number; ram: number; disk?: number } } = {
  'c1.medium': { cores: 2, ram: 1.7, disk: 350 },
  'c1.xlarge': { cores: 8, ram: 7, disk: 1680 },
  'c4.8xlarge': { cores: 36, ram: 60 },
  'cc2.8xlarge': { cores: 32, ram: 60.5, disk: 3360 },
  'd2.8xlarge': { cores: 36, ram: 244, disk: 48000 },
  'g2.2xlarge': { cores: 8, ram: 15, disk: 60 },
  'g2.8xlarge': { cores: 32, ram: 60, disk: 240 },
  'm1.small': { cores: 1, ram: 1.7, disk: 160 },
  'm1.medium': { cores: 1, ram: 3.75, disk: 410 },
  'm1.large': { cores: 2, ram: 7.5, disk: 840 },
  'm1.xlarge': { cores: 4, ram: 15, disk: 1680 },
  'm2.xlarge': { cores: 2, ram: 17.1, disk: 420 },
  'm2.2xlarge': { cores: 4, ram: 34.2, disk: 850 },
  'm2.4xlarge': { cores: 8, ram: 68.4, disk: 1680 },
  'm3.medium': { cores: 1, ram: 3.75, disk: 4 },
  'm4.10xlarge': { cores: 40, ram: 160 },
  't2.micro': { cores: 1, ram: 1 },
  't2.small': { cores: 1, ram: 2 },
  't2.medium': { cores: 2, ram: 4 },
}

const GOOGLE: { [family: string]: number } = {
  'c2-standard': 4,
  'e2-highcpu': 1,
  'e2-highmem': 8,
  'e2-standard': 4,
  'n1-highcpu': 0.9,
  'n1-highmem': 6.5,
  'n1-standard': 3.75,
  'n2-highcpu': 1,
  'n2-highmem': 8,
  'n2-standard': 4,
}

/** What a machine of this name has; undefined when it is not known. */
export function instanceType(name: string): InstanceType | undefined {
  const odd = Object.hasOwn(ODD, name) ? ODD[name] : undefined
  if (odd) return { ...odd, ram: mebibytes(odd.ram) }
  const [, family = '', size = ''] = /^([a-z0-9]+)\.([a-z0-9]+)$/.exec(name) ?? []
  if (Object.hasOwn(AWS, family) && Object.hasOwn(SIZES, size)) {
    const [cores, { ram, disk }] = [SIZES[size]!, AWS[family]!]
    return { cores, ram: mebibytes(cores * ram), ...(disk === undefined ? {} : { disk: Math.round(cores * disk) }) }
  }
  const [, kind = '', count = ''] = /^([a-z0-9]+-[a-z]+)-(\d+)$/.exec(name) ?? []
  if (!Object.hasOwn(GOOGLE, kind)) return undefined
  return { cores: Number(count), ram: mebibytes(Number(count) * GOOGLE[kind]!) }
}

function mebibytes(gibibytes: number): number {
  return Math.round(gibibytes * 1024)
}
