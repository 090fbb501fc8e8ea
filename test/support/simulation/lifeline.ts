import { deferred } from '../deferred.ts';

/** What a dead process throws out of everything that it awaits. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** A use case that asks its ports without end. */
class BusyLoop extends Error {
  override readonly name = 'BusyLoop';
}

/**
 * What befalls a task at its `at`-th call of a port, or at the first one of that name: the process dies before or after the call took effect, stops there until it is
 * resumed (as a machine does that is suspended), or, in endpoint 2, goes on too late for whoever waits for its answer.
 */
export interface Fault {
  readonly at: number | string;
  readonly kind: 'killBefore' | 'killAfter' | 'stallBefore' | 'stallAfter' | 'orphan';
}

const MOST_CALLS = 4_000;

/** One task's way through its calls; shared by the processes that take part in it. */
export class Course {
  readonly stalled = deferred();
  readonly #go = deferred();
  #calls = 0;
  #hit = false;

  constructor(readonly fault: Fault | null) {}

  get calls(): number {
    return this.#calls;
  }

  /** What befalls this call, once. */
  next(label: string, inEndpointTwo: boolean): Fault['kind'] | null {
    this.#calls += 1;
    if (this.#calls > MOST_CALLS) throw new BusyLoop(`${this.#calls} calls of ports in one task`);
    if (this.fault === null || this.#hit) return null;
    const { at } = this.fault;
    if (typeof at === 'string' ? at !== label : this.#calls < at) return null;
    if (this.fault.kind === 'orphan' && !inEndpointTwo) return null;
    this.#hit = true;
    return this.fault.kind;
  }

  /** Waits until somebody resumes the process. */
  async stall(): Promise<void> {
    this.stalled.resolve();
    await this.waitToBeResumed();
  }

  async waitToBeResumed(): Promise<void> {
    await this.#go.promise;
  }

  resume(): void {
    this.#go.resolve();
  }
}

/** A process as its ports see it: alive until it is killed. */
export class Lifeline {
  dead = false;
  course = new Course(null);
  /** Told when whoever waits for its answer does so no more. */
  onOrphaned: (course: Course) => void = () => undefined;

  constructor(private readonly inEndpointTwo: boolean) {}

  /** The same port, whose calls may be where the process ends or stops. */
  wrap<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.around(`${name}.${String(key)}`, () => (value as (...a: unknown[]) => unknown).apply(target, args));
      },
    });
  }

  private async around(label: string, call: () => unknown): Promise<unknown> {
    const { course } = this;
    const befalls = this.dead ? null : course.next(label, this.inEndpointTwo);
    if (befalls === 'killBefore') this.dead = true;
    if (this.dead) throw new Killed(`before ${label}`);
    if (befalls === 'stallBefore') await this.wait(label, () => course.stall());
    if (befalls === 'orphan') {
      this.onOrphaned(course);
      await this.wait(label, () => course.waitToBeResumed());
    }
    const result = await call();
    if (befalls === 'killAfter') this.dead = true;
    if (befalls === 'stallAfter') await this.wait(label, () => course.stall());
    if (this.dead) throw new Killed(`after ${label}`);
    return result;
  }

  private async wait(label: string, stop: () => Promise<void>): Promise<void> {
    await stop();
    if (this.dead) throw new Killed(`while stopped at ${label}`);
  }
}
