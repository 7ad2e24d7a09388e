/** What one job may have, and how long things are waited for, each with its unit and why it is so. What an operator sets is told by the host. */
export const LIMITS = {
  /** characters of one word of a command; quoted it still has to fit into the 128 KiB that Linux gives a word */
  wordCharacters: 24 * 1024,
  /** KiB that a job is given at least: with less many programs do not even start */
  leastMemory: 64 * 1024,
  /** milliseconds: an engine that has not answered by then is not there */
  engineMilliseconds: 10_000,
  /** milliseconds after which a control group without a process belongs to nobody: one that is made is joined at once */
  groupMilliseconds: 3_600_000,
  /** seconds: a sandbox that has not started by then never will */
  trialSeconds: 20,
  /** files and folders that a job may leave, where the host says nothing else: all are listed in memory */
  filesLeft: 1_000_000,
  /** entries that are looked at before others get their turn */
  entriesListed: 1000,
  /** folders in folders of what a job left: each is held open */
  foldersListed: 256,
  /** MiB of JavaScript heap of the thread that reads what jobs left: a million names fit */
  readerMemory: 1024,
  /** entries that are removed before others get their turn */
  entriesRemoved: 500,
  /** folders in folders that are held open at one time; what lies deeper is first moved up */
  foldersRemoved: 64,
  /** milliseconds for counting the files of one job: it is for people to look at */
  usageMilliseconds: 5000,
  /** processes of a job that are looked at; one that has more is counted by these */
  processesCounted: 2000,
  /** folders of programs that are watched; with more, all is looked at again and again */
  foldersWatched: 20_000,
  /** unwatched, a look is good for so many times what it took, in which all that start share it */
  lookWorth: 50,
  /** bytes of /dev/shm in the sandbox, as engines give a container */
  sharedMemory: 64 * 2 ** 20,
  /** jobs that one shell starts: it keeps a note of each and looks through all of them, so it is replaced now and then */
  shellStarts: 1000,
  /** mounts of one job: bubblewrap reads no more than 9,000 words of options, three for each, and takes the longer for one the more there are */
  mounts: 1000,
  /** processes and threads of one job: more is a fork bomb */
  processes: 4096,
} as const
