/** What the data say each example is. */

import { signal } from "@preact/signals";
import { written } from "./paint/columns";
import type { Condition, Transport } from "./transport/transport";

export class Labels {
  private readonly values = signal<Float32Array | null>(null);

  constructor(private readonly transport: Transport) {}

  async load(): Promise<void> {
    const { labels, parts } = this.transport.about;
    if (labels && parts["colour/label"]) {
      this.values.value = await this.transport.part("colour/label");
    }
  }

  /** In words; null where the data say nothing, or nothing yet. */
  words(index: number): string | null {
    const label = this.of(index);
    if (label === null) return null;
    return this.transport.about.labels?.choices?.[label] ?? written(label);
  }

  /** What a conditional model is given for an example: its label, as a class number or a quantity. */
  condition(index: number): Condition | null {
    const { condition } = this.transport.about;
    const label = this.of(index);
    if (!condition || label === null) return null;
    if (!condition.choices) return label;
    const found = condition.choices.indexOf(this.words(index) ?? "");
    return found < 0 ? null : found;
  }

  private of(index: number): number | null {
    const label = this.values.value?.[index];
    return label !== undefined && Number.isFinite(label) ? label : null;
  }
}
