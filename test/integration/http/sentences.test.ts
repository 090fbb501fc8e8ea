import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { asClient, asUser, fakeApp } from '../../support/http-app.ts';

interface Problem {
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}
const ID = '01890000-0000-7000-8000-000000000001';

describe('a field that is wrong', () => {
  it.each([
    ['/v1/admin/transactions/{id}/cancel', {}, 'reason', 'is missing: must be a string'],
    ['/v1/admin/transactions/{id}/retry', { reason: 7 }, 'reason', 'must be a string, not a number'],
    ['/v1/admin/transactions/{id}/retry', { reason: 'r', changes: [] }, 'changes', 'must be an object, not a list'],
    ['/v1/admin/transactions/{id}/retry', [], '', 'must be an object, not a list'],
    ['/v1/admin/session', { username: '', password: 'p' }, 'username', 'must not be empty'],
    [
      '/v1/admin/session',
      { username: 'u'.repeat(201), password: 'p' },
      'username',
      'must be at most 200 characters long',
    ],
    ['/v1/transactions', [], '', 'must be an object, not a list'],
    ['/v1/transactions', null, '', 'must be an object, not null'],
    ['/v1/transactions/batch', {}, 'transactions', 'must be a list of transactions'],
    ['/v1/transactions/{id}/cancel', 'now', '', 'must be an object, not a string'],
  ])('of %s, given %j: at "%s" it %s', async (path, body, where, message) => {
    const caller = path.startsWith('/v1/admin') ? asUser('operator') : asClient;
    const response = await request(fakeApp().app)
      .post(path.replace('{id}', ID))
      .set({ ...caller, 'content-type': 'application/json' })
      .send(JSON.stringify(body));
    expect(response.status).toBe(422);
    expect((response.body as Problem).errors).toContainEqual({ path: where, message });
  });

  it('is never told in the words of a library', async () => {
    const { app } = fakeApp();
    const values = [null, [], {}, 7, 'x', true, '', { reason: null, changes: 1 }, { transactions: [[], null, {}] }];
    for (const { path, method, who, body } of ROUTES) {
      if (method !== 'POST' || !body || who === 'signing side') continue;
      const caller = who === 'client' ? asClient : asUser('administrator');
      for (const value of values) {
        const response = await request(app)
          .post(path.replace('{id}', ID))
          .set({ ...caller, 'content-type': 'application/json' })
          .send(JSON.stringify(value));
        expect(response.text, `${path} ${JSON.stringify(value)}`).not.toMatch(
          /Invalid (input|option|string)|expected|received|Too (big|small)/,
        );
      }
    }
  });
});
