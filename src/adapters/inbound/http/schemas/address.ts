import { z } from 'zod';
import type { Address } from '../../../../domain/primitives.ts';
import { eip55 } from '../present/address.ts';
import { documentedAs } from './documented.ts';

const FORM = /^0x(?:[0-9a-f]{40}|[0-9A-F]{40})$/;
const MIXED_FORM = /^0x[0-9a-fA-F]{40}$/;
const NOT_AN_ADDRESS = 'must be an address: 0x and 40 hex digits';

/** Any valid case: all lower, all upper, or the checksum of EIP-55. A wrong checksum is a typing error somewhere. */
export const address = documentedAs(
  z.string({ error: NOT_AN_ADDRESS }).transform((text, context) => {
    const lower = text.toLowerCase() as Address;
    if (FORM.test(text)) return lower;
    const mixed = MIXED_FORM.test(text);
    if (mixed && eip55(lower) === text) return lower;
    const message = mixed ? 'has a wrong EIP-55 checksum: a digit or its case is wrong' : NOT_AN_ADDRESS;
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  }),
  {
    type: 'string',
    pattern: MIXED_FORM.source,
    description: 'An address in any valid case; where it is mixed, the EIP-55 checksum must be right.',
    examples: ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8'],
  },
);
