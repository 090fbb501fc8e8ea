import { z } from 'zod';
import { ROLES } from '../../../../application/ports/accounts.ts';
import { STATUSES } from '../../../../domain/transaction/transaction.ts';
import { PROBLEM_CODES } from '../problems.ts';

const time = z.iso.datetime({ precision: 3 });

export const problemSchema = z.object({
  type: z.string().describe('Where /docs explains this code.'),
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES).describe('Stable.'),
  detail: z.string(),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('On every 422.'),
  current: z
    .object({ status: z.enum(STATUSES), version: z.int() })
    .optional()
    .describe('On illegal_transition and version_conflict.'),
  count: z.int().optional().describe('On count_changed: how many were found.'),
});

export const batchResults = z.object({
  results: z
    .array(z.union([z.object({ id: z.string(), status: z.enum(STATUSES) }), z.object({ error: problemSchema })]))
    .describe('In the order of the request.'),
});

export const submitResults = z.object({
  results: z.array(
    z.object({
      transactionId: z.string(),
      outcome: z.enum(['accepted', 'pending', 'refused']),
      code: z.string().optional().describe('Which rule a refused one broke.'),
    }),
  ),
});

export const sessionAnswer = z.object({ token: z.string(), role: z.enum(ROLES), expiresAt: time });

export const signersAnswer = z.object({
  items: z.array(
    z.object({
      chainId: z.int(),
      address: z.string(),
      balance: z.string().nullable().describe('Wei.'),
      nextNonce: z.int().nullable().describe("The chain's next nonce."),
      inFlight: z.int(),
      heldNonces: z.array(z.int()),
      gaps: z.array(z.int()).describe('Nonces that nobody holds below one that is held.'),
      paused: z.object({ reason: z.string(), at: time }).nullable(),
    }),
  ),
});

export const auditEntry = z.object({
  id: z.string(),
  at: time,
  actor: z.string(),
  action: z.string(),
  transactionId: z.string().nullable(),
  reason: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).nullable(),
  requestId: z.string().nullable(),
});

export const liveness = z.object({ status: z.literal('ok') });
export const readiness = z.object({
  status: z.literal('ready'),
  parts: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
});
