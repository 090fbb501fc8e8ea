import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen } from '../../../src/adapters/inbound/http/listen.ts';
import { asClient, fakeApp } from '../../support/http-app.ts';
import { until } from '../../support/until.ts';

const HOST = '127.0.0.1';

async function connected(port: number): Promise<Socket & { received: string }> {
  const socket = Object.assign(connect(port, HOST), { received: '' });
  socket.setEncoding('utf8').on('data', (chunk: string) => (socket.received += chunk));
  await once(socket, 'connect');
  return socket;
}

/** What a server answers to bytes, read until it closes the connection. */
async function answerTo(text: string, app: RequestListener = fakeApp().app): Promise<string> {
  const server = await listen(app, { host: HOST, port: 0 });
  const socket = await connected(server.port);
  socket.write(text);
  if (!socket.closed) await once(socket, 'close');
  await server.close();
  return socket.received;
}

const CLOSE = 'Host: x\r\nConnection: close\r\n';

describe('listen', () => {
  it('says which port it has, and refuses one that is taken', async () => {
    const first = await listen(fakeApp().app, { host: HOST, port: 0 });
    await expect(listen(fakeApp().app, { host: HOST, port: first.port })).rejects.toThrow('EADDRINUSE');
    await first.close();
  });

  it('lets an open request finish, and closes what is idle', async () => {
    let release: () => void = () => undefined;
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const server = await listen(
      (_request, response) => {
        release = () => response.end('done');
        entered();
      },
      { host: HOST, port: 0 },
    );
    const idle = await connected(server.port);
    const busy = await connected(server.port);
    busy.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await inside;
    const closed = server.close(60_000);
    const refused = connect(server.port, HOST);
    await once(refused, 'error');
    release();
    await closed;
    for (const socket of [idle, busy]) if (!socket.closed) await once(socket, 'close');
    expect(busy.received).toContain('done');
  });

  it('cuts what does not end', async () => {
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const server = await listen(
      () => {
        entered();
      },
      { host: HOST, port: 0 },
    );
    const busy = await connected(server.port);
    busy.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await inside;
    await server.close(1);
    expect(busy.received).toBe('');
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', '400', 'malformed_request'],
    [
      'two lengths',
      `POST /v1/transactions HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
      '400',
      'malformed_request',
    ],
    [
      'length and chunks',
      `POST /v1/transactions HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      '400',
      'malformed_request',
    ],
    [
      'headers over 16 KiB',
      `GET / HTTP/1.1\r\n${CLOSE}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431',
      'headers_too_large',
    ],
  ])('answers %s with a problem', async (_, text, status, code) => {
    const answer = await answerTo(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('answers pipelined requests in order', async () => {
    const answer = await answerTo(
      `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nHEAD /healthz HTTP/1.1\r\n${CLOSE}\r\n`,
    );
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200']);
  });

  it('an expectation that it does not know changes nothing', async () => {
    expect(await answerTo(`GET /healthz HTTP/1.1\r\n${CLOSE}Expect: tea\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /);
    expect(await answerTo(`OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`)).toMatch(/^HTTP\/1.1 404 /);
  });

  it('refuses a body of any length by what it has read of it', async () => {
    const head = `POST /v1/transactions HTTP/1.1\r\n${CLOSE}Authorization: ${asClient.authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    expect(await answerTo(`${head}${chunk.repeat(17)}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    const declared = `POST /v1/transactions HTTP/1.1\r\n${CLOSE}Authorization: ${asClient.authorization}\r\nContent-Length: 99999999\r\n\r\n{`;
    expect(await answerTo(declared)).toMatch(/^HTTP\/1.1 413 /);
    expect(await answerTo(declared.replace(/Authorization.*\r\n/, ''))).toMatch(/^HTTP\/1.1 401 /);
  });

  it('a caller that goes away in the middle of its body harms nobody', async () => {
    const fake = fakeApp();
    let begun: () => void = () => undefined;
    const readsBody = new Promise<void>((resolve) => (begun = resolve));
    const server = await listen(
      (request, response) => {
        // The route reads the body once it knows who is calling; only what comes then is the middle of it.
        const onListener = (event: string | symbol) => {
          if (event !== 'data') return;
          request.off('newListener', onListener).once('data', begun);
        };
        request.on('newListener', onListener);
        fake.app(request, response);
      },
      { host: HOST, port: 0 },
    );
    const socket = await connected(server.port);
    socket.write(
      `POST /v1/transactions HTTP/1.1\r\nHost: x\r\nAuthorization: ${asClient.authorization}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"to"`,
    );
    await readsBody;
    socket.destroy();
    await server.close();
    await until('the request is over', () => fake.log.lines.length > 0);
    expect(fake.log.lines).toEqual([
      {
        level: 'debug',
        message: 'request',
        fields: expect.objectContaining({ method: 'POST', route: '/v1/transactions', status: 499 }) as unknown,
      },
    ]);
    expect(fake.record.accepted).toEqual([]);
  });
});
