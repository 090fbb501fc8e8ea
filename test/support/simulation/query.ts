import type { Knex } from 'knex';

type Row = Readonly<Record<string, unknown>>;

interface Statement {
  all(...values: unknown[]): Row[];
}

interface Connection {
  prepare(sql: string): Statement;
}

/** Reads the database beside the adapters, in one go: no await, so nothing happens in between. */
export class Query {
  #connection: Connection | null = null;
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly knex: Knex) {}

  async open(): Promise<void> {
    const client = this.knex.client as {
      acquireConnection(): Promise<Connection>;
      releaseConnection(connection: Connection): Promise<void>;
    };
    // The pool has one connection, which stays open with the database in it.
    const connection = await client.acquireConnection();
    await client.releaseConnection(connection);
    // Each text once: in a database this small, preparing takes longer than running.
    const prepare = connection.prepare.bind(connection);
    connection.prepare = (sql) => {
      const statement = this.#statements.get(sql) ?? prepare(sql);
      this.#statements.set(sql, statement);
      return statement;
    };
    this.#connection = connection;
  }

  /** The caller says which columns there are. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- SQL has no types to take them from
  all<Found = Row>(sql: string, ...values: unknown[]): readonly Found[] {
    if (this.#connection === null) throw new Error('not opened');
    return this.#connection.prepare(sql).all(...values) as Found[];
  }

  isBeingSent(hash: string): boolean {
    return this.all('SELECT hash FROM attempts WHERE hash = ? AND sending_since IS NOT NULL', hash).length === 1;
  }
}
