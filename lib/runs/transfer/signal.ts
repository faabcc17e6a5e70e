/** Wakes one waiting reader when there is something new; one that nobody waited for is kept for the next. */
export class Signal {
  private given = false;
  private wake: (() => void) | null = null;

  give(): void {
    this.given = true;
    this.wake?.();
  }

  async taken(): Promise<void> {
    if (!this.given)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    this.wake = null;
    this.given = false;
  }
}
