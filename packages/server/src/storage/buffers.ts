/** Bytes of a buffer for reading files. */
export const BUFFER = 256 * 1024

/** Free buffers that are kept. */
const KEPT = 32

const free: Buffer[] = []

/** A buffer of BUFFER bytes with any bytes in it. What is made for each read anew stays until the collector comes by. */
export function takeBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(BUFFER)
}

/** Only when nobody reads it or writes to it any more, the kernel too. */
export function giveBuffer(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer)
}
