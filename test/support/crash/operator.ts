import { ADMIN_PASSWORD, api } from '../server-process.ts';
import { tryCall } from './client.ts';
import { insist } from './violation.ts';
import type { Wish } from './wish.ts';

interface SignerView {
  readonly address: string;
  readonly nextNonce: number;
  readonly inFlight: number;
  readonly heldNonces: readonly number[];
  readonly gaps: readonly number[];
  readonly paused: unknown;
}

/** Who looks after the server: its session outlives the process. */
export class Operator {
  #token: string | null = null;

  /** False: the server is gone. */
  async signIn(origin: string): Promise<boolean> {
    if (this.#token !== null) return true;
    const reply = await tryCall<{ token: string }>(origin, 'POST', '/v1/admin/session', {
      body: { username: 'admin', password: ADMIN_PASSWORD },
    });
    if (reply === null) return false;
    insist(reply.status === 200, 'contradiction', `sign-in: ${JSON.stringify(reply)}`);
    this.#token = reply.body.token;
    return true;
  }

  /** Makes a payment of a failed creation. True: retried, by this call or an earlier one. False: the server is gone. */
  async mend(origin: string, id: string, { payee, paidWei }: Wish): Promise<boolean> {
    if (!(await this.signIn(origin))) return false;
    const reply = await tryCall<{ code?: string }>(origin, 'POST', `/v1/admin/transactions/${id}/retry`, {
      body: { reason: 'it was meant as a payment', changes: { to: payee, value: paidWei.toString(), data: '0x' } },
      token: this.#token ?? '',
    });
    if (reply === null) return false;
    const already = reply.status === 409 && reply.body.code === 'illegal_transition';
    insist(reply.status === 202 || already, 'contradiction', `retry of ${id}: ${JSON.stringify(reply)}`);
    return true;
  }

  async signers(origin: string): Promise<readonly SignerView[]> {
    await this.signIn(origin);
    const { status, body } = await api<{ items: SignerView[] }>(origin, 'GET', '/v1/admin/signers', {
      token: this.#token ?? '',
    });
    insist(status === 200, 'contradiction', `signers: ${status} ${JSON.stringify(body)}`);
    return body.items;
  }
}
