import type { Log } from '../../../../application/ports/observability.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Fields;
}

/** Keeps every line, for tests that ask what was said. */
export class RecordingLog implements Log {
  readonly lines: Line[] = [];

  debug(fields: Fields, message: string): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(fields: Fields, message: string): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(fields: Fields, message: string): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(fields: Fields, message: string): void {
    this.lines.push({ level: 'error', message, fields });
  }
}
