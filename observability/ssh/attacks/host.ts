/** Host names have at most 255 characters. Much longer ones are invalid, and would make keys too large for the topics. */
export const LONGEST_HOST = 1_024
