/** The values asked for last, by number. */

export class Recent<Value> {
  private readonly known = new Map<number, Value>();

  constructor(
    private readonly limit: number,
    private readonly make: (key: number) => Value,
  ) {}

  /** The value of a key, made when it is new; it is then the youngest, and the oldest is forgotten. */
  get(key: number): Value {
    const found = this.known.has(key) ? this.known.get(key)! : this.make(key);
    this.known.delete(key);
    this.known.set(key, found);
    const [oldest] = this.known.keys();
    if (this.known.size > this.limit && oldest !== undefined) this.known.delete(oldest);
    return found;
  }
}
