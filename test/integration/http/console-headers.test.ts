import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeApp } from '../../support/http-app.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>console</title>');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the console asked for with a condition that does not hold', () => {
  it.each([
    [{ 'If-Match': '"another"' }, 412],
    [{ 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 412],
    [{ Range: 'bytes=999999-' }, 416],
  ])('%j is answered %i, which is no bug of ours', async (headers, status) => {
    const fake = fakeApp((deps) => ({ ...deps, staticFolder: folder }));
    const response = await request(fake.app).get('/').set(headers);
    expect(fake.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(response.status).toBe(status);
  });
});
