/** What the output of an account is called, before its name. */
export const ACCOUNT_OUTPUT = 'account-'
