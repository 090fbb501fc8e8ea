/** From who has made work to who does it in the same process. Raised before anybody listens, it is lost: a safety timer finds the work. */
export class Signal {
  private listener: () => void = () => undefined;

  listen(listener: () => void): void {
    this.listener = listener;
  }

  raise(): void {
    this.listener();
  }
}
