import { statfs } from 'node:fs/promises'

/** File systems by the magic number of statfs(2) on which locks or shared memory don't reach all machines. */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x7461636f, 'OCFS2'],
])

/** The name of the network file system that a folder lies on, where SQLite can lose rows; undefined for a disk of this machine. */
export async function networkFileSystemOf(folder: string): Promise<string | undefined> {
  const { type } = await statfs(folder)
  return NETWORK_FILE_SYSTEMS.get(type >>> 0)
}
