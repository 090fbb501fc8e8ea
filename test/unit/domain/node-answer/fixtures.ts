import { readdirSync, readFileSync } from 'node:fs';
import type { NodeError } from '../../../../src/domain/node-answer/classify.ts';
import type { NodeErrorClass } from '../../../../src/domain/node-answer/node-error-class.ts';

/** One real message, as `test/fixtures/node-errors/README.md` describes it. */
export type NodeErrorFixture = {
  readonly client: string;
  readonly version: string | null;
  readonly class: NodeErrorClass;
  readonly code: number | null;
  readonly message: string;
  readonly example?: string | null;
  readonly data?: unknown;
  readonly httpStatus?: number;
  readonly source: string;
};

const FOLDER = new URL('../../../fixtures/node-errors/', import.meta.url);

export const FIXTURES: readonly NodeErrorFixture[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as NodeErrorFixture[]);

/** The text as the node sends it. */
export const sent = (fixture: NodeErrorFixture): string => fixture.example ?? fixture.message;

export const answered = (fixture: NodeErrorFixture): NodeError => ({
  message: sent(fixture),
  ...(fixture.code === null ? {} : { code: fixture.code }),
  ...(fixture.data === undefined ? {} : { data: fixture.data }),
  ...(fixture.httpStatus === undefined ? {} : { httpStatus: fixture.httpStatus }),
});
