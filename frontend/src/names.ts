/** What people call the units. */

import { signal } from "@preact/signals";
import { complain } from "./messages";
import type { Transport } from "./transport/transport";

export class Names {
  /** The name that a person gave to each unit. */
  private readonly given = signal<(string | null)[]>([]);

  constructor(private readonly transport: Transport) {
    this.given.value = transport.about.units.map(({ name }) => name);
  }

  /** The name that a person gave to a unit, or where it stands: 'unit 3', 'level 2, unit 0'. */
  of(unit: number): string {
    const own = this.own(unit);
    if (own) return own;
    const { label } = this.transport.about.units[unit]!;
    const [number, level] = label.split("_").reverse();
    return level ? `level ${level}, unit ${number}` : `unit ${number}`;
  }

  /** The name that a person gave to a unit, or null. */
  own(unit: number): string | null {
    return this.given.value[unit] ?? null;
  }

  /** Give a unit a name, at once on the page; nothing takes it away. */
  async give(unit: number, name: string): Promise<void> {
    const [before, after] = [this.given.peek()[unit] ?? null, name.trim() || null];
    this.put(unit, after);
    try {
      await this.transport.rename(unit, name.trim());
    } catch (error) {
      // Other units, and this one again, may have been named meanwhile.
      if (this.given.peek()[unit] === after) this.put(unit, before);
      complain(error);
    }
  }

  private put(unit: number, name: string | null): void {
    this.given.value = this.given.peek().map((old, i) => (i === unit ? name : old));
  }
}
