// Photos that were taken and could not be stored: they go with the next change, so that a full disk that is cleared loses none.
import type { Taken } from "./bits.ts";

export class Owed {
  private taken: Taken[] = [];

  /** Writes what is new and whatever is still owed. Raises whatever the disk raises, and then owes it. */
  async keep(fresh: Taken[], write: (all: Taken[]) => Promise<void>): Promise<void> {
    this.taken.push(...fresh);
    const all = [...this.taken];
    await write(all);
    this.taken = this.taken.filter((one) => !all.includes(one));
  }
}
