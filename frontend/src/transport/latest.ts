/**
 * One request at a time, and the latest wins.
 *
 * A hand moves faster than a model answers. While a request is in flight, only the newest of those
 * that came in the meantime is kept; when the answer is there, that one is sent.
 */
export class Latest<Question, Answer> {
  private waiting: { question: Question } | null = null;
  private busy = false;

  constructor(
    private readonly ask: (question: Question) => Promise<Answer>,
    private readonly answered: (answer: Answer, question: Question) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether nothing is in flight and nothing waits. */
  get idle(): boolean {
    return !this.busy;
  }

  send(question: Question): void {
    this.waiting = { question };
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { question } = this.waiting;
      this.waiting = null;
      try {
        this.answered(await this.ask(question), question);
      } catch (error) {
        this.failed(error);
      }
    }
    this.busy = false;
  }
}
