/** `2024-03-05T09:41:07Z`, the one form of dates in answers: UTC, seconds. Takes milliseconds since the epoch. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
