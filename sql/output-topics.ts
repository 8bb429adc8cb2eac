/** The topics that the scripts write, on the cluster. */
export interface OutputTopics {
  /**
   * Makes those of the catalog's that are missing.
   * @throws where an input is missing, naming it
   */
  require(names: readonly string[]): Promise<void>
  /** Deletes a topic with its records; one that is not there is no error. Returns when it is gone. */
  remove(name: string): Promise<void>
}
