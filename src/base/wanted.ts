/** Whether somebody still wants what is on its way: the viewer who asked, as a rule. */
export interface Wanted {
  readonly isOver: boolean;
  /** Calls back once when it is over, because it was served or because they left. */
  whenOver(told: () => void): void;
}
