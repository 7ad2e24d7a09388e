/** Results of more characters are acknowledged, so that the thread does not run ahead of who reads them. */
export const LARGE = 1024 * 1024
