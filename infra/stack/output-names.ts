/** The prefix of an account's output. */
export const ACCOUNT_OUTPUT = 'account-'
