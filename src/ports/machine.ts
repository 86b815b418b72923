/** The machine the agents run on. */
export interface Machine {
  /** Memory that can be taken without swapping, control groups considered; bytes. */
  freeMemory(): number;
}
