/** Manages the scripts' topics on the cluster. */
export interface OutputTopics {
  /**
   * Creates the missing topics of the catalog.
   * @throws if an input is missing, naming it
   */
  require(names: readonly string[]): Promise<void>
  /** Deletes a topic with its records and waits until it is gone. A missing topic is not an error. */
  remove(name: string): Promise<void>
}
