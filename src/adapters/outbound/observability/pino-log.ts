import { pino, stdTimeFunctions, type DestinationStream, type Level, type Logger } from 'pino';
import type { Log } from '../../../application/ports/observability.ts';
import { scrubber, withoutSecrets } from './redaction.ts';

export interface LogOptions {
  readonly level: Level | 'silent';
  /** Known secrets: taken out of every line wherever they stand. */
  readonly secrets: readonly string[];
  /** Where lines go; without it to stdout, made readable where that is a terminal. */
  readonly destination?: DestinationStream;
}

type Fields = Readonly<Record<string, unknown>>;

/** JSON lines: `{level, time, pid, msg, …fields}`. Written at once, so that the last words of a process that dies are there. */
export async function createLog({ level, secrets, destination }: LogOptions): Promise<Log> {
  const scrub = scrubber(secrets);
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: { error: serializeError },
      hooks: { streamWrite: scrub },
    },
    destination ?? (await standardOutput()),
  );
  return new PinoLog(logger);
}

/** Libraries hang fields of their own onto errors: a statement's bindings, a request's headers. */
const serializeError = (error: unknown): unknown =>
  withoutSecrets(error instanceof Error ? { ...pino.stdSerializers.err(error) } : error);

/** The formatter is loaded for a terminal only: it costs more than the whole logger. */
async function standardOutput(): Promise<DestinationStream> {
  if (!process.stdout.isTTY) return pino.destination({ dest: 1, sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, ignore: 'pid', translateTime: 'SYS:HH:MM:ss.l' });
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(fields: Fields, message: string): void {
    this.#logger.debug(fields, message);
  }

  info(fields: Fields, message: string): void {
    this.#logger.info(fields, message);
  }

  warn(fields: Fields, message: string): void {
    this.#logger.warn(fields, message);
  }

  error(fields: Fields, message: string): void {
    this.#logger.error(fields, message);
  }
}
