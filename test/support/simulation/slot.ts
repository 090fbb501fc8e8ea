import type { ChainNode } from '../../../src/application/ports/chain-node.ts';
import type { EndpointTwo } from '../../../src/application/ports/endpoint-two.ts';
import { Course, Killed, Lifeline, type Fault } from './lifeline.ts';
import { endpointTwo, makeParts, type Parts } from './parts.ts';
import type { World } from './world.ts';

export type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value; readonly calls: number }
  | { readonly kind: 'killed' }
  /** It stands still at a call until it is resumed. */
  | { readonly kind: 'stalled' };

interface Running {
  readonly task: Promise<unknown>;
  readonly course: Course;
}

/** A place for one process after the other. Each starts with nothing but the record, the chain and the queue. */
export class Slot {
  private life = new Lifeline(false);
  private second = new Lifeline(true);
  private parts: Parts | null = null;
  private endpoint: EndpointTwo | null = null;
  private running: Running | null = null;
  private course = new Course(null);
  /** Requests of endpoint 2 that nobody waits for any more. */
  private readonly orphans: { readonly course: Course; readonly task: Promise<unknown> }[] = [];

  constructor(
    private readonly world: World,
    private readonly node: ChainNode,
  ) {}

  get stalled(): boolean {
    return this.running !== null;
  }

  get hasOrphans(): boolean {
    return this.orphans.length > 0;
  }

  async perform<Value>(run: (parts: Parts) => Promise<Value>, fault: Fault | null): Promise<Outcome<Value>> {
    if (this.running !== null) throw new Error('this process stands still');
    this.take(new Course(fault));
    const task = run(this.living());
    return this.follow(task);
  }

  /** The process goes on from where it stood. */
  async resume(fault: Fault | null): Promise<Outcome<unknown>> {
    const { running } = this;
    if (running === null) return { kind: 'done', value: null, calls: 0 };
    this.running = null;
    this.take(new Course(fault));
    running.course.resume();
    return this.follow(running.task);
  }

  /** Where it stands still, or between two tasks. */
  async kill(): Promise<void> {
    this.life.dead = true;
    this.second.dead = true;
    const { running } = this;
    if (running === null) return;
    this.running = null;
    running.course.resume();
    await running.task.catch(ignoreKilled);
  }

  /** The oldest request that came too late goes on. */
  async resumeOrphan(): Promise<void> {
    const orphan = this.orphans.shift();
    if (orphan === undefined) return;
    orphan.course.resume();
    await orphan.task;
  }

  private take(course: Course): void {
    this.course = course;
    this.life.course = course;
    this.second.course = course;
  }

  private living(): Parts {
    if (this.life.dead || this.parts === null) {
      this.life = new Lifeline(false);
      this.life.course = this.course;
      this.second.dead = true;
      this.parts = makeParts(this.world, this.life, this.node, { submit: (items) => this.submit(items) });
    }
    return this.parts;
  }

  private async submit(items: Parameters<EndpointTwo['submit']>[0]): ReturnType<EndpointTwo['submit']> {
    const apart = this.world.settings.endpointTwoApart;
    if (this.endpoint === null || this.second.dead || !apart) {
      this.second = apart ? new Lifeline(true) : this.life;
      this.second.course = this.course;
      this.endpoint = endpointTwo(this.world, this.second, this.node);
    }
    const orphaned = new Promise<Course>((resolve) => {
      this.second.onOrphaned = resolve;
    });
    const task = this.endpoint.submit(items);
    const first = await Promise.race([task, orphaned]);
    if (!(first instanceof Course)) return first;
    this.world.count('answered too late');
    this.orphans.push({ course: first, task });
    // It goes on by itself: what befalls later tasks does not befall it.
    this.second.course = new Course(null);
    this.second = new Lifeline(true);
    this.endpoint = null;
    return { kind: 'notReached', message: 'no answer in time' };
  }

  private async follow<Value>(task: Promise<Value>): Promise<Outcome<Value>> {
    const { course } = this;
    try {
      const ended = task.then((value) => ({ kind: 'done' as const, value }));
      ended.catch(() => undefined);
      const outcome = await Promise.race([ended, course.stalled.promise]);
      if (outcome !== undefined) return { ...outcome, calls: course.calls };
      this.running = { task, course };
      this.world.count('stood still');
      return { kind: 'stalled' };
    } catch (error) {
      ignoreKilled(error);
      this.world.count('died');
      return { kind: 'killed' };
    }
  }
}

function ignoreKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}
