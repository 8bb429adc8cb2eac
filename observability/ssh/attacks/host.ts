/** A host's name has 255 characters at most. What is much longer is none, and would make keys too large for the topics. */
export const LONGEST_HOST = 1_024
